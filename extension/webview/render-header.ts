/** The task at a glance. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import type { TokenUsage, Task } from "../src/protocol/index.js";
import { isRunning, type PanelModel } from "./model.js";
import { baseName, oneLine, visible } from "./plain.js";
import { icon, spoken, timeOf, type Rendered } from "./render-parts.js";
import { t } from "./strings.js";
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

export function header(model: PanelModel): TemplateResult {
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
    </div>
    <ul class="facts">
      ${fact("folder", t("folder"), task.cwd === null ? null : baseName(visible(task.cwd)), visible(task.cwd ?? ""))}
      ${fact("git-branch", t("branch"), task.git?.branch ?? null, t("branch"))}
      ${fact("sparkle", t("modelAndEffort"), modelOf(task), t("modelAndEffort"))}
      ${tokens(task.tokenUsage)}
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
