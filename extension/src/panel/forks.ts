/** What was forked from the task: told to the page, and opened from there. */
import { t } from "../lib/l10n.js";
import type { Task } from "../protocol/index.js";
import type { SessionState } from "./session-state.js";

export class Forks {
  readonly #session: SessionState;
  readonly #found = new Map<string, Task>();

  constructor(session: SessionState) {
    this.#session = session;
  }

  /** Asks for all of them. That a task has none is no news, nor is that none came. */
  async look(): Promise<void> {
    const { source, threadId: forkedFrom } = this.#session;
    const wanted = { forkedFrom, state: "any", subAgents: false, limit: 0 } as const;
    let tasks: readonly Task[];
    try {
      ({ tasks } = await source.request("task/list", { ...wanted, sort: "created" }));
    } catch {
      return;
    }
    if (forkedFrom === this.#session.threadId) {
      this.#found.clear();
      tasks.filter(isThere).forEach((task) => this.#found.set(task.threadId, task));
      this.#tell();
    }
  }

  /** A task is new or different. */
  changed(task: Task): void {
    const isFork = task.forkedFromId === this.#session.threadId && !task.isSubAgent;
    if (isFork && isThere(task)) {
      this.#found.set(task.threadId, task);
      this.#tell();
    } else {
      this.removed(task.threadId);
    }
  }

  removed(threadId: string): void {
    if (this.#found.delete(threadId)) {
      this.#tell();
    }
  }

  /** The only one, or one that the user chooses. */
  async open(): Promise<void> {
    const { host } = this.#session;
    const tasks = [...this.#found.values()].sort((a, b) => b.createdAt - a.createdAt);
    const [only] = tasks;
    const threadId =
      tasks.length > 1
        ? await host.chooseTask(t("Forks of this task"), tasks)
        : only?.threadId;
    if (threadId !== undefined) {
      host.openTask(threadId, false);
    }
  }

  #tell(): void {
    this.#session.post({ type: "forks", count: this.#found.size });
  }
}

function isThere({ state, cleared }: Task): boolean {
  return state !== "trashed" && !cleared;
}
