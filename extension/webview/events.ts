/** How one live event changes the page's model. Pure. */
import type { Task, TaskEventNotification, Turn } from "../src/protocol/index.js";
import type { PanelModel } from "./model.js";
import { changeTurn, putItem, withDelta } from "./turns.js";
import type { EventOf, Item, ItemOf, TaskEvent } from "./wire.js";

const STATUS_AFTER = {
  completed: "idle",
  interrupted: "interrupted",
  failed: "failed",
  inProgress: "running",
} as const;

/** Neighbouring deltas of one text as one, so that a burst costs one copy. */
export function joinDeltas(
  events: readonly TaskEventNotification[],
): readonly TaskEventNotification[] {
  const joined: TaskEventNotification[] = [];
  for (const event of events) {
    const longer = continued(joined.at(-1)?.event, event.event);
    if (longer === null) joined.push(event);
    else joined[joined.length - 1] = { ...event, event: longer };
  }
  return joined;
}

/** Both as one delta, when they are deltas of the same text. */
function continued(
  before: TaskEvent | undefined,
  after: TaskEvent,
): EventOf<"itemDelta"> | null {
  if (before?.type !== "itemDelta" || after.type !== "itemDelta") return null;
  if (before.itemId !== after.itemId || before.field !== after.field) return null;
  return { ...after, delta: before.delta + after.delta };
}

/** The model after one event that follows on what it knows. */
export function applyEvent(
  model: PanelModel,
  notification: TaskEventNotification,
): PanelModel {
  const { event } = notification;
  const turnId = turnOf(model, notification);
  switch (event.type) {
    case "turnStarted":
      return withStartedTurn(model, event.turnId, event.at);
    case "itemStarted":
    case "itemCompleted":
      return withItem(model, turnId, event.item);
    case "itemDelta":
      return withDeltaIn(model, turnId, event);
    case "turnCompleted":
      return withCompletedTurn(model, turnId, event);
    case "statusChanged":
      return withStatus(model, event.status);
    case "usage":
      return withUsage(model, event);
    case "warning":
      return withNotice(model, notification, warningOf(notification.seq, event));
    case "error":
      return event.willRetry
        ? { ...model, retrying: event.message }
        : withNotice(model, notification, errorOf(notification.seq, event));
  }
}

/** What an event says of the task itself, where its turn is not among those loaded. */
export function applyFromAfar(
  model: PanelModel,
  { event, turnId }: TaskEventNotification,
): PanelModel {
  switch (event.type) {
    case "turnStarted":
      return withStatus({ ...model, liveTurnId: event.turnId }, "running");
    case "turnCompleted":
      return withCompletedTurn(model, turnId ?? model.liveTurnId ?? "", event);
    case "statusChanged":
      return withStatus(model, event.status);
    case "usage":
      return withUsage(model, event);
    default:
      return model;
  }
}

/** The turn that an event is about: the one it names, else the one that runs, else the last. */
function turnOf(model: PanelModel, notification: TaskEventNotification): string {
  return (
    notification.turnId ?? model.liveTurnId ?? model.turns.at(-1)?.turnId ?? "live"
  );
}

function withStartedTurn(
  model: PanelModel,
  turnId: string,
  at: number | null,
): PanelModel {
  const known = model.turns.some((turn) => turn.turnId === turnId);
  const next = known
    ? changeTurn(model.turns, turnId, (turn) => ({
        ...turn,
        status: "inProgress",
        stop: null,
        items: [...turn.items, ...model.early],
      }))
    : [...model.turns, { ...newTurn(model, turnId, at), items: model.early }];
  return {
    ...model,
    turns: next,
    early: [],
    turnCount: known ? model.turnCount : model.turnCount + 1,
    liveTurnId: turnId,
    retrying: null,
    task:
      model.task === null ? null : { ...model.task, status: "running", lastStop: null },
  };
}

function newTurn(model: PanelModel, turnId: string, at: number | null): Turn {
  const last = model.turns.findLast((turn) => !turn.dropped);
  return {
    turnId,
    number: (last?.number ?? model.turnCount) + 1,
    status: "inProgress",
    startedAt: at,
    completedAt: null,
    model: model.task?.model ?? null,
    effort: model.task?.effort ?? null,
    stop: null,
    items: [],
    dropped: false,
  };
}

function withItem(model: PanelModel, turnId: string, item: Item): PanelModel {
  const known = model.turns.some((turn) => turn.turnId === turnId);
  const base = known
    ? model
    : { ...model, turns: [...model.turns, newTurn(model, turnId, item.at)] };
  const wholes = new Map(base.wholes);
  wholes.delete(item.itemId);
  return {
    ...base,
    turns: changeTurn(base.turns, turnId, (turn) => putItem(turn, item)),
    wholes: wholes.size === base.wholes.size ? base.wholes : wholes,
    retrying: item.type === "notice" ? base.retrying : null,
    pending:
      item.type === "userMessage" ? withoutShown(base, item.text.text) : base.pending,
  };
}

/** What is said of no turn while none runs is said of the one that begins next. */
function withNotice(
  model: PanelModel,
  notification: TaskEventNotification,
  notice: Item,
): PanelModel {
  const isEarly = notification.turnId === null && model.liveTurnId === null;
  return isEarly
    ? { ...model, early: [...model.early, notice] }
    : withItem(model, turnOf(model, notification), notice);
}

/** A pending message that a turn now shows is shown once; its fate is still awaited. */
function withoutShown(model: PanelModel, text: string): PanelModel["pending"] {
  const index = model.pending.findIndex(
    (send) => !send.shown && send.text.trim() === text.trim(),
  );
  return model.pending
    .map((send, each) => (each === index ? { ...send, shown: true } : send))
    .filter((send) => !(send.taken && send.shown));
}

function withDeltaIn(
  model: PanelModel,
  turnId: string,
  event: EventOf<"itemDelta">,
): PanelModel {
  const turns = changeTurn(model.turns, turnId, (turn) => withDelta(turn, event));
  return { ...model, turns, retrying: null };
}

function withCompletedTurn(
  model: PanelModel,
  turnId: string,
  event: EventOf<"turnCompleted">,
): PanelModel {
  const { status, stop, at } = event;
  const turns = changeTurn(model.turns, turnId, (turn) => ({
    ...turn,
    status,
    stop,
    completedAt: at,
  }));
  const taskStatus = stop?.kind === "usageLimit" ? "limited" : STATUS_AFTER[status];
  return {
    ...model,
    turns,
    liveTurnId: model.liveTurnId === turnId ? null : model.liveTurnId,
    retrying: null,
    task:
      model.task === null
        ? null
        : { ...model.task, status: taskStatus, lastStop: stop },
    pending: model.pending.filter((send) => !send.taken),
  };
}

function withUsage(model: PanelModel, event: EventOf<"usage">): PanelModel {
  const { tokenUsage, rateLimits } = event;
  const task =
    model.task === null || tokenUsage === null
      ? model.task
      : { ...model.task, tokenUsage };
  return { ...model, task, limits: rateLimits ?? model.limits };
}

function withStatus(model: PanelModel, status: Task["status"]): PanelModel {
  return model.task === null ? model : { ...model, task: { ...model.task, status } };
}

function warningOf(seq: number, { message }: EventOf<"warning">): Item {
  return { ...noticeOf(seq, message), level: "warning", code: null };
}

function errorOf(seq: number, { message, code }: EventOf<"error">): Item {
  return { ...noticeOf(seq, message), level: "error", code };
}

function noticeOf(
  seq: number,
  message: string,
): Omit<ItemOf<"notice">, "level" | "code"> {
  const text = { text: message, bytes: message.length, cut: false };
  return { type: "notice", itemId: `event-${seq}`, at: null, text };
}
