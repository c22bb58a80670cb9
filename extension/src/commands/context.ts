/** What a command works with. */
import type { LogOutputChannel } from "vscode";

import type { TaskPanels } from "../panel/task-panels.js";
import type { Sidecar } from "../sidecar/client.js";
import type { TaskStore } from "../tasks/task-store.js";

export interface Context {
  readonly sidecar: Sidecar;
  readonly store: TaskStore;
  readonly panels: TaskPanels;
  readonly log: LogOutputChannel;
}

/** *argument*: a thread id, a row of the tree, or nothing (from the palette). */
export type Command = (context: Context, argument: unknown) => Promise<void>;
