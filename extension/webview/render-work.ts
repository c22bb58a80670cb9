/** What the agent did: commands, changed files. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import { guard } from "lit/directives/guard.js";
import type { FileDiff } from "../src/protocol/index.js";
import type { ItemView } from "./deeds.js";
import { parseDiff, type Diff, type DiffLine } from "./diff.js";
import { baseName, oneLine, visible } from "./plain.js";
import { outputBlock } from "./render-output.js";
import { copyButton, cutNote, icon, spoken, type Rendered } from "./render-parts.js";
import { t, tCount } from "./strings.js";
import { duration, size } from "./times.js";
import type { ItemOf } from "./wire.js";

type Command = ItemOf<"commandExecution">;
type Change = ItemOf<"fileChange">;

export function command(item: Command, view: ItemView): TemplateResult {
  const { itemId, output } = item;
  const name = oneLine(item.command);
  const open = (view.parts["body"] ?? 1) > 0;
  const hasBody = output !== null || item.command.includes("\n");
  const head = html`<span class="prompt" aria-hidden="true">$</span
    ><code class="command-line" dir="ltr">${name.slice(0, 500)}</code>`;
  const toggle = html`<button
    type="button"
    class="card-title"
    title=${visible(item.cwd === null ? "" : t("inFolder", item.cwd))}
    aria-expanded=${open ? "true" : "false"}
    @click=${() => {
      view.deeds.fold(itemId, "body", open ? 0 : 1);
    }}
  >
    ${icon(open ? "chevron-down" : "chevron-right", "fold-chevron")}${head}
  </button>`;
  return html`<section
    class="card command"
    aria-label=${`${t("command")}: ${name.slice(0, 200)}`}
  >
    <div class="card-head">
      ${hasBody ? toggle : html`<div class="card-title">${icon("terminal")}${head}</div>`}${commandFate(item, view)}
      <span class="card-tools"
        >${copyButton(t("copyCommand"), item.command, view)}</span
      >
    </div>
    ${open && hasBody ? commandBody(item, view) : nothing}
  </section>`;
}

function commandBody(item: Command, view: ItemView): TemplateResult {
  const { itemId, output } = item;
  const source = { text: item.command, bytes: item.command.length, cut: false };
  const isLong = item.command.includes("\n");
  return html`<div class="card-body">
    ${isLong ? html`<div class="command-source">${outputBlock({ itemId, part: "source", text: source, name: t("command"), view: { ...view, live: false } })}</div>` : nothing}
    ${
      output === null
        ? nothing
        : output.text === ""
          ? html`<p class="quiet">${t("noOutput")}</p>`
          : outputBlock({
              itemId,
              part: "output",
              text: output,
              name: t("outputOf", oneLine(item.command).slice(0, 80)),
              view,
            })
    }
  </div>`;
}

/** How it went, or that it still goes on. */
function commandFate(item: Command, view: ItemView): TemplateResult {
  if (view.waiting) return waitingBadge();
  if (view.live) return runningBadge(item.at);
  const time =
    item.durationMs === null
      ? nothing
      : html`<span class="quiet">${duration(item.durationMs)}</span>`;
  return html`${time}${commandBadge(item)}`;
}

function commandBadge(item: Command): Rendered {
  if (item.status === "declined")
    return html`<span class="badge is-warning">${t("declined")}</span>`;
  if (item.exitCode !== null) {
    const good = item.exitCode === 0;
    return html`<span
      class="badge ${good ? "is-good" : "is-bad"}"
      title=${t("exitCodeName", item.exitCode)}
      >${icon(good ? "check" : "error")}${t("exitCode", item.exitCode)}</span
    >`;
  }
  if (item.status === "failed")
    return html`<span class="badge is-bad">${icon("error")}${t("failed")}</span>`;
  return nothing;
}

function waitingBadge(): TemplateResult {
  return html`<span class="badge is-warning"
    >${icon("bell-dot")}${t("approval.waits")}</span
  >`;
}

function runningBadge(since: number | null): TemplateResult {
  const elapsed =
    since === null ? nothing : html`<span class="quiet" data-since=${since}></span>`;
  return html`${elapsed}<span class="badge"
      >${icon("loading", "codicon-modifier-spin")}${t("running")}</span
    >`;
}

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
  return guard([change, view.parts[part], view.whole, item.changes.length], () => {
    const diff = parseDiff(change.diff.text);
    const openAtFirst =
      item.changes.length === 1 && diff.lines.length <= DIFF_OPEN_AT_MOST;
    const level = view.parts[part] ?? (openAtFirst ? 1 : 0);
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
  const path = visible(change.movedTo ?? change.path);
  const name = baseName(path);
  return html`<div class="file-head">
    <button
      type="button"
      class="icon-button codicon codicon-chevron-${open ? "down" : "right"}"
      aria-expanded=${open ? "true" : "false"}
      aria-label=${t("diffOf", name)}
      @click=${() => {
        view.deeds.fold(itemId, part, open ? 0 : 1);
      }}
    ></button>
    <button
      type="button"
      class="link file-name is-${change.kind}"
      title=${change.movedTo === null ? path : `${visible(change.path)} → ${path}`}
      aria-label=${t("openFile", path)}
      @click=${() => {
        view.deeds.post({
          type: "openFile",
          path: change.movedTo ?? change.path,
          line: null,
        });
      }}
    >
      <bdi>${name}</bdi>
    </button>
    <span class="file-folder quiet"
      ><bdi>${path.slice(0, Math.max(0, path.length - name.length - 1))}</bdi></span
    >
    ${change.kind === "update" ? nothing : html`<span class="quiet">${t(`kind.${change.kind}`)}</span>`}${counts(change, diff)}
    <button
      type="button"
      class="icon-button codicon codicon-diff"
      title=${t("openDiff")}
      aria-label=${t("openDiffOf", name)}
      @click=${() => {
        view.deeds.post({ type: "openDiff", itemId, path: change.path });
      }}
    ></button>
  </div>`;
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

function diffLine(line: DiffLine): TemplateResult {
  const number = line.after ?? line.before;
  const sign = SIGNS[line.kind];
  if (line.kind === "hunk")
    return html`<div class="line is-hunk" data-number="⋯">${visible(line.text)}</div>`;
  return html`<div class="line is-${line.kind}" data-number=${number ?? ""}>
    ${sign}${visible(line.text)}
  </div>`;
}
