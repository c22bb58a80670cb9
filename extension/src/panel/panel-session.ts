/**
 * One task's panel without VS Code: what the page asks becomes requests, what the
 * sidecar tells goes to the page. Nothing is posted before the page said `ready`, and
 * a page that was hidden says it again.
 */
import { Disposables, type Disposable } from "../lib/disposables.js";
import { t } from "../lib/l10n.js";
import type { SidecarState, Task, TaskAnswerParams } from "../protocol/index.js";
import { Approvals } from "./approvals.js";
import { Desk } from "./desk.js";
import { Driver, whyNot } from "./driver.js";
import { Errands } from "./errands.js";
import { Forks } from "./forks.js";
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
  readonly #desk: Desk;
  readonly #errands: Errands;
  readonly #forks: Forks;
  #wantsFocus = false;
  #wantsStep: { readonly step: number; readonly itemId: string | null } | undefined;
  #isOpen = false;
  #isLeft = false;
  /** The page shows what a sidecar said that is gone, or nothing. */
  #isStale = false;

  /** `task`: its row, where it is known already. */
  constructor(threadId: string, source: PanelSource, host: PanelHost, task?: Task) {
    this.#session = new SessionState(threadId, source, host, task);
    this.#approvals = new Approvals(this.#session);
    this.#transcript = new Transcript(this.#session, this.#approvals);
    this.#driver = new Driver(this.#session, this.#approvals);
    this.#desk = this.#held.add(new Desk(this.#session, this.#driver));
    this.#errands = new Errands(this.#session, this.#desk);
    this.#forks = new Forks(this.#session);
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

  /** Shows that step, or that item of it, at once or when the page is there. */
  showStep(step: number, itemId: string | null): void {
    this.#wantsStep = { step, itemId };
    this.#focus();
  }

  /** VS Code makes the page (again), which takes longer than reading what it will show. */
  readAhead(): void {
    if (!this.#session.isReady) {
      this.#transcript.readAhead();
    }
  }

  /** The page is gone; it says `ready` when it comes back. */
  hidden(): void {
    this.#pageIsGone();
    this.#approvals.notify();
  }

  trustChanged(): void {
    const { host } = this.#session;
    this.#session.post({
      type: "mayRun",
      allowed: host.mayRun,
      reason: host.mayRun ? "" : whyNot(host),
      isExample: host.isExample,
    });
  }

  answer(
    requestId: string,
    decision: TaskAnswerParams["decision"],
    answers: TaskAnswerParams["answers"] = null,
  ): Promise<void> {
    return this.#approvals.answer(requestId, decision, answers);
  }

  /** Nobody looks at the task here any more. */
  dispose(): void {
    this.detach();
    if (!this.#isLeft) {
      this.#driver.release();
    }
  }

  /** It is closed for a while: as when the window closes, its turn goes on. */
  leave(): void {
    this.#isLeft = true;
    this.detach();
  }

  /** The window closes or reloads: its turns go on, and what waits does. */
  detach(): void {
    this.#pageIsGone();
    this.#held.dispose();
  }

  async receive(message: FromPanel): Promise<void> {
    switch (message.type) {
      case "ready":
        this.#session.isReady = true;
        return this.#open();
      case "send":
        await this.#driver.send(message);
        return;
      case "answer":
        return this.answer(message.requestId, message.decision, message.answers);
      case "loadOlder":
        return this.#attempt(() => this.#transcript.loadOlder(message.cursor));
      case "loadNewer":
        return this.#attempt(() => this.#transcript.loadNewer(message.fromStep));
      case "jump":
        return this.#attempt(() => this.#transcript.jump(message.step));
      case "loadItem":
        return this.#attempt(() => this.#transcript.loadItem(message.itemId));
      case "interrupt":
        return this.#attempt(() => this.#driver.interrupt());
      case "compact":
        return this.#attempt(() => this.#driver.compact());
      case "openFork":
        return this.#attempt(() => this.#forks.open());
      case "action":
        return this.#act(message.id);
      default:
        return this.#attempt(() => this.#errands.run(message));
    }
  }

  #pageIsGone(): void {
    this.#session.isReady = false;
    this.#isOpen = false;
    this.#transcript.forgetAhead();
  }

  #listen(source: PanelSource): void {
    const isOurs = (threadId: string): boolean => this.#session.isOurs(threadId);
    this.#held.add(
      source.onNotification("task/event", (event) => {
        this.#transcript.event(event);
        void this.#attempt(() => this.#desk.event(event));
      }),
    );
    this.#held.add(
      source.onNotification("task/changed", ({ task }) => void this.#changed(task)),
    );
    this.#held.add(
      source.onNotification("task/removed", ({ threadId }) => {
        this.#forks.removed(threadId);
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
      const isBack = this.task?.cwdExists === false && task.cwdExists;
      this.#session.showTask(task);
      if (isBack) {
        this.#session.clearTrouble();
      }
    } else if (task.threadId === this.#session.liveThreadId) {
      // The task goes on in another thread, and that has a file now.
      this.#session.threadId = task.threadId;
      this.#session.showTask(task);
      await this.#open();
    } else {
      this.#forks.changed(task);
    }
  }

  async #sidecarIs(state: SidecarState): Promise<void> {
    this.#session.post({ type: "sidecar", state });
    if (state === "stopped" || state === "restarting") {
      this.#isStale = true;
      this.#transcript.forgetAhead();
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
    this.#desk.open();
    // Before the turns: what they show needs no text given back.
    this.#session.postOwed();
    const result = await this.#transcript.open();
    this.#isStale = result === "failed";
    if (result === "open") {
      this.#isOpen = true;
      this.#focus();
      // Behind the turns: nobody waits for it.
      await this.#forks.look();
    }
  }

  #focus(): void {
    if (this.#wantsStep !== undefined && this.#isOpen) {
      const wanted = this.#wantsStep;
      this.#wantsStep = undefined;
      this.#session.post({ type: "showStep", ...wanted });
    }
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
