/** Long monospace text: the first and last lines, all of it on demand, drawn in pieces. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import { guard } from "lit/directives/guard.js";
import type { Text } from "../src/protocol/index.js";
import { segmentsOf, stripped } from "./ansi.js";
import type { ItemView } from "./deeds.js";
import { beginningOf, chunksOf, excerptOf, type Excerpt } from "./excerpt.js";
import { cutNote } from "./render-parts.js";
import { t, tCount } from "./strings.js";

export interface Output {
  readonly itemId: string;
  readonly part: string;
  readonly text: Text;
  /** What it is, for a screen reader. */
  readonly name: string;
  readonly view: ItemView;
}

/** The block, folded when it is long. */
export function outputBlock(output: Output): TemplateResult {
  const { itemId, part, text, name, view } = output;
  const whole = (view.parts[part] ?? 0) > 0;
  const fold = (level: number) => () => {
    view.deeds.fold(itemId, part, level);
  };
  const excerpt = whole ? null : shownAtFirst(text, view.live);
  const body =
    excerpt === null
      ? html`${chunksOf(text.text).map((chunk) => html`<pre class="chunk">${coloured(chunk)}</pre>`)}`
      : html`${excerpt.head === "" ? nothing : html`<pre class="chunk">${coloured(excerpt.head)}</pre>`}${moreButton(excerpt.hidden, fold(1))}
          <pre class="chunk">${coloured(excerpt.tail)}</pre>`;
  return html`<div class="output" role="group" aria-label=${name} dir="ltr">
    ${body}${
      whole && excerptOf(text.text, false).hidden > 0
        ? html`<button type="button" class="text-button" @click=${fold(0)}>
            ${t("fewerLines")}
          </button>`
        : nothing
    }${cutNote(itemId, text, part, view)}
  </div>`;
}

/** Of a cut text the last lines here are not its last: they would mislead. */
function shownAtFirst(text: Text, live: boolean): Excerpt {
  return text.cut && !live ? beginningOf(text.text) : excerptOf(text.text, live);
}

function moreButton(hidden: number, show: () => void): TemplateResult | typeof nothing {
  if (hidden === 0) return nothing;
  return html`<button type="button" class="text-button" @click=${show}>
    ${tCount("moreLines", hidden)}
  </button>`;
}

/** The text with its terminal colours. */
function coloured(text: string): unknown {
  return guard([text], () =>
    text.includes("\u001b") || text.includes("\u009b")
      ? segmentsOf(text).map(({ text: run, classes }) =>
          classes === "" ? run : html`<span class=${classes}>${run}</span>`,
        )
      : stripped(text),
  );
}
