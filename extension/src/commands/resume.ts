/**
 * *Resume task...*: a task's panel with the cursor in the composer. The box that asks for
 * one has the latest on top, and follows what happens while it is open.
 */
import type * as vscode from "vscode";

import { t } from "../lib/l10n.js";
import type { Task } from "../protocol/index.js";
import type { Context } from "./context.js";
import { showFailure } from "./failure.js";
import { isOffered } from "./pick-task.js";
import { showBox } from "./quick-box.js";
import { press } from "./search.js";
import { taskPicks, type SearchPick } from "./search-picks.js";
import { threadIdOf } from "./target.js";

/** Changes come in bursts; a list of all folders is asked for once a burst. */
const QUIET_MS = 150;

export async function resume(context: Context, argument: unknown): Promise<void> {
  const threadId = threadIdOf(argument);
  if (threadId === undefined) {
    await showTasks(context);
  } else {
    context.panels.open(threadId, { focusComposer: true });
  }
}

function showTasks(context: Context): Promise<void> {
  return showBox<SearchPick>((box, held) => {
    const rows = held.add(new Rows(context, box));
    box.title = t("Resume task");
    box.placeholder = t("Name, branch, model or folder");
    box.matchOnDetail = true;
    box.keepScrollPosition = true;
    held.add(context.store.onChanged(() => rows.changed()));
    for (const method of ["task/changed", "task/removed"] as const) {
      held.add(context.sidecar.onNotification(method, () => rows.changed()));
    }
    held.add(
      box.onDidAccept(() => {
        const [pick] = box.selectedItems;
        if (pick?.threadId !== undefined) {
          box.hide();
          context.panels.open(pick.threadId, { focusComposer: true });
        } else if (pick !== undefined) {
          rows.showAllFolders();
        }
      }),
    );
    held.add(
      box.onDidTriggerItemButton(({ item, button }) => {
        void press(context, item, button).then(() => rows.changed());
      }),
    );
    rows.draw();
  });
}

/** The rows of the box: this window's tasks, or those of all folders. */
class Rows {
  readonly #context: Context;
  readonly #box: vscode.QuickPick<SearchPick>;
  #isNarrow: boolean;
  /** Counts lists that were asked for: what an older one brings is ignored. */
  #asked = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(context: Context, box: vscode.QuickPick<SearchPick>) {
    this.#context = context;
    this.#box = box;
    const { scope, tasks } = context.store;
    this.#isNarrow = scope.folders !== null && latest(tasks).length > 0;
  }

  draw(): void {
    const { store } = this.#context;
    if (this.#isNarrow) {
      this.#show([...taskPicks(latest(store.tasks)), allFolders()]);
    } else if (store.scope.folders === null) {
      this.#box.busy = store.loaded !== "complete";
      this.#show(taskPicks(latest(store.tasks)));
    } else {
      void this.#list();
    }
  }

  showAllFolders(): void {
    this.#isNarrow = false;
    if (allFolders().label.toLowerCase().includes(this.#box.value.toLowerCase())) {
      // The row itself was looked for, not a task.
      this.#box.value = "";
    }
    this.draw();
  }

  changed(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.draw();
    }, QUIET_MS);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#asked = -1;
  }

  async #list(): Promise<void> {
    const asked = ++this.#asked;
    const { sidecar, store } = this.#context;
    const { subAgents } = store.scope;
    this.#box.busy = true;
    try {
      const { tasks } = await sidecar.request("task/list", { limit: 0, subAgents });
      if (asked === this.#asked) {
        this.#box.busy = false;
        this.#show(taskPicks(latest(tasks)));
      }
    } catch (thrown) {
      if (asked === this.#asked) {
        this.#box.hide();
        await showFailure(thrown);
      }
    }
  }

  /** The row that the user is on stays the one, wherever it is now. */
  #show(picks: readonly SearchPick[]): void {
    if (JSON.stringify(picks) === JSON.stringify(this.#box.items)) {
      return;
    }
    const [before] = this.#box.activeItems;
    this.#box.items = picks;
    const now = picks.find(({ threadId }) => threadId === before?.threadId);
    if (before !== undefined && now !== undefined) {
      this.#box.activeItems = [now];
    }
  }
}

/** What can be gone on with, the latest first. */
export function latest(tasks: readonly Task[]): readonly Task[] {
  return tasks
    .filter((task) => isOffered(task, { title: "" }))
    .sort((one, other) => other.updatedAt - one.updatedAt);
}

function allFolders(): SearchPick {
  return { label: `$(folder-library) ${t("All folders...")}`, alwaysShow: true };
}
