/** What the page keeps over a restart: where one read, what one wrote. */
import type { FromPanel, PanelState } from "../src/panel/messages.js";
import type { PendingSend } from "./model.js";
import type { Anchor } from "./scroller.js";

export interface PageState extends PanelState {
  /** Where the reader was; null: at the end. */
  readonly anchor: Anchor | null;
  /** Messages whose fate was not known yet. */
  readonly unsent: readonly Pick<PendingSend, "sendId" | "text">[];
}

/** What VS Code gives to a webview. */
export interface Host {
  postMessage(message: FromPanel): void;
  getState(): unknown;
  setState(state: PageState): void;
}

/** The kept state, as far as it is one. */
export function stateOf(value: unknown): PageState | null {
  if (!isRecord(value) || typeof value["threadId"] !== "string") return null;
  const { threadId, draft, scrollTop, anchor, unsent } = value;
  return {
    threadId,
    draft: typeof draft === "string" ? draft : "",
    scrollTop: typeof scrollTop === "number" ? scrollTop : 0,
    anchor: isAnchor(anchor) ? anchor : null,
    unsent: Array.isArray(unsent) ? unsent.filter(isUnsent) : [],
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isAnchor(value: unknown): value is Anchor {
  return (
    isRecord(value) &&
    typeof value["itemId"] === "string" &&
    typeof value["offset"] === "number"
  );
}

function isUnsent(value: unknown): value is Pick<PendingSend, "sendId" | "text"> {
  return (
    isRecord(value) &&
    typeof value["sendId"] === "number" &&
    typeof value["text"] === "string"
  );
}
