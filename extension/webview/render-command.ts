/** Commands that the agent ran. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import type { ItemView } from "./deeds.js";
import { oneLine, visible } from "./plain.js";
import { outputBlock } from "./render-output.js";
import {
  copyButton,
  icon,
  runningBadge,
  waitingBadge,
  type Rendered,
} from "./render-parts.js";
import { t } from "./strings.js";
import { duration } from "./times.js";
import type { ItemOf } from "./wire.js";

type Command = ItemOf<"commandExecution">;

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
