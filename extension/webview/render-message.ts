/** What was said: the user's cards, the agent's prose, its reasoning and its plan. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import { guard } from "lit/directives/guard.js";
import type { Image, Text } from "../src/protocol/index.js";
import type { ItemView } from "./deeds.js";
import { excerptOf } from "./excerpt.js";
import { markdownBlocks } from "./markdown.js";
import { baseName, oneLine, visible } from "./plain.js";
import {
  copyButton,
  cutNote,
  foldedLine,
  icon,
  spoken,
  timeOf,
  type Rendered,
} from "./render-parts.js";
import { safeFragment } from "./safe-html.js";
import { t, tCount } from "./strings.js";
import { size } from "./times.js";
import type { ItemOf } from "./wire.js";

/** Markdown as nodes; a block that did not change is not drawn again. */
export function markdown(text: string): TemplateResult {
  const blocks = markdownBlocks(text).map((block) =>
    guard([block], () => safeFragment(block)),
  );
  return html`<div class="markdown" dir="auto">${blocks}</div>`;
}

export function userMessage(
  item: ItemOf<"userMessage">,
  view: ItemView,
): TemplateResult {
  return html`<div class="user-card">
    ${spoken(t("you"))}${userText(item.itemId, item.text, view)}${cutNote(item.itemId, item.text, "text", view)}
    ${item.images.length === 0 ? nothing : html`<div class="chips">${item.images.map((image, index) => imageChip(item.itemId, image, index, view))}</div>`}
    <div class="message-tools">
      ${timeOf(item.at)}${copyButton(t("copy"), item.text.text, view)}
    </div>
  </div>`;
}

/** The user's words as they were typed, long ones folded. */
function userText(itemId: string, text: Text, view: ItemView): TemplateResult {
  const part = "text";
  const whole = (view.parts[part] ?? 0) > 0;
  const excerpt = excerptOf(text.text, false);
  if (whole || excerpt.hidden === 0) {
    const words = text.text.trim() === "" ? t("noTextSent") : visible(text.text);
    return html`<pre class="user-text" dir="auto">${words}</pre>`;
  }
  const show = (): void => {
    view.deeds.fold(itemId, part, 1);
  };
  return html`<pre class="user-text" dir="auto">${visible(excerpt.head)}</pre>
    <button type="button" class="text-button" @click=${show}>
      ${tCount("moreLines", excerpt.hidden)}
    </button>
    <pre class="user-text" dir="auto">${visible(excerpt.tail)}</pre>`;
}

export function agentMessage(
  item: ItemOf<"agentMessage">,
  view: ItemView,
): TemplateResult {
  return html`<div class="agent ${item.final ? "" : "is-commentary"}">
    ${markdown(item.text.text)}${cutNote(item.itemId, item.text, "text", view)}
    ${
      view.live
        ? nothing
        : html`<div class="message-tools">
            ${timeOf(item.at)}${copyButton(t("copy"), item.text.text, view)}
          </div>`
    }
  </div>`;
}

export function reasoning(item: ItemOf<"reasoning">, view: ItemView): TemplateResult {
  const subject = subjectOf(item.text.text);
  const keys = view.live
    ? (["thinking", "thinkingAbout"] as const)
    : (["thought", "thoughtAbout"] as const);
  return foldedLine({
    itemId: item.itemId,
    part: "body",
    icon: "lightbulb",
    title: subject === "" ? t(keys[0]) : t(keys[1], subject),
    body:
      item.text.text.trim() === ""
        ? null
        : () =>
            html`${markdown(item.text.text)}${cutNote(item.itemId, item.text, "body", view)}`,
    view,
  });
}

/** The last heading of a summary: what the thought is about. */
function subjectOf(text: string): string {
  const headings = [...text.matchAll(/^\s*(?:\*\*(.+?)\*\*|#{1,6}\s+(.+))\s*$/gmu)];
  const last = headings.at(-1);
  return oneLine(last?.[1] ?? last?.[2] ?? "").slice(0, 120);
}

const STEP_ICONS = {
  pending: "circle-large",
  inProgress: "play-circle",
  completed: "pass-filled",
} as const;

export function plan(item: ItemOf<"plan">, view: ItemView): TemplateResult {
  const done = item.steps.filter((step) => step.status === "completed").length;
  return html`<section class="plan" aria-label=${t("plan")}>
    <div class="plan-head">
      ${icon("checklist")}<span>${t("plan")}</span>
      ${item.steps.length === 0 ? nothing : html`<span class="quiet">${t("planProgress", done, item.steps.length)}</span>`}
    </div>
    ${planSteps(item)}
    ${item.text === null ? nothing : html`${markdown(item.text.text)}${cutNote(item.itemId, item.text, "text", view)}`}
  </section>`;
}

/** The plan as a checklist. */
export function planSteps(item: ItemOf<"plan">): Rendered {
  if (item.steps.length === 0) return nothing;
  return html`<ul>
    ${item.steps.map(
      (step) =>
        html`<li class="plan-step is-${step.status}" dir="auto">
          ${icon(STEP_ICONS[step.status])}${spoken(`${t(`step.${step.status}`)}: `)}<span
            >${visible(step.step)}</span
          >
        </li>`,
    )}
  </ul>`;
}

export function imageView(item: ItemOf<"imageView">, view: ItemView): TemplateResult {
  return html`<div class="fold">
    <div class="fold-head">
      ${icon("eye")}<span class="fold-title">${t("viewedPicture")}</span>
    </div>
    <div class="chips">${imageChip(item.itemId, item.image, 0, view)}</div>
  </div>`;
}

/**
 * A picture, small; it opens large. Until it is there, and when it is nowhere, its name
 * stands for it: that opens the file. Nothing is loaded from elsewhere.
 */
export function imageChip(
  itemId: string,
  image: Image,
  index: number,
  view: ItemView,
): TemplateResult {
  const name = pictureName(image);
  const found = view.pictures[index];
  const picture = typeof found === "object" ? found.dataUrl : null;
  if (picture !== null) {
    return html`<button
      type="button"
      class="thumbnail"
      title=${name}
      aria-label=${t("openPicture", name)}
      @click=${() => {
        view.deeds.enlarge(picture, name);
      }}
    >
      <img src=${picture} alt="" />
    </button>`;
  }
  const wanted =
    found === undefined ? JSON.stringify([view.turnId, itemId, index]) : nothing;
  return html`<span class="chip-place" data-picture=${wanted}
    >${nameChip(image, name, view)}</span
  >`;
}

function pictureName({ path, mime }: Image): string {
  return visible(path === null ? (mime ?? t("picture")) : baseName(path));
}

function nameChip(image: Image, name: string, view: ItemView): TemplateResult {
  const { path, url } = image;
  const label = html`${icon("file-media")}<span>${name}</span>${image.bytes > 0 ? html`<span class="quiet">${size(image.bytes)}</span>` : nothing}`;
  if (path !== null) {
    const open = (): void => {
      view.deeds.post({ type: "openFile", path, line: null });
    };
    return html`<button
      type="button"
      class="chip"
      title=${visible(path)}
      @click=${open}
    >
      ${label}
    </button>`;
  }
  if (url !== null && /^https?:\/\//iu.test(url)) {
    return html`<a class="chip" href=${url} title=${visible(url)}>${label}</a>`;
  }
  return html`<span class="chip">${label}</span>`;
}
