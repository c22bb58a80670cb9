/**
 * The rows of the last time, so that the tree is filled before the sidecar answers.
 * A convenience of this window: losing them loses nothing.
 */
import type { Memento } from "vscode";

import type { Disposable } from "../lib/disposables.js";
import type { Task } from "../protocol/index.js";
import type { TaskStore } from "../tasks/task-store.js";

const KEY = "threadbook.rows";
/** What a first screen shows, and some. */
const ROWS = 100;
const SCOPES = 20;
const QUIET_MS = 1_000;

interface Kept {
  /** Of the extension that wrote it: rows of another version may look different. */
  readonly version: string;
  /** Rows by scope, the one that was written last at the end. */
  readonly scopes: readonly (readonly [scope: string, rows: readonly Task[]])[];
}

export class RememberedRows {
  readonly #memento: Memento;
  readonly #version: string;

  constructor(memento: Memento, version: string) {
    this.#memento = memento;
    this.#version = version;
  }

  of(scope: object): readonly Task[] {
    const key = JSON.stringify(scope);
    return this.#kept().find(([written]) => written === key)?.[1] ?? [];
  }

  /** Keeps what *store* shows, whenever it was quiet for a moment. */
  follow(store: TaskStore): Disposable {
    let timer: NodeJS.Timeout | undefined;
    const changes = store.onChanged(() => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void this.#keep(store);
      }, QUIET_MS);
    });
    return {
      dispose: () => {
        clearTimeout(timer);
        changes.dispose();
      },
    };
  }

  async #keep({ scope, loaded, tasks }: TaskStore): Promise<void> {
    if (loaded !== "complete") {
      return;
    }
    const key = JSON.stringify(scope);
    const others = this.#kept().filter(([written]) => written !== key);
    const scopes = [...others, [key, tasks.slice(0, ROWS)] as const].slice(-SCOPES);
    const kept: Kept = { version: this.#version, scopes };
    await this.#memento.update(KEY, kept);
  }

  #kept(): Kept["scopes"] {
    const kept = this.#memento.get<Kept>(KEY);
    return kept?.version === this.#version ? kept.scopes : [];
  }
}
