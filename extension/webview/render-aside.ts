/** What stands beside the conversation: tools, searches, reviews, notices, dividers. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import type { Text } from "../src/protocol/index.js";
import type { ItemView } from "./deeds.js";
import { oneLine, visible } from "./plain.js";
import { markdown } from "./render-message.js";
import { outputBlock } from "./render-output.js";
import { reviewFindings } from "./render-findings.js";
import { cutNote, foldedLine, icon } from "./render-parts.js";
import { t } from "./strings.js";
import { duration } from "./times.js";
import type { ItemOf } from "./wire.js";

export function toolCall(item: ItemOf<"toolCall">, view: ItemView): TemplateResult {
  const { itemId, result } = item;
  const name = item.server === null ? item.tool : `${item.server} · ${item.tool}`;
  const hint = oneLine(item.arguments.text).slice(0, 160);
  const bad = item.status === "failed" || item.status === "declined";
  const state = view.live
    ? html`<span class="badge"
        >${icon("loading", "codicon-modifier-spin")}${t("running")}</span
      >`
    : bad
      ? html`<span class="badge is-bad"
          >${t(item.status === "failed" ? "failed" : "declined")}</span
        >`
      : nothing;
  const time =
    item.durationMs === null
      ? nothing
      : html`<span class="quiet">${duration(item.durationMs)}</span>`;
  return foldedLine({
    itemId,
    part: "body",
    icon: "tools",
    title: html`${visible(name)}
      <span class="quiet fold-hint">${hint === "{}" ? "" : hint}</span>`,
    meta: html`${time}${state}`,
    body: () =>
      html`${labelled(t("arguments"), itemId, "arguments", { ...item.arguments, text: indented(item.arguments.text) }, view)}
      ${result === null ? nothing : labelled(t("result"), itemId, "result", { ...result, text: indented(result.text) }, view)}`,
    view,
  });
}

function labelled(
  label: string,
  itemId: string,
  part: string,
  text: Text,
  view: ItemView,
): TemplateResult {
  return html`<div class="label">${label}</div>
    ${outputBlock({ itemId, part, text, name: label, view })}`;
}

/** JSON with line breaks; anything else as it is, and so are numbers that would lose digits. */
function indented(text: string): string {
  if (!/^\s*[[{]/u.test(text) || text.length > 100_000 || /\d{16}/u.test(text))
    return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

export function webSearch(item: ItemOf<"webSearch">, view: ItemView): TemplateResult {
  const title = html`${t("searched")}
    <span class="quiet fold-hint" dir="auto">${oneLine(item.query)}</span>`;
  return foldedLine({
    itemId: item.itemId,
    part: "body",
    icon: "globe",
    title,
    body: null,
    view,
  });
}

export function review(item: ItemOf<"review">, view: ItemView): TemplateResult {
  const { findings, explanation } = item;
  const words = findings.length > 0 ? explanation : item.text.text;
  const text = html`${markdown(words)}${findings.length === 0 ? nothing : html`${reviewFindings(findings, view)}`}${cutNote(item.itemId, item.text, "text", view)}`;
  const hasText = item.text.text.trim() !== "";
  return html`<section
    class="notice is-info"
    aria-label=${t(item.entered ? "reviewBegun" : "reviewEnded")}
  >
    ${icon("code-review")}
    <div class="notice-text">
      <strong>${t(item.entered ? "reviewBegun" : "reviewEnded")}</strong
      >${hasText ? text : nothing}
    </div>
  </section>`;
}

export function subAgent(item: ItemOf<"subAgent">, view: ItemView): TemplateResult {
  const { itemId, prompt } = item;
  return foldedLine({
    itemId,
    part: "body",
    icon: "organization",
    title: html`${t("subAgent", visible(item.action))}
      <span class="quiet fold-hint"
        >${oneLine(prompt?.text ?? "").slice(0, 160)}</span
      >`,
    body:
      prompt === null && item.threadIds.length === 0
        ? null
        : () =>
            html`${prompt === null ? nothing : html`${markdown(prompt.text)}${cutNote(itemId, prompt, "body", view)}`}
            ${item.threadIds.map((id) => taskWay(id, view))}`,
    view,
  });
}

/** A way to the task of a sub-agent. */
function taskWay(threadId: string, { deeds }: ItemView): TemplateResult {
  return html`<div>
    <button
      type="button"
      class="link"
      @click=${() => {
        deeds.post({ type: "openTask", threadId });
      }}
    >
      ${t("subAgent.open")}
    </button>
    <code class="quiet">${visible(threadId)}</code>
  </div>`;
}

export function notice(item: ItemOf<"notice">, view: ItemView): TemplateResult {
  const isError = item.level === "error";
  return html`<div class="notice ${isError ? "is-error" : "is-warning"}">
    ${icon(isError ? "error" : "warning")}
    <div class="notice-text" dir="auto">
      <span class="spoken">${t(item.level)}: </span>${visible(item.text.text)}${
        item.code === null
          ? nothing
          : html` <code class="quiet">${visible(item.code)}</code>`
      }${cutNote(item.itemId, item.text, "text", view)}
    </div>
  </div>`;
}

const DIVIDER_ICONS = {
  compaction: "fold",
  rollback: "discard",
  modelChange: "arrow-swap",
  fork: "repo-forked",
  goal: "target",
} as const;

export function divider(item: ItemOf<"divider">): TemplateResult {
  const text =
    item.text === null || item.text.trim() === ""
      ? ""
      : oneLine(item.text).slice(0, 400);
  return html`<div class="divider">
    <span class="divider-text" title=${text}
      >${icon(DIVIDER_ICONS[item.kind])}<span>${t(`divider.${item.kind}`)}</span>${text === "" ? nothing : html`<span class="divider-detail">${text}</span>`}</span
    >
  </div>`;
}

export function unknown(item: ItemOf<"unknown">, view: ItemView): TemplateResult {
  const { itemId, raw } = item;
  return foldedLine({
    itemId,
    part: "body",
    icon: "question",
    title: html`<span class="quiet">${t("unknown", oneLine(item.kind))}</span>`,
    body: () =>
      outputBlock({
        itemId,
        part: "raw",
        text: { ...raw, text: indented(raw.text) },
        name: oneLine(item.kind),
        view,
      }),
    view,
  });
}
