/** Above the composer: what went wrong just now. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import type { Deeds } from "./deeds.js";
import type { PanelModel } from "./model.js";
import { visible } from "./plain.js";
import { bannerRow } from "./render-banner.js";

/** What went wrong, and what can be done; said by screen readers at once. */
export function troubleBanner(model: PanelModel, deeds: Deeds): TemplateResult {
  return html`<div role="alert">
    ${model.trouble === null ? nothing : troubleRow(model.trouble, deeds)}
  </div>`;
}

function troubleRow(
  trouble: NonNullable<PanelModel["trouble"]>,
  deeds: Deeds,
): TemplateResult {
  const buttons = trouble.actions.map(
    ({ id, label }) =>
      html`<button
        type="button"
        class="button is-secondary"
        @click=${() => {
          deeds.post({ type: "action", id });
        }}
      >
        ${label}
      </button>`,
  );
  return bannerRow({
    level: "error",
    icon: "error",
    text: visible(trouble.message),
    more: buttons.length === 0 ? nothing : html`<div class="buttons">${buttons}</div>`,
  });
}
