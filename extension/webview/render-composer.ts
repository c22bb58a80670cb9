/** Where the user writes. The text field itself is made once and never drawn over. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import type { Deeds } from "./deeds.js";
import { isRunning, strangeHolder, type PanelModel } from "./model.js";
import { visible } from "./plain.js";
import { icon } from "./render-parts.js";
import { t } from "./strings.js";

/** What the text field says while it is empty. */
export function placeholder(model: PanelModel): string {
  if (!model.mayRun.allowed) return visible(model.mayRun.reason);
  if (model.amending !== null) return t("composer.amend", model.amending);
  const holder = strangeHolder(model);
  if (holder !== null) return t("banner.held", visible(holder.program));
  if (isRunning(model)) return t("composer.steer");
  return t(model.task?.status === "empty" ? "composer.start" : "composer.goOn");
}

/** The row under the text field. */
export function composerRow(
  model: PanelModel,
  hasDraft: boolean,
  deeds: Deeds,
): TemplateResult {
  const held = strangeHolder(model) !== null;
  const running = isRunning(model) && !held;
  const waits = model.attachments.some(({ path }) => path === null);
  const isEmpty = !hasDraft && model.attachments.length === 0;
  const disabled = isEmpty || waits || !model.mayRun.allowed;
  const keys = running ? t("composer.hintRunning") : t("composer.hint");
  const hint = held ? nothing : keys;
  return html`${modelButton(model, deeds)}
    <span class="composer-hint quiet" id="composer-hint">${hint}</span>
    ${iconButton("attach", t("composer.attach"), deeds.attach, !model.mayRun.allowed)}
    ${
      running
        ? html`${iconButton("debug-stop", t("composer.stopKey"), deeds.interrupt, false)}${iconButton("layers", t("composer.queueKey"), deeds.queue, disabled)}`
        : nothing
    }
    <button
      type="button"
      class="icon-button send"
      title=${t(model.amending === null ? "composer.sendKey" : "composer.amendKey")}
      aria-label=${t("composer.send")}
      ?disabled=${disabled}
      @click=${deeds.send}
    >
      ${icon("send")}
    </button>`;
}

/** What the next message runs with; a click chooses. */
function modelButton(model: PanelModel, deeds: Deeds): TemplateResult {
  const { choice } = model;
  const { name = t("composer.modelUnknown"), effort = "" } = settingsOf(model);
  const label = `${name} ${effort}`.trim();
  return html`<button
    type="button"
    class="composer-model ${choice.model === null && choice.effort === null ? "" : "is-chosen"}"
    title=${t("composer.chooseModel")}
    ?disabled=${!model.mayRun.allowed}
    @click=${deeds.chooseModel}
  >
    <span class="composer-model-name">${visible(label)}</span>${icon("chevron-down")}
  </button>`;
}

function settingsOf({ task, choice }: PanelModel): {
  readonly name: string | undefined;
  readonly effort: string | undefined;
} {
  return {
    name: choice.model ?? task?.model ?? undefined,
    effort: choice.effort ?? task?.effort ?? undefined,
  };
}

function iconButton(
  name: string,
  label: string,
  act: () => void,
  disabled: boolean,
): TemplateResult {
  return html`<button
    type="button"
    class="icon-button"
    title=${label}
    aria-label=${label.replace(/ \(.*\)$/u, "")}
    ?disabled=${disabled}
    @click=${act}
  >
    ${icon(name)}
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
