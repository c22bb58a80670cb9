/** Where the user writes. The text field itself is made once and never drawn over. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import type { Deeds } from "./deeds.js";
import { isRunning, type PanelModel } from "./model.js";
import { visible } from "./plain.js";
import { modelOf } from "./render-header.js";
import { icon } from "./render-parts.js";
import { t } from "./strings.js";

/** What the text field says while it is empty. */
export function placeholder(model: PanelModel): string {
  if (!model.mayRun.allowed) return visible(model.mayRun.reason);
  if (isRunning(model)) return t("composer.steer");
  return t(model.task?.status === "empty" ? "composer.start" : "composer.goOn");
}

/** The row under the text field. */
export function composerRow(
  model: PanelModel,
  hasDraft: boolean,
  deeds: Deeds,
): TemplateResult {
  const running = isRunning(model);
  const name = model.task === null ? null : modelOf(model.task);
  const stop = html`<button
    type="button"
    class="icon-button"
    title=${t("composer.stopKey")}
    aria-label=${t("composer.stop")}
    @click=${deeds.interrupt}
  >
    ${icon("debug-stop")}
  </button>`;
  return html`<span class="composer-model quiet"
      >${name === null ? nothing : visible(name)}</span
    >
    <span class="composer-hint quiet" id="composer-hint"
      >${t(running ? "composer.hintRunning" : "composer.hint")}</span
    >
    ${running ? stop : nothing}
    <button
      type="button"
      class="icon-button send"
      title=${t("composer.sendKey")}
      aria-label=${t("composer.send")}
      ?disabled=${!hasDraft || !model.mayRun.allowed}
      @click=${deeds.send}
    >
      ${icon("send")}
    </button>`;
}

/** Why the last message was not sent. */
export function sendFailure(model: PanelModel): TemplateResult {
  // The banner above says it already, with what can be done.
  const failure =
    model.sendFailure === model.trouble?.message ? null : model.sendFailure;
  return html`<div role="alert">
    ${failure === null ? nothing : html`<p class="send-failure">${icon("error")}<span>${t("composer.notSent", visible(failure))}</span></p>`}
  </div>`;
}
