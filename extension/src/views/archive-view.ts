/** The view *Archive and trash*: read only once somebody looks. */
import * as vscode from "vscode";

import { Disposables } from "../lib/disposables.js";
import type { Task } from "../protocol/index.js";
import type { Sidecar } from "../sidecar/client.js";
import type { Scope } from "../tasks/scope.js";
import type { TaskStore } from "../tasks/task-store.js";
import { groupByState } from "./task-groups.js";
import { TaskTree, type TreeNode } from "./task-tree.js";
import { selectedTasks, setContext } from "./tasks-view.js";

export const ARCHIVE_ID = "threadbook.archive";

export class ArchiveView implements vscode.Disposable {
  readonly #sidecar: Sidecar;
  readonly #store: TaskStore;
  readonly #held = new Disposables();
  readonly #view: vscode.TreeView<TreeNode>;
  #isRead = false;

  constructor(sidecar: Sidecar, store: TaskStore) {
    this.#sidecar = sidecar;
    this.#store = store;
    const tree = this.#held.add(
      new TaskTree({ id: ARCHIVE_ID, store, group: groupByState }),
    );
    this.#view = this.#held.add(
      vscode.window.createTreeView(ARCHIVE_ID, {
        treeDataProvider: tree,
        showCollapseAll: true,
        canSelectMany: true,
      }),
    );
    this.#held.add(
      this.#view.onDidCollapseElement(({ element }) => tree.turned(element, false)),
    );
    this.#held.add(
      this.#view.onDidExpandElement(({ element }) => tree.turned(element, true)),
    );
    this.#held.add(this.#view.onDidChangeVisibility(() => void this.#look()));
    this.#held.add(store.onChanged(() => this.#draw()));
    this.#held.add(
      sidecar.onState((state) => {
        this.#isRead &&= state === "running";
        void this.#look();
      }),
    );
    void this.#look();
  }

  get selection(): readonly Task[] {
    return selectedTasks(this.#view.selection);
  }

  /** Lists those of other folders. */
  async show(scope: Scope): Promise<void> {
    this.#isRead = true;
    await this.#store.show(scope);
  }

  dispose(): void {
    this.#held.dispose();
  }

  async #look(): Promise<void> {
    if (this.#view.visible && !this.#isRead && this.#sidecar.state === "running") {
      this.#isRead = true;
      await this.#store.load();
    }
  }

  #draw(): void {
    const { loaded, tasks, failure } = this.#store;
    const isEmpty = loaded === "complete" && tasks.length === 0;
    void setContext("archive", isEmpty && failure === undefined ? "none" : "some");
    void setContext(
      "trash",
      tasks.some(({ state }) => state === "trashed"),
    );
  }
}
