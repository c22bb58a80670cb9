/** Small pieces that the items share. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import type { Text } from "../src/protocol/index.js";
import type { ItemView } from "./deeds.js";
import { t } from "./strings.js";
import { absoluteTime, relativeTime, size } from "./times.js";

export type Rendered = TemplateResult | typeof nothing;

/** A codicon; decoration only, the meaning is in the text beside it. */
export function icon(name: string, extra = ""): TemplateResult {
  return html`<span
    class="codicon codicon-${name} ${extra}"
    aria-hidden="true"
  ></span>`;
}

/** How long ago, kept true by `ticker.ts`; the whole date on hover. */
export function timeOf(at: number | null): Rendered {
  if (at === null) return nothing;
  const text = relativeTime(at, Date.now());
  return html`<time
    datetime=${new Date(at).toISOString()}
    data-at=${at}
    title=${absoluteTime(at)}
    .textContent=${text}
  ></time>`;
}

/** Text that only a screen reader meets. */
export function spoken(text: string): TemplateResult {
  return html`<span class="spoken">${text}</span>`;
}

/** A button that copies. */
export function copyButton(
  label: string,
  text: string,
  view: ItemView,
): TemplateResult {
  return html`<button
    type="button"
    class="icon-button codicon codicon-copy"
    title=${label}
    aria-label=${label}
    @click=${() => {
      view.deeds.copy(text);
    }}
  ></button>`;
}

/** What to do about a text that is not all here. */
export function cutNote(
  itemId: string,
  text: Text,
  part: string,
  view: ItemView,
): Rendered {
  if (!text.cut) return nothing;
  if (view.whole === "here")
    return html`<p class="cut-note">${t("cutForGood", size(text.bytes))}</p>`;
  const asked = view.whole === "asked";
  return html`<button
    type="button"
    class="text-button"
    ?disabled=${asked}
    @click=${() => {
      view.deeds.fold(itemId, part, 1);
      view.deeds.loadItem(itemId);
    }}
  >
    ${asked ? t("loadingAll") : t("showAll", size(text.bytes))}
  </button>`;
}

export interface FoldedLine {
  readonly itemId: string;
  readonly part: string;
  readonly icon: string;
  readonly title: unknown;
  readonly meta?: unknown;
  /** Null: there is nothing to unfold. */
  readonly body: (() => unknown) | null;
  readonly openAtFirst?: boolean;
  readonly view: ItemView;
}

/** One line that opens on what it speaks of. The body exists only while it is open. */
export function foldedLine(line: FoldedLine): TemplateResult {
  const { itemId, part, view } = line;
  const open = (view.parts[part] ?? (line.openAtFirst === true ? 1 : 0)) > 0;
  const head = html`${icon(line.icon)}<span class="fold-title">${line.title}</span
    >${line.meta ?? nothing}`;
  if (line.body === null)
    return html`<div class="fold"><div class="fold-head">${head}</div></div>`;
  return html`<div class="fold ${open ? "is-open" : ""}">
    <button
      type="button"
      class="fold-head"
      aria-expanded=${open ? "true" : "false"}
      @click=${() => {
        view.deeds.fold(itemId, part, open ? 0 : 1);
      }}
    >
      ${head}${icon(open ? "chevron-down" : "chevron-right", "fold-chevron")}
    </button>
    ${open ? html`<div class="fold-body">${line.body()}</div>` : nothing}
  </div>`;
}

/** A question about it is open. */
export function waitingBadge(): TemplateResult {
  return html`<span class="badge is-warning"
    >${icon("bell-dot")}${t("approval.waits")}</span
  >`;
}

/** It goes on; for how long is kept true by `ticker.ts`. */
export function runningBadge(since: number | null): TemplateResult {
  const elapsed =
    since === null ? nothing : html`<span class="quiet" data-since=${since}></span>`;
  return html`${elapsed}<span class="badge"
      >${icon("loading", "codicon-modifier-spin")}${t("running")}</span
    >`;
}
