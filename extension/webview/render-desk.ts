/** What lies about the text field: the queue, pictures to be sent, a message that is rewritten. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import { repeat } from "lit/directives/repeat.js";
import type { QueuedMessage } from "../src/panel/messages.js";
import type { Deeds } from "./deeds.js";
import { isRunning, type Attachment, type PanelModel } from "./model.js";
import { oneLine, visible } from "./plain.js";
import { icon, type Rendered } from "./render-parts.js";
import { t, tCount } from "./strings.js";

/** Messages that wait for the running turn to end. */
export function queueList(model: PanelModel, deeds: Deeds): Rendered {
  if (model.queue.length === 0) return nothing;
  return html`<section class="queue" aria-label=${t("queue.title")}>
    <div class="queue-head quiet">
      ${icon("layers")}${t(isRunning(model) ? "queue.title" : "queue.stopped")}
    </div>
    <ol>
      ${repeat(
        model.queue,
        ({ id }) => id,
        (message) => queuedRow(message, model, deeds),
      )}
    </ol>
  </section>`;
}

function queuedRow(
  message: QueuedMessage,
  model: PanelModel,
  deeds: Deeds,
): TemplateResult {
  const { id, text, images } = message;
  const words = oneLine(text).slice(0, 300);
  const pictures =
    images.length === 0
      ? nothing
      : html`<span class="quiet">${tCount("pictures", images.length)}</span>`;
  const act = (name: string, label: string, deed: () => void): TemplateResult =>
    html`<button
      type="button"
      class="icon-button codicon codicon-${name}"
      title=${label}
      aria-label=${`${label}: ${words.slice(0, 60)}`}
      @click=${deed}
    ></button>`;
  const now = isRunning(model) ? t("queue.steer") : t("queue.send");
  return html`<li class="queue-row">
    <span class="row-text" dir="auto" title=${visible(text)}>${words}</span>${pictures}
    ${act("send", now, () => {
      deeds.sendQueued(message);
    })}${act("edit", t("queue.edit"), () => {
      deeds.editQueued(message);
    })}${act("trash", t("queue.remove"), () => {
      deeds.post({ type: "unqueue", id });
    })}
  </li>`;
}

/** What goes with the next message, and what it is for. */
export function attachmentList(model: PanelModel, deeds: Deeds): TemplateResult {
  return html`${amendNote(model, deeds)}${
    model.attachments.length === 0
      ? nothing
      : html`<ul class="attachments" aria-label=${t("attachments")}>
          ${repeat(
            model.attachments,
            ({ id }) => id,
            (attachment) => attachmentChip(attachment, deeds),
          )}
        </ul>`
  }`;
}

function amendNote(model: PanelModel, deeds: Deeds): Rendered {
  if (model.amending === null) return nothing;
  return html`<div class="amend-note">
    ${icon("edit")}<span>${t("amend.note", model.amending)}</span>
    <button type="button" class="text-button" @click=${deeds.stopAmending}>
      ${t("amend.cancel")}
    </button>
  </div>`;
}

function attachmentChip(attachment: Attachment, deeds: Deeds): TemplateResult {
  const { id, name, dataUrl, path } = attachment;
  const label = t("removePicture", name);
  return html`<li class="attachment ${path === null ? "is-waiting" : ""}">
    <img src=${dataUrl} alt=${name} title=${name} />
    <button
      type="button"
      class="icon-button codicon codicon-close"
      title=${label}
      aria-label=${label}
      @click=${() => {
        deeds.detach(id);
      }}
    ></button>
  </li>`;
}
