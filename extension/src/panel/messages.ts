/**
 * What the panel's host (extension) and its page (webview) say to each other.
 * The page asks on `ready`; nothing is posted to it before.
 */
import type {
  Approval,
  Item,
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
  /** False in an untrusted folder: read, not resume. */
  | { readonly type: "mayRun"; readonly allowed: boolean; readonly reason: string }
  | { readonly type: "focusComposer" };

/** Page to host. */
export type FromPanel =
  | { readonly type: "ready" }
  | { readonly type: "loadOlder"; readonly cursor: string }
  | { readonly type: "loadItem"; readonly itemId: string }
  /** Starts a turn, or steers the one that runs (`steer`). */
  | {
      readonly type: "send";
      readonly sendId: number;
      readonly text: string;
      readonly steer: boolean;
      readonly model: string | null;
      readonly effort: string | null;
    }
  | { readonly type: "interrupt" }
  | {
      readonly type: "answer";
      readonly requestId: string;
      readonly decision: TaskAnswerParams["decision"];
      readonly answers: Readonly<Record<string, readonly string[]>> | null;
    }
  | { readonly type: "openFile"; readonly path: string; readonly line: number | null }
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
