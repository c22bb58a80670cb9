/** What the page knows: the task, the turns that are loaded, what waits. */
import type {
  FromPanel,
  PanelAction,
  QueuedMessage,
  SidecarState,
} from "../src/panel/messages.js";
import type {
  Approval,
  Holder,
  OutlineStep,
  RateLimits,
  Task,
  TaskEventNotification,
  Turn,
} from "../src/protocol/index.js";
import type { Item } from "./wire.js";

/** A message of the user's that Codex has not taken yet. */
export interface PendingSend {
  readonly sendId: number;
  readonly text: string;
  readonly steer: boolean;
  /** The host said that Codex has it. */
  readonly taken: boolean;
  /** The turn already shows it. */
  readonly shown: boolean;
  /** It begins another task, and is never shown in this one. */
  readonly elsewhere: boolean;
}

/** A picture that goes with the next message; `path` null while the host keeps it. */
export interface Attachment {
  readonly id: number;
  readonly name: string;
  readonly dataUrl: string;
  readonly path: string | null;
}

/** `asked`: on its way; a null address: it is nowhere. */
export type Picture = "asked" | { readonly dataUrl: string | null };

/** What hangs over the conversation; one at a time. */
export type Overlay = "outline" | "files";

/**
 * `gap`: events are missing and must be asked for; `loading`: they are being;
 * `detached`: the turns that are loaded are earlier ones, and don't join on to the end.
 */
export type Sync = "loading" | "current" | "gap" | "detached";

export interface PanelModel {
  readonly task: Task | null;
  readonly turns: readonly Turn[];
  readonly nextCursor: string | null;
  /** The step that follows on the loaded turns; null: they reach the end. */
  readonly newerFrom: number | null;
  readonly turnCount: number;
  readonly seq: number;
  readonly sync: Sync;
  /** Whether turns ever came. */
  readonly loaded: boolean;
  readonly held: readonly TaskEventNotification[];
  readonly loadingOlder: boolean;
  readonly loadingNewer: boolean;
  /** Items asked for whole, and whether they came. */
  readonly wholes: ReadonlyMap<string, "asked" | "here">;
  /** The turn that runs now, as far as the page knows. */
  readonly liveTurnId: string | null;
  /** This page made the task go on: that Threadbook holds it is no news. */
  readonly drives: boolean;
  /** Notices that came while no turn ran: they belong to the next one. */
  readonly early: readonly Item[];
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
  readonly mayRun: {
    readonly allowed: boolean;
    readonly reason: string;
    readonly isExample?: boolean;
  };
  readonly pending: readonly PendingSend[];
  /** Messages that wait for the running turn to end. */
  readonly queue: readonly QueuedMessage[];
  readonly attachments: readonly Attachment[];
  /** What the next message runs with; null: as the task did. */
  readonly choice: { readonly model: string | null; readonly effort: string | null };
  /** The step whose message is being rewritten. */
  readonly amending: number | null;
  /** Pictures by `pictureKey`: what they are, or that they were asked for. */
  readonly pictures: ReadonlyMap<string, Picture>;
  readonly outline: readonly OutlineStep[] | null;
  readonly overlay: Overlay | null;
  /** How many tasks were forked from this one. */
  readonly forks: number;
  readonly sendFailure: string | null;
}

/** What the user did on the page, as far as the model cares. */
export type PageAction =
  | { readonly type: "readAgain" }
  | { readonly type: "olderAsked" }
  | { readonly type: "newerAsked" }
  | { readonly type: "itemAsked"; readonly itemId: string }
  | {
      readonly type: "sending";
      readonly message: Extract<FromPanel, { readonly type: "send" | "amend" }>;
    }
  | { readonly type: "pictureAsked"; readonly key: string }
  | { readonly type: "overlaid"; readonly overlay: Overlay | null }
  | { readonly type: "amending"; readonly step: number | null }
  | { readonly type: "attaching"; readonly attachment: Attachment }
  | { readonly type: "detached"; readonly attachmentId: number }
  | { readonly type: "failureSeen" }
  | { readonly type: "answered"; readonly requestId: string };

export const EMPTY: PanelModel = {
  task: null,
  turns: [],
  nextCursor: null,
  newerFrom: null,
  turnCount: 0,
  seq: 0,
  sync: "loading",
  loaded: false,
  held: [],
  loadingOlder: false,
  loadingNewer: false,
  wholes: new Map(),
  liveTurnId: null,
  drives: false,
  early: [],
  retrying: null,
  limits: null,
  approvals: [],
  answered: new Set(),
  sidecar: "running",
  trouble: null,
  mayRun: { allowed: true, reason: "" },
  pending: [],
  queue: [],
  attachments: [],
  choice: { model: null, effort: null },
  amending: null,
  pictures: new Map(),
  outline: null,
  overlay: null,
  forks: 0,
  sendFailure: null,
};

/** Whether a turn is under way. */
export function isRunning(model: PanelModel): boolean {
  const status = model.task?.status;
  return model.liveTurnId !== null || status === "running" || status === "waiting";
}

/** Programs that let others take part in what they do. */
const SHARING = new Set(["threadbook", "codex daemon"]);

/** Who has the task, where nothing can be said to it from here; null: nobody does. */
export function strangeHolder({ task, drives }: PanelModel): Holder | null {
  const holder = task?.holder ?? null;
  return holder === null || drives || SHARING.has(holder.program) ? null : holder;
}

/** Whether a turn runs that is ours to stop: what another program runs is not. */
export function mayInterrupt(model: PanelModel): boolean {
  return isRunning(model) && strangeHolder(model) === null;
}

/** Under which a picture of an item is kept. */
export function pictureKey(itemId: string, index: number): string {
  return `${itemId}:${String(index)}`;
}
