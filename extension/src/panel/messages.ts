/**
 * What the panel's host (extension) and its page (webview) say to each other.
 * The page asks on `ready`; nothing is posted to it before.
 */
import type {
  Approval,
  Item,
  OutlineStep,
  SidecarState,
  Task,
  TaskAnswerParams,
  TaskEventNotification,
  Turn,
} from "../protocol/index.js";

export type { SidecarState } from "../protocol/index.js";

/** A button of a banner; `id` comes back as `action`. */
export interface PanelAction {
  readonly id: string;
  readonly label: string;
}

/** A message that is said once the running turn has ended. */
export interface QueuedMessage {
  readonly id: number;
  readonly text: string;
  /** Paths of pictures. */
  readonly images: readonly string[];
}

/** Host to page. */
export type ToPanel =
  /** The row changed (also first of all after `ready`). */
  | { readonly type: "task"; readonly task: Task }
  /** A page of turns, oldest first. `replace`: the newest page; `prepend`: older ones. */
  | {
      readonly type: "turns";
      readonly position: "replace" | "prepend";
      readonly turns: readonly Turn[];
      readonly nextCursor: string | null;
      readonly turnCount: number;
      readonly seq: number;
    }
  /**
   * Turns that were jumped to, or that follow on those, oldest first. `newerFrom` is the
   * step that follows on them; null: they reach the end, and events go on from `seq`.
   */
  | {
      readonly type: "partTurns";
      readonly position: "jump" | "append";
      readonly turns: readonly Turn[];
      readonly nextCursor: string | null;
      readonly newerFrom: number | null;
      readonly turnCount: number;
      readonly seq: number;
    }
  /** An item, whole, as asked by `loadItem`. */
  | { readonly type: "item"; readonly item: Item }
  | { readonly type: "event"; readonly event: TaskEventNotification }
  /** All questions that wait (replaces what the page knew). */
  | { readonly type: "approvals"; readonly approvals: readonly Approval[] }
  | { readonly type: "approvalResolved"; readonly requestId: string }
  | { readonly type: "sidecar"; readonly state: SidecarState }
  /** Something went wrong; stays until the next one or null. */
  | {
      readonly type: "trouble";
      readonly message: string | null;
      readonly actions: readonly PanelAction[];
    }
  /** What became of `send`: on failure the text goes back into the composer. */
  | {
      readonly type: "sent";
      readonly sendId: number;
      readonly failure: string | null;
    }
  /** False in an untrusted folder and in the demo: read, not resume. */
  | {
      readonly type: "mayRun";
      readonly allowed: boolean;
      readonly reason: string;
      /** The demo's, which can be closed. */
      readonly isExample?: boolean;
    }
  | { readonly type: "focusComposer" }
  /** Brings that step into view, or that item of it, also when it is not loaded. */
  | { readonly type: "showStep"; readonly step: number; readonly itemId: string | null }
  /** All steps of the task, as asked by `outline`. */
  | { readonly type: "outline"; readonly steps: readonly OutlineStep[] }
  /** A picture, as asked by `loadImage`; null: it is nowhere. */
  | {
      readonly type: "image";
      readonly itemId: string;
      readonly index: number;
      readonly dataUrl: string | null;
    }
  /** What the next message runs with; null: as the task did. */
  | {
      readonly type: "settings";
      readonly model: string | null;
      readonly effort: string | null;
    }
  /** Where a picture of `attach` was put; null with a reason: nowhere. */
  | {
      readonly type: "attached";
      readonly attachmentId: number;
      readonly path: string | null;
      readonly failure: string | null;
    }
  /** A file that was chosen after `mention`. */
  | { readonly type: "mentioned"; readonly path: string }
  | { readonly type: "queue"; readonly messages: readonly QueuedMessage[] }
  /** How many tasks were forked from this one. */
  | { readonly type: "forks"; readonly count: number }
  /** What was being written when the panel was closed; asked for by no one. */
  | { readonly type: "draft"; readonly text: string };

/** Page to host. */
export type FromPanel =
  | { readonly type: "ready" }
  | { readonly type: "loadOlder"; readonly cursor: string }
  /** The turns from that step on, behind those that are there. */
  | { readonly type: "loadNewer"; readonly fromStep: number }
  /** The turns around that step, instead of those that are there. */
  | { readonly type: "jump"; readonly step: number }
  | { readonly type: "loadItem"; readonly itemId: string }
  /** Starts a turn, or steers the one that runs (`steer`). */
  | {
      readonly type: "send";
      readonly sendId: number;
      readonly text: string;
      readonly steer: boolean;
      readonly model: string | null;
      readonly effort: string | null;
      /** Paths of pictures; a turn that runs takes none, so it is not steered then. */
      readonly images: readonly string[];
    }
  | { readonly type: "interrupt" }
  /** Sums up what was said, so that there is room for more. */
  | { readonly type: "compact" }
  /** To be said when the running turn has ended; an `id` that is known is changed. */
  | { readonly type: "enqueue"; readonly message: QueuedMessage }
  | { readonly type: "unqueue"; readonly id: number }
  /** Says it now: starts a turn, or steers. */
  | { readonly type: "sendQueued"; readonly id: number; readonly sendId: number }
  /** A new task with the steps up to this one, opened in its own tab. */
  | { readonly type: "fork"; readonly step: number; readonly beside: boolean }
  /** A new task in which the user said this at that step instead; answered by `sent`. */
  | {
      readonly type: "amend";
      readonly sendId: number;
      readonly step: number;
      readonly text: string;
      readonly images: readonly string[];
    }
  /** As `fork`, in a worktree with the repository as it was after that step. */
  | { readonly type: "worktree"; readonly step: number }
  | { readonly type: "revealStep"; readonly step: number }
  | { readonly type: "outline" }
  | {
      readonly type: "loadImage";
      readonly turnId: string;
      readonly itemId: string;
      readonly index: number;
    }
  | {
      readonly type: "chooseModel";
      readonly model: string | null;
      readonly effort: string | null;
    }
  /** A picture's bytes in base64, to be kept as a file. */
  | {
      readonly type: "attach";
      readonly attachmentId: number;
      readonly mime: string;
      readonly data: string;
    }
  /** The user typed `@`: which file? */
  | { readonly type: "mention" }
  /** What is being written, kept for when the panel is closed. */
  | { readonly type: "draft"; readonly text: string }
  /** What became of the files since the commit at which the task began. */
  | { readonly type: "diffSinceStart"; readonly paths: readonly string[] }
  /** Goes on by itself when the limit has reset, or no longer. */
  | { readonly type: "schedule"; readonly on: boolean }
  | {
      readonly type: "answer";
      readonly requestId: string;
      readonly decision: TaskAnswerParams["decision"];
      readonly answers: Readonly<Record<string, readonly string[]>> | null;
    }
  | { readonly type: "openFile"; readonly path: string; readonly line: number | null }
  /** The panel of another task: the one that this one comes from, say. */
  | { readonly type: "openTask"; readonly threadId: string }
  /** The task that was forked from this one; one of them, where there are several. */
  | { readonly type: "openFork" }
  | { readonly type: "openDiff"; readonly itemId: string; readonly path: string }
  | { readonly type: "openLink"; readonly url: string }
  | { readonly type: "copy"; readonly text: string }
  | { readonly type: "action"; readonly id: string };

/** What the page keeps with `setState`, and the serializer gets back. */
export interface PanelState {
  readonly threadId: string;
  readonly draft: string;
  readonly scrollTop: number;
}
