/** The conversation: the turns in the page, what is being sent, what goes on. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import { repeat } from "lit/directives/repeat.js";
import type { Turn } from "../src/protocol/index.js";
import { isRunning, type PanelModel } from "./model.js";
import { oneLine, visible } from "./plain.js";
import { icon, spoken, type Rendered } from "./render-parts.js";
import { notice } from "./render-aside.js";
import type { Deeds } from "./deeds.js";
import { turnArticle } from "./render-turn.js";
import type { TurnView } from "./turn-view.js";
import { shownTurns, type Range } from "./shown.js";
import { t } from "./strings.js";
import type { Item } from "./wire.js";

export function feed(view: TurnView, range: Range): TemplateResult {
  const { model } = view;
  const { turns, first, skipped, taken } = shownTurns(model.turns, range);
  const last = turns.length - 1;
  const isWhole = range.end === null && model.newerFrom === null;
  return html`${feedTop(view, range)}
    <div
      class="turns"
      role=${turns.length === 0 ? nothing : "feed"}
      aria-label=${turns.length === 0 ? nothing : t("feed")}
      aria-busy=${model.loadingOlder || model.loadingNewer ? "true" : "false"}
    >
      ${repeat(
        turns,
        (turn) => turn.turnId,
        (turn, index) => {
          const part = {
            skipped: index === 0 ? skipped : 0,
            taken: index === last ? taken : null,
          };
          return turnArticle(turn, part, model.turns[first + index - 1], view);
        },
      )}
    </div>
    ${isWhole ? feedEnd(view) : moreBelow(model)}`;
}

/** What is being sent, and what goes on. */
function feedEnd({ model, deeds }: TurnView): TemplateResult {
  return html`${model.early.map((item) => earlyNotice(item, deeds))}${model.pending
    .filter((send) => !send.shown)
    .map(
      (send) =>
        html`<div class="user-card is-pending">
          ${spoken(t("you"))}
          <pre class="user-text" dir="auto">${visible(send.text)}</pre>
          <div class="quiet">${t(send.taken ? "takenSoon" : "sending")}</div>
        </div>`,
    )}${progress(model)}`;
}

/** What Codex said before the step to which it belongs has begun. */
function earlyNotice(item: Item, deeds: Deeds): Rendered {
  if (item.type !== "notice") return nothing;
  const view = { parts: {}, live: false, waiting: false, whole: undefined } as const;
  const rest = { turnId: "", pictures: [], cwd: null, deeds } as const;
  return notice(item, { ...view, ...rest });
}

function moreBelow(model: PanelModel): Rendered {
  if (!model.loadingNewer) return nothing;
  return html`<p class="feed-note">
    ${icon("loading", "codicon-modifier-spin")}${t("loadingNewer")}
  </p>`;
}

/** What is above the turns: more of them, or the beginning. */
function feedTop(view: TurnView, range: Range): Rendered {
  const { model, deeds } = view;
  if (!model.loaded)
    return html`<p class="feed-note">
      ${icon("loading", "codicon-modifier-spin")}${t("loading")}
    </p>`;
  if (model.loadingOlder) {
    return html`<p class="feed-note">
      ${icon("loading", "codicon-modifier-spin")}${t("loadingOlder")}
    </p>`;
  }
  if (range.start !== null || model.nextCursor !== null) {
    return html`<p class="feed-note">
      <button type="button" class="text-button" @click=${deeds.showEarlier}>
        ${t("showEarlier")}
      </button>
    </p>`;
  }
  if (model.turns.length === 0 && model.pending.length === 0)
    return html`<p class="feed-note">${t("emptyTask")}</p>`;
  return nothing;
}

/** The running indicator, with what it is at and for how long. */
function progress(model: PanelModel): Rendered {
  if (!isRunning(model)) return nothing;
  const turn = model.turns.findLast((each) => each.turnId === model.liveTurnId);
  const since = turn?.startedAt ?? null;
  const waits = waitsForUser(model);
  const clock =
    since === null ? nothing : html`<span class="quiet" data-since=${since}></span>`;
  return html`<div class="progress">
    ${icon(waits ? "bell-dot" : "loading", waits ? "" : "codicon-modifier-spin")}<span
      class="progress-text"
      >${progressText(model, turn)}</span
    >${clock}
  </div>`;
}

function waitsForUser(model: PanelModel): boolean {
  return model.approvals.length > 0 || model.task?.status === "waiting";
}

function progressText(model: PanelModel, turn: Turn | undefined): string {
  if (model.retrying !== null) return t("retrying", visible(model.retrying));
  return waitsForUser(model) ? t("waitingForYou") : activity(turn?.items.at(-1));
}

function activity(item: Item | undefined): string {
  switch (item?.type) {
    case "commandExecution":
      return item.status === "inProgress"
        ? t("workingOn", oneLine(item.command).slice(0, 80))
        : t("working");
    case "agentMessage":
      return t("workingWrites");
    case "reasoning":
      return t("workingThinks");
    case "fileChange":
      return t("workingEdits");
    case "toolCall":
      return item.status === "inProgress"
        ? t("workingCalls", oneLine(item.tool))
        : t("working");
    default:
      return t("working");
  }
}
