/**
 * The demo: example tasks in a home of their own, in VS Code's storage. While it is open
 * the sidecar is started on that home, without a codex, and the user's own is not touched.
 * Whether it is open belongs to the window, so that it survives a reload.
 */
import * as path from "node:path";

import type { Memento, ViewColumn } from "vscode";

import { Emitter, type Event } from "../lib/events.js";

const KEY = "threadbook.demo";
const LEFT = "threadbook.demo.left";

/** A panel of the user's own tasks, closed while the demo is open. */
export interface LeftPanel {
  readonly threadId: string;
  /** The column of editors that it stood in. */
  readonly column: ViewColumn;
}

export interface DemoOptions {
  /** What this window keeps. */
  readonly memento: Memento;
  /** Where the example tasks go; nobody else's folder. */
  readonly folder: string;
  isFolder(this: void, path: string): boolean;
  /** Writes the example tasks, unless they are there. @throws Error */
  write(this: void, folder: string): Promise<void>;
}

export class Demo {
  readonly #options: DemoOptions;
  readonly #changes = new Emitter<void>();

  /** It was opened or closed. */
  readonly onChanged: Event<void> = this.#changes.event;

  constructor(options: DemoOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    const { memento, isFolder } = this.#options;
    // Its folder may be gone since: then the user's own tasks are shown again.
    return memento.get<boolean>(KEY) === true && isFolder(this.#home);
  }

  /** What the sidecar is started with besides; it counts more than the settings. */
  get initializationOptions(): object {
    return this.isOpen
      ? { codexHome: this.#home, codexPath: "none", autoResume: "off" }
      : {};
  }

  /** Whether a rollout is one of an example task. */
  owns(rollout: string): boolean {
    return rollout.startsWith(this.#home + path.sep);
  }

  /**
   * *leave* closes what shows the user's own tasks, and says what that was.
   *
   * @throws Error when the example tasks can't be written.
   */
  async open(leave: () => readonly LeftPanel[]): Promise<void> {
    const { memento, write, folder } = this.#options;
    await write(folder);
    await memento.update(LEFT, leave());
    await memento.update(KEY, true);
    this.#changes.fire();
  }

  async close(): Promise<void> {
    await this.#options.memento.update(KEY, undefined);
    this.#changes.fire();
  }

  /** What is to be opened again, once. */
  async takeLeft(): Promise<readonly LeftPanel[]> {
    const { memento } = this.#options;
    const left = memento.get<readonly LeftPanel[]>(LEFT) ?? [];
    await memento.update(LEFT, undefined);
    return left;
  }

  get #home(): string {
    return path.join(this.#options.folder, "codex-home");
  }
}
