/**
 * The tasks that the views show: every row of the scope, kept fresh by events.
 *
 * The first page is small and shown at once; the rest follows in the background, so
 * that a list never ends silently. Rows remembered from the last time are shown until
 * the sidecar has answered.
 */
import type { Disposable } from "../lib/disposables.js";
import { Disposables } from "../lib/disposables.js";
import { Emitter, type Event } from "../lib/events.js";
import type { Task, TaskListParams } from "../protocol/index.js";
import { isInScope, statesOf, type Scope } from "./scope.js";
import type { TaskSource } from "./task-source.js";

const FIRST_PAGE = 200;
const NEXT_PAGES = 1000;
const QUIET_MS = 50;

/** `remembered`: nothing came yet; `partial`: pages are missing. */
export type Loaded = "remembered" | "partial" | "complete";

/** Calls back after a while, once; a test calls back when it likes. */
export type Later = (callback: () => void, milliseconds: number) => void;

export class TaskStore implements Disposable {
  readonly #source: TaskSource;
  readonly #later: Later;
  readonly #held = new Disposables();
  readonly #changes = this.#held.add(new Emitter<void>());
  readonly #tasks = new Map<string, Task>();
  #scope: Scope;
  #loaded: Loaded = "remembered";
  #failure: unknown;
  #indexing = false;
  #sorted: readonly Task[] | undefined;
  #announcing = false;
  /** More changed while a load was under way: load once more after it. */
  #again = false;
  /** Counts loads: what an older one still brings is ignored. */
  #load = 0;
  /** What events said while a load was under way; it is newer than the pages. */
  #since: Map<string, Task | null> | undefined;

  /** Something differs; several changes are announced as one. */
  readonly onChanged: Event<void> = this.#changes.event;

  constructor(
    source: TaskSource,
    scope: Scope,
    remembered: readonly Task[] = [],
    later: Later = setTimeout,
  ) {
    this.#source = source;
    this.#scope = scope;
    this.#later = later;
    this.#put(remembered);
    this.#held.add(
      source.onChanged((task) => {
        this.#changed(task);
      }),
    );
    this.#held.add(
      source.onRemoved((threadId) => {
        this.#set(threadId, null);
      }),
    );
    this.#held.add(
      source.onStale(() => {
        this.#stale();
      }),
    );
  }

  get scope(): Scope {
    return this.#scope;
  }

  get loaded(): Loaded {
    return this.#loaded;
  }

  /** A first scan of the home is under way: there will be more. */
  get indexing(): boolean {
    return this.#indexing;
  }

  /** Why the last load failed; undefined: it did not. */
  get failure(): unknown {
    return this.#failure;
  }

  /** All that is known, the task that was active last first. */
  get tasks(): readonly Task[] {
    this.#sorted ??= [...this.#tasks.values()].sort(
      (a, b) => b.updatedAt - a.updatedAt || a.threadId.localeCompare(b.threadId),
    );
    return this.#sorted;
  }

  get(threadId: string): Task | undefined {
    return this.#tasks.get(threadId);
  }

  /** Shows other tasks: *remembered* ones at once, then what the sidecar says. */
  async show(scope: Scope, remembered: readonly Task[] = []): Promise<void> {
    this.#scope = scope;
    this.#tasks.clear();
    this.#loaded = "remembered";
    this.#put(remembered);
    this.#announce(0);
    await this.load();
  }

  /** Reads the list from its beginning to its end; failing shows in `failure`. */
  async load(): Promise<void> {
    const load = ++this.#load;
    const isCurrent = (): boolean => load === this.#load;
    this.#again = false;
    this.#since = new Map();
    try {
      const seen = new Set<string>();
      for (const state of statesOf(this.#scope)) {
        for (const cwd of this.#scope.folders ?? [null]) {
          await this.#loadAll({ cwd, state }, seen, isCurrent);
        }
      }
      if (isCurrent()) {
        this.#complete(seen);
      }
    } catch (thrown) {
      if (isCurrent()) {
        this.#failed(thrown);
      }
    }
    if (isCurrent()) {
      await this.#catchUp();
    }
  }

  dispose(): void {
    this.#load++;
    this.#held.dispose();
  }

  async #loadAll(
    which: Pick<TaskListParams, "cwd" | "state">,
    seen: Set<string>,
    isCurrent: () => boolean,
  ): Promise<void> {
    let cursor: string | null = null;
    do {
      const limit = cursor === null ? FIRST_PAGE : NEXT_PAGES;
      const { subAgents } = this.#scope;
      const page = await this.#source.list({ ...which, subAgents, limit, cursor });
      if (!isCurrent()) {
        return;
      }
      page.tasks.forEach((task) => seen.add(task.threadId));
      this.#put(page.tasks.filter((task) => this.#since?.has(task.threadId) !== true));
      this.#indexing = page.indexing;
      this.#failure = undefined;
      if (this.#loaded === "remembered") {
        this.#loaded = "partial";
      }
      this.#announce(0);
      cursor = page.nextCursor;
    } while (cursor !== null);
  }

  /** Drops what was known before and is no longer there. */
  #complete(seen: ReadonlySet<string>): void {
    for (const threadId of this.#tasks.keys()) {
      if (!seen.has(threadId) && this.#since?.has(threadId) !== true) {
        this.#tasks.delete(threadId);
      }
    }
    this.#since = undefined;
    this.#loaded = "complete";
    this.#announce(0);
  }

  #failed(thrown: unknown): void {
    this.#failure = thrown;
    this.#since = undefined;
    this.#announce(0);
  }

  async #catchUp(): Promise<void> {
    if (this.#again) {
      await this.load();
    }
  }

  #stale(): void {
    if (this.#since === undefined) {
      void this.load();
    } else {
      this.#again = true;
    }
  }

  #changed(task: Task): void {
    const known = this.#tasks.has(task.threadId);
    // The sidecar knows links and other spellings of a folder: what it listed stays.
    const scope = known ? { ...this.#scope, folders: null } : this.#scope;
    this.#set(task.threadId, isInScope(task, scope) ? task : null);
  }

  #set(threadId: string, task: Task | null): void {
    this.#since?.set(threadId, task);
    if (task !== null) {
      this.#put([task]);
      this.#announce();
    } else if (this.#tasks.delete(threadId)) {
      this.#announce();
    }
  }

  #put(tasks: readonly Task[]): void {
    for (const task of tasks) {
      if (!task.cleared) {
        this.#tasks.set(task.threadId, task);
      }
    }
  }

  #announce(milliseconds = QUIET_MS): void {
    this.#sorted = undefined;
    if (this.#announcing) {
      return;
    }
    this.#announcing = true;
    this.#later(() => {
      this.#announcing = false;
      this.#changes.fire();
    }, milliseconds);
  }
}
