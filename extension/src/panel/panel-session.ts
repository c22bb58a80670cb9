/**
 * One task's panel without VS Code: what the page asks becomes requests, what the
 * sidecar tells goes to the page. Nothing is posted before the page said `ready`, and
 * a page that was hidden says it again.
 */
import { Disposables, type Disposable } from "../lib/disposables.js";
import { t } from "../lib/l10n.js";
import type { SidecarState, Task, TaskAnswerParams } from "../protocol/index.js";
import { Approvals } from "./approvals.js";
import { Driver, untrusted } from "./driver.js";
import type { FromPanel } from "./messages.js";
import type { PanelHost, PanelSource } from "./panel-host.js";
import { SessionState } from "./session-state.js";
import { Transcript } from "./transcript.js";
import { action, isActionId } from "./trouble.js";

export class PanelSession implements Disposable {
  readonly #held = new Disposables();
  readonly #session: SessionState;
  readonly #approvals: Approvals;
  readonly #transcript: Transcript;
  readonly #driver: Driver;
  #wantsFocus = false;
  #isOpen = false;
  /** The page shows what a sidecar said that is gone, or nothing. */
  #isStale = false;

  constructor(threadId: string, source: PanelSource, host: PanelHost) {
    this.#session = new SessionState(threadId, source, host);
    this.#approvals = new Approvals(this.#session);
    this.#transcript = new Transcript(this.#session, this.#approvals);
    this.#driver = new Driver(this.#session, this.#approvals);
    this.#listen(source);
  }

  get threadId(): string {
    return this.#session.threadId;
  }

  get task(): Task | undefined {
    return this.#session.task;
  }

  /** Puts the cursor into the composer, at once or when the page is there. */
  focusComposer(): void {
    this.#wantsFocus = true;
    this.#focus();
  }

  /** The page is gone; it says `ready` when it comes back. */
  hidden(): void {
    this.#pageIsGone();
    this.#approvals.notify();
  }

  trustChanged(): void {
    const { mayRun } = this.#session.host;
    this.#session.post({
      type: "mayRun",
      allowed: mayRun,
      reason: mayRun ? "" : untrusted(),
    });
  }

  answer(
    requestId: string,
    decision: TaskAnswerParams["decision"],
    answers: TaskAnswerParams["answers"] = null,
  ): Promise<void> {
    return this.#approvals.answer(requestId, decision, answers);
  }

  /** Lets go of the task, when it was driven from here. */
  dispose(): void {
    this.#pageIsGone();
    this.#held.dispose();
    this.#driver.release();
  }

  async receive(message: FromPanel): Promise<void> {
    switch (message.type) {
      case "ready":
        this.#session.isReady = true;
        return this.#open();
      case "send":
        return this.#driver.send(message);
      case "answer":
        return this.answer(message.requestId, message.decision, message.answers);
      case "loadOlder":
        return this.#attempt(() => this.#transcript.loadOlder(message.cursor));
      case "loadItem":
        return this.#attempt(() => this.#transcript.loadItem(message.itemId));
      case "interrupt":
        return this.#attempt(() => this.#driver.interrupt());
      case "action":
        return this.#act(message.id);
      default:
        this.#show(message);
    }
  }

  #pageIsGone(): void {
    this.#session.isReady = false;
    this.#isOpen = false;
  }

  #show(
    message: Extract<
      FromPanel,
      { type: "openFile" | "openDiff" | "openLink" | "copy" }
    >,
  ): void {
    const { host, threadId, task } = this.#session;
    switch (message.type) {
      case "openFile":
        host.openFile(message.path, message.line, task?.cwd ?? null);
        break;
      case "openDiff":
        host.openDiff(threadId, message.itemId, message.path);
        break;
      case "openLink":
        host.openLink(message.url);
        break;
      case "copy":
        host.copy(message.text);
        break;
    }
  }

  #listen(source: PanelSource): void {
    const isOurs = (threadId: string): boolean => this.#session.isOurs(threadId);
    this.#held.add(
      source.onNotification("task/event", (event) => this.#transcript.event(event)),
    );
    this.#held.add(
      source.onNotification("task/changed", ({ task }) => void this.#changed(task)),
    );
    this.#held.add(
      source.onNotification("task/removed", ({ threadId }) => {
        if (threadId === this.threadId) {
          const message = t("The files of this task are gone.");
          this.#session.trouble({ message, actions: [action("reload")] });
        }
      }),
    );
    this.#held.add(
      source.onNotification("task/approval", ({ approval }) => {
        if (isOurs(approval.threadId)) {
          this.#approvals.asked(approval);
        }
      }),
    );
    this.#held.add(
      source.onNotification("task/approvalResolved", ({ threadId, requestId }) => {
        if (isOurs(threadId)) {
          this.#approvals.resolved(requestId);
        }
      }),
    );
    this.#held.add(source.onState((state) => void this.#sidecarIs(state)));
  }

  async #changed(task: Task): Promise<void> {
    if (task.threadId === this.threadId) {
      this.#session.showTask(task);
    } else if (task.threadId === this.#session.liveThreadId) {
      // The task goes on in another thread, and that has a file now.
      this.#session.threadId = task.threadId;
      this.#session.showTask(task);
      await this.#open();
    }
  }

  async #sidecarIs(state: SidecarState): Promise<void> {
    this.#session.post({ type: "sidecar", state });
    if (state === "stopped" || state === "restarting") {
      this.#isStale = true;
      this.#driver.lost();
      this.#approvals.clear();
    } else if (state === "running" && this.#isStale && this.#session.isReady) {
      await this.#open();
    }
  }

  async #open(): Promise<void> {
    const { source, task } = this.#session;
    if (task !== undefined) {
      this.#session.showTask(task);
    }
    this.trustChanged();
    this.#session.post({ type: "sidecar", state: source.state });
    const result = await this.#transcript.open();
    this.#isStale = result === "failed";
    if (result === "open") {
      this.#isOpen = true;
      this.#focus();
    }
  }

  #focus(): void {
    if (this.#wantsFocus && this.#isOpen) {
      this.#wantsFocus = false;
      this.#session.post({ type: "focusComposer" });
    }
  }

  async #act(id: string): Promise<void> {
    if (!isActionId(id)) {
      return;
    }
    if (id === "reload") {
      await this.#open();
    } else if (id === "chooseFolder") {
      await this.#chooseFolder();
    } else {
      this.#session.host.perform(id);
    }
  }

  async #chooseFolder(): Promise<void> {
    const cwd = await this.#session.host.chooseFolder();
    if (cwd !== undefined) {
      this.#session.cwd = cwd;
      this.#session.clearTrouble();
      this.#session.post({ type: "focusComposer" });
    }
  }

  async #attempt(deed: () => Promise<void>): Promise<void> {
    try {
      await deed();
    } catch (thrown) {
      this.#session.fail(thrown);
    }
  }
}
