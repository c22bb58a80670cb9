/** What a command works with. */
import type { LogOutputChannel } from "vscode";

import type { TaskPanels } from "../panel/task-panels.js";
import type { Task } from "../protocol/index.js";
import type { Sidecar } from "../sidecar/client.js";
import type { Demo } from "../sidecar/demo.js";
import type { SavedSearches } from "../tasks/saved-searches.js";
import type { TaskStore } from "../tasks/task-store.js";
import type { ListFilter } from "../views/list-filter.js";
import type { UsagePage } from "../views/usage-page.js";

export interface Context {
  readonly sidecar: Sidecar;
  readonly demo: Demo;
  readonly store: TaskStore;
  /** What is archived or in the trash. */
  readonly archive: TaskStore;
  readonly filter: ListFilter;
  readonly searches: SavedSearches;
  readonly panels: TaskPanels;
  readonly usagePage: UsagePage;
  readonly log: LogOutputChannel;
  /** The tasks whose rows are selected in that view. */
  selection(this: void, view: string): readonly Task[];
}

/**
 * *argument*: a thread id, a row of the tree, `{view}` for what is selected there (from
 * a key), or nothing (from the palette). *selected*: all rows that are selected, when the
 * one that was clicked on is among them.
 */
export type Command = (
  context: Context,
  argument: unknown,
  selected?: unknown,
) => Promise<void>;
