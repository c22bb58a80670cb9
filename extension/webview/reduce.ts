/**
 * How each message of the host's and each action of the user's changes the model.
 * Pure: no DOM, no clock.
 *
 * Events that come before the first page of turns, or after a gap, are held back
 * until the turns that they build on are here.
 */
import type { SidecarState, ToPanel } from "../src/panel/messages.js";
import type { Task, TaskEventNotification } from "../src/protocol/index.js";
import { applyEvent, applyFromAfar, joinDeltas } from "./events.js";
import type { PageAction, PanelModel } from "./model.js";
import { reduceDialogue } from "./reduce-dialogue.js";
import {
  isEcho,
  joinNewer,
  joinPages,
  liveTurnOf,
  withNewer,
  withWholeItem,
} from "./turns.js";

/** Above this, held events are dropped: the page then reads again. */
const HELD_AT_MOST = 5000;

/** The model after a message of the host's or an action of the user's. */
export function reduce(model: PanelModel, message: ToPanel | PageAction): PanelModel {
  switch (message.type) {
    case "task":
      return withTask(model, message.task);
    case "turns":
      return withTurns(model, message);
    case "partTurns":
      return withPart(model, message);
    case "item":
      return {
        ...model,
        turns: withWholeItem(model.turns, message.item),
        wholes: new Map(model.wholes).set(message.item.itemId, "here"),
      };
    case "event":
      return applyEvents(model, [message.event]);
    case "sidecar":
      return withSidecar(model, message.state);
    case "trouble":
      return withTrouble(model, message);
    case "mayRun":
      return { ...model, mayRun: message };
    case "focusComposer":
      return model;
    default:
      return reduceDialogue(model, message);
  }
}

/** The model after events, in the order of their coming. */
export function applyEvents(
  model: PanelModel,
  events: readonly TaskEventNotification[],
): PanelModel {
  const mine = events.filter(
    (event) => model.task === null || event.threadId === model.task.threadId,
  );
  if (mine.length === 0) return model;
  if (model.sync !== "current") {
    const held = [...model.held, ...mine].slice(-HELD_AT_MOST);
    const next = { ...model, held };
    return model.sync === "detached" ? mine.reduce(applyFromAfar, next) : next;
  }
  let seq = model.seq;
  const due: TaskEventNotification[] = [];
  for (const [index, event] of mine.entries()) {
    if (event.seq <= seq) continue;
    if (event.seq !== seq + 1) {
      const upToGap = joinDeltas(due).reduce(applyEvent, { ...model, seq });
      return { ...upToGap, sync: "gap", held: mine.slice(index) };
    }
    seq = event.seq;
    due.push(event);
  }
  return due.length === 0
    ? model
    : joinDeltas(due).reduce(applyEvent, { ...model, seq });
}

function withTurns(
  model: PanelModel,
  message: Extract<ToPanel, { readonly type: "turns" }>,
): PanelModel {
  const { turns, nextCursor, turnCount, seq } = message;
  if (message.position === "prepend") {
    return {
      ...model,
      turns: joinPages(turns, model.turns),
      nextCursor,
      loadingOlder: false,
    };
  }
  const merged = withNewer(model.turns, turns);
  const next: PanelModel = {
    ...model,
    turns: merged.turns,
    nextCursor: merged.keptOlder ? model.nextCursor : nextCursor,
    newerFrom: null,
    loadingNewer: false,
    turnCount,
    seq,
    sync: "current",
    loaded: true,
    held: [],
    loadingOlder: false,
    liveTurnId: liveTurnOf(merged.turns, model.task),
    early: [],
    retrying: null,
    pending: model.pending
      .map((send) =>
        isEcho(send.text, turns.at(-1)) ? { ...send, shown: true } : send,
      )
      .filter((send) => !(send.taken && send.shown)),
  };
  return applyEvents(next, model.held);
}

/** Turns that were jumped to, or that follow on those; they may reach the end. */
function withPart(
  model: PanelModel,
  message: Extract<ToPanel, { readonly type: "partTurns" }>,
): PanelModel {
  const { position, newerFrom, turnCount, seq } = message;
  const isJump = position === "jump";
  const turns = isJump ? message.turns : joinNewer(model.turns, message.turns);
  const isAtEnd = newerFrom === null;
  const next: PanelModel = {
    ...model,
    turns,
    nextCursor: isJump ? message.nextCursor : model.nextCursor,
    newerFrom,
    turnCount,
    seq,
    sync: isAtEnd ? "current" : "detached",
    loaded: true,
    held: isAtEnd ? [] : model.held,
    loadingOlder: false,
    loadingNewer: false,
    liveTurnId: isAtEnd ? liveTurnOf(turns, model.task) : model.liveTurnId,
  };
  return isAtEnd ? applyEvents(next, model.held) : next;
}

/** A task that goes on under another id counts its events anew. */
function withTask(model: PanelModel, task: Task): PanelModel {
  const goesOn = model.task === null || model.task.threadId === task.threadId;
  return goesOn ? { ...model, task } : { ...model, task, sync: "gap", held: [] };
}

/** A sidecar that came back counts its events anew; the host sends the turns by itself. */
function withSidecar(model: PanelModel, state: SidecarState): PanelModel {
  const cameBack = state === "running" && model.sidecar !== "running" && model.loaded;
  return cameBack
    ? { ...model, sidecar: state, sync: "loading", held: [] }
    : { ...model, sidecar: state };
}

/** Trouble also means that what was asked for will not come: it may be asked again. */
function withTrouble(
  model: PanelModel,
  message: Extract<ToPanel, { readonly type: "trouble" }>,
): PanelModel {
  if (message.message === null) return { ...model, trouble: null };
  const wholes = new Map([...model.wholes].filter(([, state]) => state === "here"));
  const trouble = { message: message.message, actions: message.actions };
  return {
    ...model,
    trouble,
    wholes,
    loadingOlder: false,
    loadingNewer: false,
    answered: new Set(),
  };
}
