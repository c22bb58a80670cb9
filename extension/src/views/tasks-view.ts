/** Puts the tree on screen, with its welcome texts, messages and progress. */
import * as vscode from "vscode";

import { Disposables } from "../lib/disposables.js";
import { plural, t } from "../lib/l10n.js";
import { messageOf } from "../lib/log.js";
import type { Sidecar } from "../sidecar/client.js";
import { toSidecarError } from "../sidecar/errors.js";
import type { TaskStore } from "../tasks/task-store.js";
import type { Task } from "../protocol/index.js";
import { Dragging } from "./dragging.js";
import type { ListFilter } from "./list-filter.js";
import { listMessage, listState, type ListState } from "./list-state.js";
import type { TaskTree, TreeNode } from "./task-tree.js";

export const VIEW_ID = "threadbook.tasks";

export class TasksView implements vscode.Disposable {
  readonly #sidecar: Sidecar;
  readonly #store: TaskStore;
  readonly #filter: ListFilter;
  readonly #held = new Disposables();
  readonly #tree: TaskTree;
  readonly #view: vscode.TreeView<TreeNode>;
  #isCodexMissing = false;
  #isDemo = false;
  #loaded: (() => void) | undefined;

  constructor(sidecar: Sidecar, store: TaskStore, tree: TaskTree, filter: ListFilter) {
    this.#sidecar = sidecar;
    this.#store = store;
    this.#tree = tree;
    this.#filter = filter;
    this.#view = this.#held.add(
      vscode.window.createTreeView(VIEW_ID, {
        treeDataProvider: tree,
        showCollapseAll: true,
        canSelectMany: true,
        dragAndDropController: new Dragging(sidecar, tree),
      }),
    );
    this.#held.add(store.onChanged(() => this.#draw()));
    this.#held.add(
      this.#view.onDidCollapseElement(({ element }) => tree.turned(element, false)),
    );
    this.#held.add(
      this.#view.onDidExpandElement(({ element }) => tree.turned(element, true)),
    );
    this.#held.add(filter.onChanged(() => this.#drawAll()));
    this.#held.add(sidecar.onState(() => this.#drawAll()));
    this.#held.add(vscode.workspace.onDidGrantWorkspaceTrust(() => this.#drawAll()));
    tree.drawBeside(() => this.#drawMessage());
    this.#draw();
  }

  /** Says so above the rows when there is no codex to go on with. */
  async lookForCodex(): Promise<void> {
    const found = await this.#sidecar.request("home/doctor", {}).catch(() => undefined);
    // Without an answer there is something else to say, and it is said elsewhere.
    this.#isCodexMissing = found?.codexPath === null;
    this.#drawAll();
  }

  /** Says in the title and above the rows that these are example tasks. */
  showDemo(isDemo: boolean): void {
    this.#isDemo = isDemo;
    this.#view.description = isDemo ? t("Demo") : "";
    void setContext("demo", isDemo);
    this.#drawAll();
  }

  /** The tasks whose rows are selected. */
  get selection(): readonly Task[] {
    return selectedTasks(this.#view.selection);
  }

  dispose(): void {
    this.#loaded?.();
    this.#held.dispose();
  }

  /** The rows as well; they follow the store by themselves. */
  #drawAll(): void {
    this.#draw();
    this.#tree.update();
  }

  #draw(): void {
    const state = this.#state();
    this.#view.badge = badge(this.#store.tasks);
    void setContext("list", state);
    void setContext("codexMissing", this.#isCodexMissing && !this.#isDemo);
    void setContext("filtered", this.#filter.isOn);
    this.#showProgress(state);
  }

  #state(): ListState {
    const { failure } = this.#store;
    return listState({
      tasks: this.#store.tasks.length,
      isComplete: this.#store.loaded === "complete" && !this.#store.indexing,
      failure: failure === undefined ? undefined : toSidecarError(failure).kind,
      sidecar: this.#sidecar.state,
    });
  }

  /** After the rows: VS Code lets rows that come after a message wait. */
  #drawMessage(): boolean {
    const { failure } = this.#store;
    const message = listMessage({
      state: this.#state(),
      filter: this.#filterLine(),
      isTrusted: vscode.workspace.isTrusted,
      isCodexMissing: this.#isCodexMissing,
      isDemo: this.#isDemo,
      failure: failure === undefined ? this.#sidecar.failure : messageOf(failure),
    });
    const differs = message !== this.#view.message;
    if (differs) {
      this.#view.message = message;
    }
    return differs;
  }

  #filterLine(): string {
    if (!this.#filter.isOn) {
      return "";
    }
    const { tasks } = this.#store;
    const shown = this.#filter.pass(tasks, Date.now()).length;
    const counts = t("{0} of {1}", shown, tasks.length);
    return `${t("Filter: {0}", this.#filter.words())} (${counts})`;
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

export function selectedTasks(nodes: readonly TreeNode[]): readonly Task[] {
  return nodes.flatMap((node) => (node.kind === "task" ? [node.branch.task] : []));
}

/** How many tasks wait, on the icon in the activity bar. */
function badge(tasks: readonly Task[]): vscode.ViewBadge | undefined {
  const value = tasks.filter(({ status }) => status === "waiting").length;
  const tooltip = plural(value, "{0} task waits for you", "{0} tasks wait for you");
  return value === 0 ? undefined : { value, tooltip };
}

const CONTEXT = new Map<string, string | boolean>();

/** Sets `threadbook.<key>` for `when` clauses. */
export async function setContext(key: string, value: string | boolean): Promise<void> {
  if (CONTEXT.get(key) === value) {
    return;
  }
  CONTEXT.set(key, value);
  await vscode.commands.executeCommand("setContext", `threadbook.${key}`, value);
}
