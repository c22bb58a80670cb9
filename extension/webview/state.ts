/** What the page keeps over a restart: where one read, what one wrote. */
import type { FromPanel, PanelState } from "../src/panel/messages.js";
import type { PanelModel, PendingSend } from "./model.js";
import type { Bookmark } from "./targets.js";

export interface PageState extends PanelState {
  /** Where the reader was; null: at the end. */
  readonly anchor: Bookmark | null;
  /** The item that a search led to, unfolded; null: none. */
  readonly sought: string | null;
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
  const { threadId, draft, scrollTop, anchor, sought, unsent } = value;
  return {
    threadId,
    draft: typeof draft === "string" ? draft : "",
    scrollTop: typeof scrollTop === "number" ? scrollTop : 0,
    anchor: bookmarkOf(anchor),
    sought: typeof sought === "string" ? sought : null,
    unsent: Array.isArray(unsent) ? unsent.filter(isUnsent) : [],
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function bookmarkOf(value: unknown): Bookmark | null {
  if (!isRecord(value)) return null;
  const { itemId, offset, step } = value;
  if (typeof itemId !== "string" || typeof offset !== "number") return null;
  return { itemId, offset, step: typeof step === "number" ? step : null };
}

function isUnsent(value: unknown): value is Pick<PendingSend, "sendId" | "text"> {
  return (
    isRecord(value) &&
    typeof value["sendId"] === "number" &&
    typeof value["text"] === "string"
  );
}

/** What the page would come back to; null while it has no task. */
export function pageState(
  { task, pending }: PanelModel,
  place: Pick<PageState, "draft" | "scrollTop" | "anchor" | "sought">,
): PageState | null {
  if (task === null) return null;
  const unknown = pending.filter((send) => !send.taken && !send.shown);
  const unsent = unknown.map(({ sendId, text }) => ({ sendId, text }));
  return { threadId: task.threadId, ...place, unsent };
}
