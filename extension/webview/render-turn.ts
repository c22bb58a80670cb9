/** One step: what the user said and all that followed. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import type { LastStop, Turn } from "../src/protocol/index.js";
import type { ItemView } from "./deeds.js";
import { pictureKey, type PanelModel } from "./model.js";
import { visible } from "./plain.js";
import {
  divider,
  notice,
  review,
  subAgent,
  toolCall,
  unknown,
  webSearch,
} from "./render-aside.js";
import {
  agentMessage,
  imageView,
  plan,
  reasoning,
  userMessage,
} from "./render-message.js";
import { icon, timeOf, type Rendered } from "./render-parts.js";
import { fileChange } from "./render-change.js";
import { command } from "./render-command.js";
import { t } from "./strings.js";
import type { TurnView } from "./turn-view.js";
import { stepTools } from "./render-step-tools.js";
import { clockTime, dayOf, duration, isSameDay } from "./times.js";
import type { Item } from "./wire.js";

/** What of a turn is in the page. */
export interface TurnPart {
  readonly skipped: number;
  /** Null: up to its end. */
  readonly taken: number | null;
}

/** The turn; drawn again only when something that it shows has changed. */
export function turnArticle(
  turn: Turn,
  part: TurnPart,
  before: Turn | undefined,
  view: TurnView,
): unknown {
  const { model, folds, waiting } = view;
  const live = model.liveTurnId === turn.turnId;
  const shown = [
    turn,
    part.skipped,
    part.taken,
    live,
    before?.model,
    before?.startedAt,
  ];
  return guard(
    [
      ...shown,
      folds.revision,
      model.wholes,
      waiting,
      model.turnCount,
      model.mayRun,
      model.pictures,
    ],
    () => html`${dayBefore(turn, before)}${article(turn, part, before, view)}`,
  );
}

function article(
  turn: Turn,
  { skipped, taken }: TurnPart,
  before: Turn | undefined,
  view: TurnView,
): TemplateResult {
  const { model } = view;
  const live = model.liveTurnId === turn.turnId;
  const items = turn.items.slice(skipped, taken ?? undefined);
  const label = turn.dropped ? t("stepDropped") : t("step", turn.number);
  return html`<article
    class="turn ${turn.dropped ? "is-dropped" : ""}"
    data-turn=${turn.turnId}
    data-step=${turn.number}
    tabindex="-1"
    aria-posinset=${Math.max(1, turn.number)}
    aria-setsize=${Math.max(1, turn.number, model.turnCount)}
    aria-label=${label}
  >
    <header class="turn-head">
      <h2>${label}</h2>
      ${timeOf(turn.startedAt)}${modelChange(turn, before)}${stepTools(turn, view)}
    </header>
    ${repeat(
      items,
      (item) => item.itemId,
      (item) => itemPart(item, turn.turnId, live, view),
    )}${taken === null ? turnEnd(turn, live) : nothing}
  </article>`;
}

/** Where another day begins. */
function dayBefore(turn: Turn, before: Turn | undefined): Rendered {
  const { startedAt } = turn;
  if (startedAt === null || before === undefined || before.startedAt === null)
    return nothing;
  if (isSameDay(before.startedAt, startedAt)) return nothing;
  return html`<div class="divider is-day" role="separator">
    <span class="divider-text"
      >${icon("calendar")}<span>${dayOf(startedAt)}</span></span
    >
  </div>`;
}

/** The model, where it is another than before. */
function modelChange(turn: Turn, before: Turn | undefined): Rendered {
  const same = before?.model === turn.model && before.effort === turn.effort;
  if (turn.model === null || same) {
    return nothing;
  }
  const effort = turn.effort === null ? "" : ` ${turn.effort}`;
  return html`<span class="turn-model">${visible(turn.model + effort)}</span>`;
}

function itemPart(
  item: Item,
  turnId: string,
  turnLive: boolean,
  view: TurnView,
): unknown {
  const { folds, deeds, model } = view;
  const itemView: ItemView = {
    parts: folds.of(item.itemId),
    live: turnLive && isUnderWay(item, model),
    waiting: view.waiting.has(item.itemId),
    whole: model.wholes.get(item.itemId),
    turnId,
    pictures: picturesOf(item, model),
    cwd: model.task?.cwd ?? null,
    deeds,
  };
  const { parts, live, waiting, whole, pictures } = itemView;
  return guard(
    [item, parts, live, waiting, whole, ...pictures],
    () =>
      html`<div class="item is-${item.type}" data-item=${item.itemId}>
        ${itemContent(item, itemView)}
      </div>`,
  );
}

function picturesOf(item: Item, { pictures }: PanelModel): ItemView["pictures"] {
  const count =
    item.type === "userMessage"
      ? item.images.length
      : item.type === "imageView"
        ? 1
        : 0;
  return Array.from({ length: count }, (_, index) =>
    pictures.get(pictureKey(item.itemId, index)),
  );
}

/** Texts have no status of their own: the last one of a running turn is being written. */
function isUnderWay(item: Item, model: PanelModel): boolean {
  if ("status" in item) return item.status === "inProgress";
  return item === model.turns.at(-1)?.items.at(-1);
}

function itemContent(item: Item, view: ItemView): TemplateResult {
  switch (item.type) {
    case "userMessage":
      return userMessage(item, view);
    case "agentMessage":
      return agentMessage(item, view);
    case "reasoning":
      return reasoning(item, view);
    case "commandExecution":
      return command(item, view);
    case "fileChange":
      return fileChange(item, view);
    case "plan":
      return plan(item, view);
    case "imageView":
      return imageView(item, view);
    default:
      return asideContent(item, view);
  }
}

type Aside = Extract<
  Item,
  {
    readonly type:
      | "toolCall"
      | "webSearch"
      | "review"
      | "subAgent"
      | "divider"
      | "notice"
      | "unknown";
  }
>;

function asideContent(item: Aside, view: ItemView): TemplateResult {
  switch (item.type) {
    case "toolCall":
      return toolCall(item, view);
    case "webSearch":
      return webSearch(item, view);
    case "review":
      return review(item, view);
    case "subAgent":
      return subAgent(item, view);
    case "divider":
      return divider(item);
    case "notice":
      return notice(item, view);
    case "unknown":
      return unknown(item, view);
  }
}

/** How the turn ended, when it was not well, and how long it took. */
function turnEnd(turn: Turn, live: boolean): Rendered {
  if (live) return nothing;
  const failed = turn.status === "failed" || turn.status === "interrupted";
  if (failed || turn.stop !== null) return stopNotice(turn, turn.stop);
  if (turn.startedAt === null || turn.completedAt === null) return nothing;
  const took = turn.completedAt - turn.startedAt;
  return took < 1000
    ? nothing
    : html`<footer class="turn-end">${icon("check")}${duration(took)}</footer>`;
}

const CALM = new Set<LastStop["kind"]>(["interrupted", "processDied", "usageLimit"]);

function stopNotice(turn: Turn, stop: LastStop | null): TemplateResult {
  const kind = stop?.kind ?? (turn.status === "interrupted" ? "interrupted" : "error");
  const calm = CALM.has(kind);
  return html`<div class="notice ${calm ? "is-quiet" : "is-error"}">
    ${icon(calm ? "circle-slash" : "error")}
    <div class="notice-text" dir="auto">
      ${t(`stop.${kind}`)}${stop === null ? nothing : stopDetails(turn, stop)}
    </div>
  </div>`;
}

/** What Codex said, unless the turn shows it already, and when a limit resets. */
function stopDetails(turn: Turn, { kind, message, resetsAt }: LastStop): string {
  const said = turn.items.some(
    (item) => item.type === "notice" && item.text.text === message,
  );
  // Codex's word for it is the heading already.
  const words =
    said || message === null || message === kind ? "" : `: ${visible(message)}`;
  const reset = resetsAt === null ? "" : ` (${clockTime(resetsAt, Date.now())})`;
  return words + reset;
}
