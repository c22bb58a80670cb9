/** What a review found: each with its urgency, its place and why. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import type { ReviewFinding } from "../src/protocol/index.js";
import type { ItemView } from "./deeds.js";
import { baseName, visible } from "./plain.js";
import { markdown } from "./render-message.js";
import { t, tCount } from "./strings.js";

export function reviewFindings(
  findings: readonly ReviewFinding[],
  view: ItemView,
): TemplateResult {
  return html`<p class="quiet">${tCount("review.findings", findings.length)}</p>
    <ol class="findings">
      ${findings.map((each) => finding(each, view))}
    </ol>`;
}

function finding(
  { title, body, path, firstLine, lastLine, priority }: ReviewFinding,
  { deeds }: ItemView,
): TemplateResult {
  const place = t("review.lines", visible(path), firstLine, lastLine);
  return html`<li class="finding">
    <div class="finding-title">
      ${
        priority === null
          ? nothing
          : html`<span class="pill" title=${t("review.priority", priority)}
              >P${priority}</span
            >`
      }<strong dir="auto">${visible(title)}</strong>
    </div>
    <button
      type="button"
      class="link"
      title=${place}
      @click=${() => {
        deeds.post({ type: "openFile", path, line: firstLine });
      }}
    >
      ${visible(baseName(path))}:${firstLine}
    </button>
    ${body === "" ? nothing : markdown(body)}
  </li>`;
}
