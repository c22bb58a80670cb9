/** What the parts of a panel's session share: which task, and whether a page listens. */
import type { Task } from "../protocol/index.js";
import { toSidecarError } from "../sidecar/errors.js";
import type { ToPanel } from "./messages.js";
import type { PanelHost, PanelSource } from "./panel-host.js";
import { troubleOf, type Trouble } from "./trouble.js";

export class SessionState {
  readonly source: PanelSource;
  readonly host: PanelHost;
  /** The thread that the page shows. */
  threadId: string;
  /**
   * The thread that goes on: another one where Codex can't read the old file and its
   * history was carried over. It is shown as soon as it is a task.
   */
  liveThreadId: string;
  /** False while the page is hidden or still loading: what is posted then is lost. */
  isReady = false;
  /** Another folder to run in, when the task's own is gone. */
  cwd: string | undefined;
  #task: Task | undefined;
  readonly #owed: ToPanel[] = [];

  constructor(
    threadId: string,
    source: PanelSource,
    host: PanelHost,
    task: Task | undefined,
  ) {
    this.threadId = threadId;
    this.#task = task;
    this.liveThreadId = threadId;
    this.source = source;
    this.host = host;
  }

  get task(): Task | undefined {
    return this.#task;
  }

  isOurs(threadId: string): boolean {
    return threadId === this.threadId || threadId === this.liveThreadId;
  }

  get isRunning(): boolean {
    return this.#task?.status === "running" || this.#task?.status === "waiting";
  }

  /** Keeps the row for a page that is not there yet. */
  keepTask(task: Task): void {
    this.#task = task;
    this.host.showTask(task);
  }

  showTask(task: Task): void {
    this.keepTask(task);
    this.post({ type: "task", task });
  }

  post(message: ToPanel): void {
    if (this.isReady) {
      this.host.post(message);
    }
  }

  /** Posts what a page must hear in the end, also one that is hidden now. */
  postSurely(message: ToPanel): void {
    if (this.isReady) {
      this.host.post(message);
    } else {
      this.#owed.push(message);
    }
  }

  /** To a page that is there again. */
  postOwed(): void {
    this.#owed.splice(0).forEach((message) => this.post(message));
  }

  /** Shows why something failed; answers the sentence. */
  fail(thrown: unknown): string {
    const trouble = troubleOf(toSidecarError(thrown), this.#task);
    this.trouble(trouble);
    return trouble.message;
  }

  trouble({ message, actions }: Trouble): void {
    this.post({ type: "trouble", message, actions });
  }

  clearTrouble(): void {
    this.post({ type: "trouble", message: null, actions: [] });
  }
}
