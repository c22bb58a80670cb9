/** What one must know about the task before going on with it. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import type { Holder, Task } from "../src/protocol/index.js";
import type { Deeds } from "./deeds.js";
import { OUTSIDE, type Folds } from "./folds.js";
import { isRunning, type PanelModel } from "./model.js";
import { visible } from "./plain.js";
import { icon, type Rendered } from "./render-parts.js";
import { t, tCount } from "./strings.js";
import { clockTime, duration } from "./times.js";

export interface Banner {
  readonly level: "info" | "warning" | "error";
  readonly icon: string;
  readonly text: unknown;
  readonly more?: unknown;
}

/** Under the header: how the task stands. */
export function banners(model: PanelModel, folds: Folds, deeds: Deeds): TemplateResult {
  const found = [
    sidecarBanner(model),
    ...(model.task === null ? [] : taskBanners(model, model.task, folds, deeds)),
    readOnlyBanner(model, deeds),
  ];
  return html`${found.filter((banner) => banner !== null).map(bannerRow)}`;
}

/** One row: an icon, what is to be known, what can be done. */
export function bannerRow(banner: Banner): TemplateResult {
  return html`<div class="banner is-${banner.level}">
    ${icon(banner.icon)}
    <div class="banner-text">${banner.text}${banner.more ?? nothing}</div>
  </div>`;
}

function sidecarBanner(model: PanelModel): Banner | null {
  switch (model.sidecar) {
    case "running":
      return null;
    case "starting":
      return { level: "info", icon: "loading", text: t("banner.starting") };
    case "restarting":
      return { level: "warning", icon: "sync", text: t("banner.restarting") };
    case "stopped":
      return { level: "error", icon: "debug-disconnect", text: t("banner.stopped") };
  }
}

function readOnlyBanner({ mayRun }: PanelModel, deeds: Deeds): Banner | null {
  if (mayRun.allowed) return null;
  const text = visible(mayRun.reason);
  if (mayRun.isExample !== true) return { level: "warning", icon: "shield", text };
  const close = (): void => {
    deeds.post({ type: "action", id: "closeDemo" });
  };
  const more = actions([[t("banner.closeDemo"), close]]);
  return { level: "info", icon: "beaker", text, more };
}

function taskBanners(
  model: PanelModel,
  task: Task,
  folds: Folds,
  deeds: Deeds,
): readonly (Banner | null)[] {
  return [
    task.state === "active" ? null : awayBanner(task.state, deeds),
    heldBanner(task, model, deeds),
    isRunning(model) ? null : stopBanner(task, model, deeds),
    task.cwd === null || task.cwdExists ? null : folderBanner(task.cwd, task, deeds),
    task.scheduledResumeAt === null
      ? null
      : scheduledBanner(task.scheduledResumeAt, deeds),
    task.problems.length === 0 ? null : damagedBanner(task, folds, deeds),
  ];
}

/** In the archive or in the trash, and the way back. */
function awayBanner(state: "archived" | "trashed", deeds: Deeds): Banner {
  const back = state === "archived" ? "unarchive" : "restore";
  const act = (): void => {
    deeds.post({ type: "action", id: back });
  };
  return {
    level: "info",
    icon: state === "archived" ? "archive" : "trash",
    text: t(`banner.${state}`),
    more: actions([[t(`banner.${back}`), act]]),
  };
}

/** A folder that was moved: where is it now? */
function folderBanner(cwd: string, { state }: Task, deeds: Deeds): Banner {
  const relink = (): void => {
    deeds.post({ type: "action", id: "relink" });
  };
  const more = state === "trashed" ? nothing : actions([[t("banner.relink"), relink]]);
  const text = t("banner.folderGone", visible(cwd));
  return { level: "warning", icon: "folder", text, more };
}

function scheduledBanner(at: number, deeds: Deeds): Banner {
  return {
    level: "info",
    icon: "watch",
    text: t("banner.scheduled", clockTime(at, Date.now())),
    more: actions([
      [
        t("banner.unschedule"),
        () => {
          deeds.post({ type: "schedule", on: false });
        },
      ],
    ]),
  };
}

/** Buttons of a banner. */
function actions(
  all: readonly (readonly [label: string, act: () => void])[],
): TemplateResult {
  // A space rather than a margin: it stays behind where they begin a line of their own.
  return html`&ensp;<span class="banner-actions">
      ${all.map(
        ([label, act]) =>
          html`<button type="button" class="button is-secondary" @click=${act}>
            ${label}
          </button>`,
      )}
    </span>`;
}

function heldBanner({ holder }: Task, model: PanelModel, deeds: Deeds): Banner | null {
  if (holder === null || (model.drives && holder.program === "threadbook")) return null;
  const facts = holderFacts(holder);
  const details = facts.length === 0 ? "" : ` (${facts.join(", ")})`;
  const words = [
    `${t("banner.held", visible(holder.program))}${details}.`,
    t("banner.heldWhy"),
    t("banner.following"),
  ];
  const last = lastWhole(model);
  return {
    level: "warning",
    icon: "lock",
    text: words.join(" "),
    more:
      last === null || !model.mayRun.allowed
        ? nothing
        : actions([
            [
              t("banner.fork"),
              () => {
                deeds.fork(last, false);
              },
            ],
          ]),
  };
}

function holderFacts(holder: Holder): readonly string[] {
  return [
    holder.pid === null ? null : t("holder.process", holder.pid),
    holder.terminal === null ? null : t("holder.terminal", visible(holder.terminal)),
    holder.host === null ? null : t("holder.host", visible(holder.host)),
    holder.since === null
      ? null
      : t("holder.since", clockTime(holder.since, Date.now())),
  ].filter((fact) => fact !== null);
}

/** The last step that has ended. */
function lastWhole(model: PanelModel): number | null {
  const turn = model.turns.findLast(
    ({ status, dropped }) => status !== "inProgress" && !dropped,
  );
  return turn?.number ?? null;
}

/** Why the last step stopped; nothing when it completed or the user stopped it. */
function stopBanner(task: Task, model: PanelModel, deeds: Deeds): Banner | null {
  const stop = task.lastStop;
  if (task.status === "limited") return limitedBanner(task, model, deeds);
  if (task.status === "failed") {
    const reason = stop === null ? t("banner.failed") : `${t(`stop.${stop.kind}`)}.`;
    const words = stop?.message ?? "";
    return {
      level: "error",
      icon: "error",
      text: `${reason} ${visible(words)}`.trim(),
    };
  }
  if (task.status === "interrupted" && stop?.kind === "processDied") {
    return {
      level: "info",
      icon: "debug-disconnect",
      text: t("banner.processDied"),
      more: model.mayRun.allowed
        ? actions([
            [
              t("banner.goOn"),
              () => {
                deeds.sayGoOn();
              },
            ],
          ])
        : nothing,
    };
  }
  return null;
}

/** The limit, with the offer to go on by itself when it resets. */
function limitedBanner(task: Task, model: PanelModel, deeds: Deeds): Banner {
  const resetsAt = task.lastStop?.resetsAt ?? null;
  const isOver = resetsAt !== null && resetsAt <= Date.now();
  const offer = (): void => {
    deeds.post({ type: "schedule", on: true });
  };
  const label =
    resetsAt === null
      ? t("banner.scheduleSoon")
      : t("banner.schedule", clockTime(resetsAt, Date.now()));
  const mayOffer = !isOver && task.scheduledResumeAt === null && model.mayRun.allowed;
  return {
    level: "warning",
    icon: "watch",
    text: limitText(task),
    more: mayOffer ? actions([[label, offer]]) : nothing,
  };
}

function limitText(task: Task): unknown {
  const resetsAt = task.lastStop?.resetsAt ?? null;
  const message = task.lastStop?.message ?? null;
  const said = message === null ? t("banner.limited") : visible(message);
  return html`<span dir="auto">${said}</span>
    ${resetsAt === null ? nothing : resetText(resetsAt)}`;
}

/** The countdown is kept true by `ticker.ts`. */
function resetText(resetsAt: number): Rendered {
  return html`<span
    data-until=${resetsAt}
    .textContent=${countdown(resetsAt, Date.now())}
  ></span>`;
}

/** When a limit resets, and in how long; or that it has. */
export function countdown(resetsAt: number, now: number): string {
  if (resetsAt <= now) return t("banner.hasReset");
  const left = resetsAt - now;
  const rounded =
    left < 60_000 ? Math.ceil(left / 1000) * 1000 : Math.ceil(left / 60_000) * 60_000;
  return t("banner.resets", clockTime(resetsAt, now), duration(rounded));
}

const PROBLEMS = `${OUTSIDE}problems`;

function damagedBanner(task: Task, folds: Folds, deeds: Deeds): Banner {
  const open = (folds.of(PROBLEMS)["list"] ?? 0) > 0;
  const list = html`<ul class="problems">
    ${task.problems.map(
      (problem) =>
        html`<li>
          ${problem.line === null ? visible(problem.message) : t("banner.problemLine", problem.line, visible(problem.message))}
        </li>`,
    )}
  </ul>`;
  const toggle = html`<button
    type="button"
    class="text-button"
    aria-expanded=${open ? "true" : "false"}
    @click=${() => {
      deeds.fold(PROBLEMS, "list", open ? 0 : 1);
    }}
  >
    ${t(open ? "banner.hideProblems" : "banner.showProblems")}
  </button>`;
  const text = tCount("banner.damaged", task.problems.length);
  return {
    level: "warning",
    icon: "warning",
    text,
    more: html` ${toggle}${open ? list : nothing}`,
  };
}
