/** Puts the tree on screen, with its welcome texts, messages and progress. */
import * as vscode from "vscode";

import { Disposables } from "../lib/disposables.js";
import { messageOf } from "../lib/log.js";
import type { Sidecar } from "../sidecar/client.js";
import { toSidecarError } from "../sidecar/errors.js";
import type { TaskStore } from "../tasks/task-store.js";
import { listMessage, listState, type ListState } from "./list-state.js";
import type { TaskTree, TreeNode } from "./task-tree.js";

export const VIEW_ID = "threadbook.tasks";

export class TasksView implements vscode.Disposable {
  readonly #sidecar: Sidecar;
  readonly #store: TaskStore;
  readonly #held = new Disposables();
  readonly #view: vscode.TreeView<TreeNode>;
  #isCodexMissing = false;
  #loaded: (() => void) | undefined;

  constructor(sidecar: Sidecar, store: TaskStore, tree: TaskTree) {
    this.#sidecar = sidecar;
    this.#store = store;
    this.#view = this.#held.add(
      vscode.window.createTreeView(VIEW_ID, {
        treeDataProvider: tree,
        showCollapseAll: true,
      }),
    );
    this.#held.add(store.onChanged(() => this.#draw()));
    this.#held.add(sidecar.onState(() => this.#draw()));
    this.#held.add(vscode.workspace.onDidGrantWorkspaceTrust(() => this.#draw()));
    this.#draw();
  }

  /** Says so above the rows when there is no codex to go on with. */
  async lookForCodex(): Promise<void> {
    const found = await this.#sidecar.request("home/doctor", {}).catch(() => undefined);
    // Without an answer there is something else to say, and it is said elsewhere.
    this.#isCodexMissing = found?.codexPath === null;
    void setContext("codexMissing", this.#isCodexMissing);
    this.#draw();
  }

  dispose(): void {
    this.#loaded?.();
    this.#held.dispose();
  }

  #draw(): void {
    const { failure } = this.#store;
    const state = listState({
      tasks: this.#store.tasks.length,
      isComplete: this.#store.loaded === "complete" && !this.#store.indexing,
      failure: failure === undefined ? undefined : toSidecarError(failure).kind,
      sidecar: this.#sidecar.state,
    });
    this.#view.message = listMessage({
      state,
      isTrusted: vscode.workspace.isTrusted,
      isCodexMissing: this.#isCodexMissing,
      failure: failure === undefined ? this.#sidecar.failure : messageOf(failure),
    });
    void setContext("list", state);
    this.#showProgress(state);
  }

  /** The moving line below the view's title, while there is nothing to show. */
  #showProgress(state: ListState): void {
    if (state !== "loading") {
      this.#loaded?.();
      this.#loaded = undefined;
    } else if (this.#loaded === undefined) {
      const loaded = new Promise<void>((resolve) => {
        this.#loaded = resolve;
      });
      void vscode.window.withProgress({ location: { viewId: VIEW_ID } }, () => loaded);
    }
  }
}

/** Sets `threadbook.<key>` for `when` clauses. */
export async function setContext(key: string, value: string | boolean): Promise<void> {
  await vscode.commands.executeCommand("setContext", `threadbook.${key}`, value);
}
