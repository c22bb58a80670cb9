/** Files that the agent changed, and their lines. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import { guard } from "lit/directives/guard.js";
import type { FileDiff } from "../src/protocol/index.js";
import type { ItemView } from "./deeds.js";
import { parseDiff, type Diff, type DiffLine } from "./diff.js";
import { baseName, folderIn, visible } from "./plain.js";
import {
  cutNote,
  icon,
  runningBadge,
  spoken,
  waitingBadge,
  type Rendered,
} from "./render-parts.js";
import { t, tCount } from "./strings.js";
import { size } from "./times.js";
import type { ItemOf } from "./wire.js";

type Change = ItemOf<"fileChange">;

const DIFF_OPEN_AT_MOST = 24;
const DIFF_LINES_AT_FIRST = 80;
const DIFF_PIECE = 200;

export function fileChange(item: Change, view: ItemView): TemplateResult {
  return html`<section class="card changes" aria-label=${changeTitle(item, view)}>
    <div class="card-head">
      <div class="card-title">
        ${icon("diff-multiple")}<span>${changeTitle(item, view)}</span>
      </div>
      ${view.waiting ? waitingBadge() : view.live ? runningBadge(item.at) : changeBadge(item)}
    </div>
    <ul class="files">
      ${item.changes.map((change, index) => changedFile(item, change, index, view))}
    </ul>
  </section>`;
}

function changeTitle(item: Change, view: ItemView): string {
  if (view.live) return t("changing");
  if (item.status === "declined") return t("changeDeclined");
  if (item.status === "failed") return t("changeFailed");
  return tCount("changed", item.changes.length);
}

function changeBadge(item: Change): Rendered {
  if (item.status === "declined")
    return html`<span class="badge is-warning">${t("declined")}</span>`;
  if (item.status === "failed")
    return html`<span class="badge is-bad">${icon("error")}${t("failed")}</span>`;
  return nothing;
}

function changedFile(
  item: Change,
  change: FileDiff,
  index: number,
  view: ItemView,
): unknown {
  const part = `diff:${String(index)}`;
  const asked = view.parts[part] ?? view.parts["diff"];
  return guard([change, asked, view.whole, item.changes.length], () => {
    const diff = parseDiff(change.diff.text);
    const openAtFirst =
      item.changes.length === 1 && diff.lines.length <= DIFF_OPEN_AT_MOST;
    const level = asked ?? (openAtFirst ? 1 : 0);
    return html`<li class="file">
      ${fileHead(item.itemId, change, { part, diff, open: level > 0, view })}
      ${level > 0 ? html`${diffLines(item.itemId, change, { part, diff, all: level > 1, view })}` : nothing}
    </li>`;
  });
}

interface FileView {
  readonly part: string;
  readonly diff: Diff;
  readonly view: ItemView;
}

function fileHead(
  itemId: string,
  change: FileDiff,
  file: FileView & { readonly open: boolean },
): TemplateResult {
  const { part, diff, open, view } = file;
  const path = change.movedTo ?? change.path;
  const kind = html`<span class="quiet">${t(`kind.${change.kind}`)}</span>`;
  return html`<div class="file-head">
    <button
      type="button"
      class="icon-button codicon ${open ? "codicon-chevron-down" : "codicon-chevron-right"}"
      aria-expanded=${open ? "true" : "false"}
      aria-label=${t("diffOf", baseName(visible(path)))}
      @click=${() => {
        view.deeds.fold(itemId, part, open ? 0 : 1);
      }}
    ></button>
    ${fileLink(change, path, view)}
    <span class="file-folder quiet"
      ><bdi>${visible(folderIn(path, view.cwd))}</bdi></span
    >
    ${change.kind === "update" ? nothing : kind}${counts(change, diff)}${diffButton(itemId, change, view)}
  </div>`;
}

function fileLink(change: FileDiff, path: string, view: ItemView): TemplateResult {
  const moved = change.movedTo === null ? "" : `${visible(change.path)} → `;
  return html`<button
    type="button"
    class="link file-name is-${change.kind}"
    title=${moved + visible(path)}
    aria-label=${t("openFile", visible(path))}
    @click=${() => {
      view.deeds.post({ type: "openFile", path, line: null });
    }}
  >
    <bdi>${baseName(visible(path))}</bdi>
  </button>`;
}

function diffButton(itemId: string, change: FileDiff, view: ItemView): TemplateResult {
  return html`<button
    type="button"
    class="icon-button codicon codicon-diff"
    title=${t("openDiff")}
    aria-label=${t("openDiffOf", baseName(visible(change.path)))}
    @click=${() => {
      view.deeds.post({ type: "openDiff", itemId, path: change.path });
    }}
  ></button>`;
}

function counts(change: FileDiff, diff: Diff): TemplateResult {
  const bound = (text: string): string => (change.diff.cut ? t("atLeast", text) : text);
  const added = bound(t("addedLines", diff.added));
  const removed = bound(t("removedLines", diff.removed));
  return html`<span class="counts">
    <span class="added" title=${added} aria-hidden="true">+${diff.added}</span>
    <span class="removed" title=${removed} aria-hidden="true">−${diff.removed}</span
    >${spoken(`${added}, ${removed}`)}</span
  >`;
}

function diffLines(
  itemId: string,
  change: FileDiff,
  file: FileView & { readonly all: boolean },
): TemplateResult {
  const { part, diff, all, view } = file;
  const shown = all ? diff.lines : diff.lines.slice(0, DIFF_LINES_AT_FIRST);
  const pieces = Array.from(
    { length: Math.ceil(shown.length / DIFF_PIECE) },
    (_, index) => shown.slice(index * DIFF_PIECE, (index + 1) * DIFF_PIECE),
  );
  const more = diff.lines.length - shown.length;
  return html`<div
      class="diff"
      role="group"
      tabindex="0"
      aria-label=${t("diffOf", baseName(visible(change.path)))}
      dir="ltr"
    >
      <div class="diff-lines">
        ${pieces.map((piece) => html`<div class="chunk">${piece.map(diffLine)}</div>`)}
      </div>
    </div>
    ${
      more > 0
        ? html`<button
            type="button"
            class="text-button"
            @click=${() => {
              view.deeds.fold(itemId, part, 2);
            }}
          >
            ${tCount("moreLines", more)}
          </button>`
        : nothing
    }${change.diff.text === "" && !change.diff.cut ? html`<p class="quiet">${size(change.diff.bytes)}</p>` : nothing}${cutNote(itemId, change.diff, part, view)}`;
}

const SIGNS = { add: "+", delete: "-", context: " ", hunk: "", note: "" } as const;

/** The text is set as a property: in preformatted text every blank counts. */
function diffLine(line: DiffLine): TemplateResult {
  const isHunk = line.kind === "hunk";
  const number = isHunk ? "⋯" : (line.after ?? line.before ?? "");
  const text = SIGNS[line.kind] + visible(line.text);
  return html`<div
    class="line is-${line.kind}"
    data-number=${number}
    .textContent=${text}
  ></div>`;
}
