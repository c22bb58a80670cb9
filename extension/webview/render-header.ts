/** The task at a glance. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import type { TokenUsage, Task } from "../src/protocol/index.js";
import type { Deeds } from "./deeds.js";
import { isRunning, type Overlay, type PanelModel } from "./model.js";
import { baseName, oneLine, visible } from "./plain.js";
import { icon, spoken, timeOf, type Rendered } from "./render-parts.js";
import { filesLabel } from "./render-overlay.js";
import { t, tCount } from "./strings.js";
import { compact } from "./times.js";

const STATUS_ICONS = {
  running: "loading",
  waiting: "bell-dot",
  idle: "pass",
  interrupted: "debug-pause",
  failed: "error",
  limited: "watch",
  empty: "circle-large",
  damaged: "warning",
} as const;

/** A question makes the task wait before the sidecar has said so. */
function statusOf(task: Task, model: PanelModel): Task["status"] {
  return model.approvals.length > 0 && isRunning(model) ? "waiting" : task.status;
}

export function header(model: PanelModel, deeds: Deeds): TemplateResult {
  const { task } = model;
  if (task === null)
    return html`<div class="task-header"><h1>${t("loading")}</h1></div>`;
  const name = oneLine(task.displayName);
  const status = statusOf(task, model);
  return html`<div class="task-header">
    <div class="task-title">
      <h1 dir="auto" title=${name}>${name}</h1>
      <span class="pill is-${status}"
        >${icon(STATUS_ICONS[status], status === "running" ? "codicon-modifier-spin" : "")}${t(`status.${status}`)}</span
      >
      ${overviewButtons(model, deeds)}
    </div>
    <ul class="facts">
      ${fact("folder", t("folder"), task.cwd === null ? null : baseName(visible(task.cwd)), visible(task.cwd ?? ""))}
      ${fact("git-branch", t("branch"), task.git?.branch ?? null, t("branch"))}
      ${fact("sparkle", t("modelAndEffort"), modelOf(task), t("modelAndEffort"))}
      ${tokens(task.tokenUsage)}${contextMeter(task.tokenUsage)}${compacting(model, deeds)}
      ${origin(task, deeds)}${forks(model.forks, deeds)}
      <li class="fact" title=${t("lastActive")}>
        ${icon("history")}${spoken(`${t("lastActive")}: `)}${timeOf(task.updatedAt)}
      </li>
    </ul>
  </div>`;
}

function fact(
  iconName: string,
  name: string,
  value: string | null,
  title: string,
): Rendered {
  if (value === null || value === "") return nothing;
  return html`<li class="fact" title=${title}>
    ${icon(iconName)}${spoken(`${name}: `)}<bdi>${visible(value)}</bdi>
  </li>`;
}

/** What leads on: the files, the steps, finding. */
function overviewButtons(model: PanelModel, deeds: Deeds): TemplateResult {
  const files = filesLabel(model);
  return html`<div class="overview">
    ${files === null ? nothing : overlayButton("files", "diff-multiple", html`${files}`, model, deeds)}
    ${model.turnCount === 0 ? nothing : overlayButton("outline", "list-ordered", html`<span data-here></span>`, model, deeds)}
    <button
      type="button"
      class="icon-button codicon codicon-search"
      title=${t("find.open")}
      aria-label=${t("find.title")}
      @click=${deeds.find}
    ></button>
  </div>`;
}

function overlayButton(
  overlay: Overlay,
  iconName: string,
  label: TemplateResult,
  model: PanelModel,
  deeds: Deeds,
): TemplateResult {
  const isOpen = model.overlay === overlay;
  return html`<button
    type="button"
    class="overview-button"
    title=${t(`overlay.${overlay}`)}
    aria-expanded=${isOpen ? "true" : "false"}
    data-overlay=${overlay}
    @click=${() => {
      deeds.overlay(isOpen ? null : overlay);
    }}
  >
    ${icon(iconName)}<span class="overview-label">${label}</span>
  </button>`;
}

/** How full the context is: what the last request held of what the model can hold. */
function contextMeter(usage: TokenUsage | null): Rendered {
  const used = usage?.contextUsed ?? null;
  const most = usage?.contextWindow ?? null;
  if (used === null || most === null || most === 0) return nothing;
  const percent = Math.min(100, Math.round((used / most) * 100));
  const label = t("context.used", compact(used), compact(most), percent);
  const level = percent >= 90 ? "is-full" : percent >= 70 ? "is-high" : "";
  return html`<li class="fact" title=${label}>
    <meter
      class="context ${level}"
      min="0"
      max="100"
      .value=${percent}
      aria-label=${label}
    ></meter
    ><span aria-hidden="true">${t("context.percent", percent)}</span>
  </li>`;
}

/** Sums up, where that can be done now: the task is ours to go on with, and rests. */
function compacting(model: PanelModel, deeds: Deeds): Rendered {
  const { task, mayRun, turnCount } = model;
  const rests = task?.holder === null && !isRunning(model);
  if (!rests || !mayRun.allowed || turnCount === 0) return nothing;
  return html`<li class="fact">
    <button
      type="button"
      class="icon-button codicon codicon-fold"
      title=${t("compact")}
      aria-label=${t("compact")}
      @click=${() => {
        deeds.post({ type: "compact" });
      }}
    ></button>
  </li>`;
}

/** How it was gone on with: a way to the task it comes from, and to what became of it. */
function origin(task: Task, deeds: Deeds): readonly Rendered[] {
  const { forkedFromId, continuedFromId, continuedAsId, parentThreadId } = task;
  const ways = [
    ["organization", t("origin.parent"), parentThreadId],
    ["repo-forked", t("origin.forked"), forkedFromId],
    ["history", t("origin.continued"), continuedFromId],
    ["arrow-right", t("origin.continuedAs"), continuedAsId],
  ] as const;
  return ways.map(([iconName, label, threadId], index) => {
    // A sub-agent may have begun with its parent's history: one way there will do.
    const isFirst = ways.findIndex(([, , other]) => other === threadId) === index;
    if (threadId === null || !isFirst) return nothing;
    return way(iconName, label, () => {
      deeds.post({ type: "openTask", threadId });
    });
  });
}

/** A way to what was forked from it. */
function forks(count: number, deeds: Deeds): Rendered {
  if (count === 0) return nothing;
  return way("repo-forked", tCount("origin.forks", count), () => {
    deeds.post({ type: "openFork" });
  });
}

function way(iconName: string, label: string, go: () => void): TemplateResult {
  return html`<li class="fact">
    ${icon(iconName)}<button type="button" class="link" @click=${go}>${label}</button>
  </li>`;
}

/** Model and effort on one line. */
export function modelOf(task: Task): string | null {
  if (task.model === null) return null;
  return task.effort === null ? task.model : `${task.model} ${task.effort}`;
}

function tokens(usage: TokenUsage | null): Rendered {
  if (usage === null || usage.total === 0) return nothing;
  const { total, input, cachedInput, output, reasoning, contextWindow } = usage;
  const details = t(
    "tokenDetails",
    ...[total, input, cachedInput, output, reasoning].map((count) => compact(count)),
  );
  const window =
    contextWindow === null ? "" : `, ${t("contextWindow", compact(contextWindow))}`;
  return html`<li class="fact" title=${details + window}>
    ${icon("dashboard")}<span>${t("tokens", compact(total))}</span>
  </li>`;
}
