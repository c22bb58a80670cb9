/** All views and the status bar, put on screen together. */
import * as vscode from "vscode";

import { Disposables } from "../lib/disposables.js";
import type { Task } from "../protocol/index.js";
import { readSetting } from "../settings.js";
import type { Sidecar } from "../sidecar/client.js";
import type { Scope } from "../tasks/scope.js";
import type { TaskStore } from "../tasks/task-store.js";
import { ARCHIVE_ID, ArchiveView } from "./archive-view.js";
import { openAtTop, openWhatIsFound } from "./group-pages.js";
import { askAboutHeldBack } from "./held-back.js";
import type { ListFilter } from "./list-filter.js";
import { StatusBar } from "./status-bar.js";
import { groupTasks, withPlaces } from "./task-groups.js";
import { TaskTree } from "./task-tree.js";
import { setContext, TasksView, VIEW_ID } from "./tasks-view.js";
import { showUnreadDots } from "./unread-dots.js";
import { UsageView } from "./usage-view.js";

export interface ViewsOptions {
  readonly sidecar: Sidecar;
  readonly store: TaskStore;
  readonly archive: TaskStore;
  readonly filter: ListFilter;
}

export class Views implements vscode.Disposable {
  readonly #held = new Disposables();
  readonly #tree: TaskTree;
  readonly #tasks: TasksView;
  readonly #archive: ArchiveView;

  constructor({ sidecar, store, archive, filter }: ViewsOptions) {
    this.#tree = this.#held.add(
      new TaskTree({
        id: VIEW_ID,
        store,
        group: (tasks) => {
          const by = readSetting("groupBy");
          const now = Date.now();
          const shown = filter.pass(tasks, now);
          const groups = groupTasks(shown, by, now, vscode.env.language);
          return filter.isOn ? openWhatIsFound(groups) : openAtTop(groups);
        },
        withPlaces: (groups) => withPlaces(groups, readSetting("groupBy")),
      }),
    );
    this.#tasks = this.#held.add(new TasksView(sidecar, store, this.#tree, filter));
    this.#archive = this.#held.add(new ArchiveView(sidecar, archive));
    this.#held.add(new UsageView(sidecar, store));
    this.#held.add(new StatusBar(sidecar, store));
    this.#held.add(showUnreadDots());
    this.#held.add(
      askAboutHeldBack(sidecar, () => readSetting("autoResume") === "ask"),
    );
  }

  /** The tasks whose rows are selected in that view. */
  selection(id: string): readonly Task[] {
    return (id === ARCHIVE_ID ? this.#archive : this.#tasks).selection;
  }

  /** After a start of the sidecar: is there a codex to go on with? */
  lookForCodex(): Promise<void> {
    return this.#tasks.lookForCodex();
  }

  /** Says whether the tasks are examples. */
  showDemo(isDemo: boolean): void {
    this.#tasks.showDemo(isDemo);
  }

  regroup(): void {
    void setContext("groupBy", readSetting("groupBy"));
    this.#tree.update();
  }

  showArchiveOf(scope: Scope): Promise<void> {
    return this.#archive.show(scope);
  }

  dispose(): void {
    this.#held.dispose();
  }
}
