/** What the page knows: the task, the turns that are loaded, what waits. */
import type { FromPanel, PanelAction, SidecarState } from "../src/panel/messages.js";
import type {
  Approval,
  RateLimits,
  Task,
  TaskEventNotification,
  Turn,
} from "../src/protocol/index.js";

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
  /** This page made the task go on: that Threadbook holds it is no news. */
  readonly drives: boolean;
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
  drives: false,
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
