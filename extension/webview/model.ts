/**
 * What the page knows, and how each message changes it. Pure: no DOM, no clock.
 *
 * Events that come before the first page of turns, or after a gap, are held back
 * until the turns that they build on are here.
 */
import type {
  FromPanel,
  PanelAction,
  SidecarState,
  ToPanel,
} from "../src/panel/messages.js";
import type {
  Approval,
  RateLimits,
  Task,
  TaskEventNotification,
  Turn,
} from "../src/protocol/index.js";
import { applyEvent, joinDeltas } from "./events.js";
import { isEcho, joinPages, liveTurnOf, withNewer, withWholeItem } from "./turns.js";

/** A message of the user's that Codex has not taken yet. */
export interface PendingSend {
  readonly sendId: number;
  readonly text: string;
  readonly steer: boolean;
  /** The host said that Codex has it. */
  readonly taken: boolean;
  /** The turn already shows it. */
  readonly shown: boolean;
}

/** `gap`: events are missing and must be asked for; `loading`: they are being. */
export type Sync = "loading" | "current" | "gap";

export interface PanelModel {
  readonly task: Task | null;
  readonly turns: readonly Turn[];
  readonly nextCursor: string | null;
  readonly turnCount: number;
  readonly seq: number;
  readonly sync: Sync;
  /** Whether turns ever came. */
  readonly loaded: boolean;
  readonly held: readonly TaskEventNotification[];
  readonly loadingOlder: boolean;
  /** Items asked for whole, and whether they came. */
  readonly wholes: ReadonlyMap<string, "asked" | "here">;
  /** The turn that runs now, as far as the page knows. */
  readonly liveTurnId: string | null;
  /** Why Codex tries again, while it does. */
  readonly retrying: string | null;
  readonly limits: RateLimits | null;
  readonly approvals: readonly Approval[];
  /** Requests that were answered here and are not resolved yet. */
  readonly answered: ReadonlySet<string>;
  readonly sidecar: SidecarState;
  readonly trouble: {
    readonly message: string;
    readonly actions: readonly PanelAction[];
  } | null;
  readonly mayRun: { readonly allowed: boolean; readonly reason: string };
  readonly pending: readonly PendingSend[];
  readonly sendFailure: string | null;
}

/** What the user did on the page, as far as the model cares. */
export type PageAction =
  | { readonly type: "readAgain" }
  | { readonly type: "olderAsked" }
  | { readonly type: "itemAsked"; readonly itemId: string }
  | {
      readonly type: "sending";
      readonly message: Extract<FromPanel, { readonly type: "send" }>;
    }
  | { readonly type: "failureSeen" }
  | { readonly type: "answered"; readonly requestId: string };

/** Above this, held events are dropped: the page then reads again. */
const HELD_AT_MOST = 5000;

export const EMPTY: PanelModel = {
  task: null,
  turns: [],
  nextCursor: null,
  turnCount: 0,
  seq: 0,
  sync: "loading",
  loaded: false,
  held: [],
  loadingOlder: false,
  wholes: new Map(),
  liveTurnId: null,
  retrying: null,
  limits: null,
  approvals: [],
  answered: new Set(),
  sidecar: "running",
  trouble: null,
  mayRun: { allowed: true, reason: "" },
  pending: [],
  sendFailure: null,
};

/** Whether a turn is under way. */
export function isRunning(model: PanelModel): boolean {
  const status = model.task?.status;
  return model.liveTurnId !== null || status === "running" || status === "waiting";
}

/** The model after a message of the host's or an action of the user's. */
export function reduce(model: PanelModel, message: ToPanel | PageAction): PanelModel {
  switch (message.type) {
    case "task":
      return withTask(model, message.task);
    case "turns":
      return withTurns(model, message);
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
      return { ...model, mayRun: { allowed: message.allowed, reason: message.reason } };
    case "focusComposer":
      return model;
    default:
      return withDialogue(model, message);
  }
}

type Dialogue = Exclude<
  ToPanel | PageAction,
  {
    readonly type:
      | "task"
      | "turns"
      | "item"
      | "event"
      | "sidecar"
      | "trouble"
      | "mayRun"
      | "focusComposer";
  }
>;

/** What is asked and answered between the user, the page and Codex. */
function withDialogue(model: PanelModel, message: Dialogue): PanelModel {
  switch (message.type) {
    case "approvals": {
      const open = new Set(message.approvals.map((approval) => approval.requestId));
      const answered = new Set(
        [...model.answered].filter((requestId) => open.has(requestId)),
      );
      return { ...model, approvals: message.approvals, answered };
    }
    case "approvalResolved": {
      const answered = new Set(model.answered);
      answered.delete(message.requestId);
      const approvals = model.approvals.filter(
        (each) => each.requestId !== message.requestId,
      );
      return { ...model, approvals, answered };
    }
    case "answered":
      return { ...model, answered: new Set(model.answered).add(message.requestId) };
    case "sent":
      return withSent(model, message.sendId, message.failure);
    case "sending": {
      const { sendId, text, steer } = message.message;
      const pending = [
        ...model.pending,
        { sendId, text, steer, taken: false, shown: false },
      ];
      return { ...model, pending, sendFailure: null };
    }
    case "failureSeen":
      return model.sendFailure === null ? model : { ...model, sendFailure: null };
    case "readAgain":
      return { ...model, sync: "loading" };
    case "olderAsked":
      return { ...model, loadingOlder: true };
    case "itemAsked":
      return { ...model, wholes: new Map(model.wholes).set(message.itemId, "asked") };
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
  if (model.sync !== "current") {
    return { ...model, held: [...model.held, ...mine].slice(-HELD_AT_MOST) };
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
    turnCount,
    seq,
    sync: "current",
    loaded: true,
    held: [],
    loadingOlder: false,
    liveTurnId: liveTurnOf(merged.turns, model.task),
    retrying: null,
    pending: model.pending
      .map((send) =>
        isEcho(send.text, turns.at(-1)) ? { ...send, shown: true } : send,
      )
      .filter((send) => !(send.taken && send.shown)),
  };
  return applyEvents(next, model.held);
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
  return { ...model, trouble, wholes, loadingOlder: false, answered: new Set() };
}

/** A taken message stays in view until its turn shows it. */
function withSent(
  model: PanelModel,
  sendId: number,
  failure: string | null,
): PanelModel {
  const pending = model.pending
    .filter((send) => send.sendId !== sendId || (failure === null && !send.shown))
    .map((send) => (send.sendId === sendId ? { ...send, taken: true } : send));
  return { ...model, pending, sendFailure: failure ?? model.sendFailure };
}
