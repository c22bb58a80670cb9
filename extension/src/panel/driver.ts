/** Makes a task go on: resumes, sends, steers, interrupts, and lets go of it. */
import { t } from "../lib/l10n.js";
import { SidecarError, toSidecarError } from "../sidecar/errors.js";
import type { Approvals } from "./approvals.js";
import type { FromPanel } from "./messages.js";
import type { SessionState } from "./session-state.js";

type Send = Extract<FromPanel, { type: "send" }>;

export class Driver {
  readonly #session: SessionState;
  readonly #approvals: Approvals;
  #isLive = false;

  constructor(session: SessionState, approvals: Approvals) {
    this.#session = session;
    this.#approvals = approvals;
  }

  /** Whether the task was loaded in Codex from here. */
  get isLive(): boolean {
    return this.#isLive;
  }

  /** Says whether Codex has it; the page is told, too. */
  async send(message: Send): Promise<boolean> {
    const { sendId } = message;
    try {
      if (!this.#session.host.mayRun) {
        throw new SidecarError("notPossible", untrusted());
      }
      await this.#deliver(message);
      this.#session.clearTrouble();
      this.#session.postSurely({ type: "sent", sendId, failure: null });
      return true;
    } catch (thrown) {
      const failure = this.#session.fail(thrown);
      this.#session.postSurely({ type: "sent", sendId, failure });
      return false;
    }
  }

  async interrupt(): Promise<void> {
    const { source, liveThreadId: threadId } = this.#session;
    const { interrupted } = await source.request("task/interrupt", { threadId });
    if (!interrupted) {
      const message = t("No turn of this task runs here, so there is nothing to stop.");
      this.#session.trouble({ message, actions: [] });
    }
  }

  /** The sidecar that drove it is gone. */
  lost(): void {
    this.#isLive = false;
  }

  /** What waits is declined, and another program may go on with the task. */
  release(): void {
    const { source, liveThreadId: threadId } = this.#session;
    if (this.#isLive && source.state === "running") {
      this.#isLive = false;
      // Nobody is left to tell when it fails; the sidecar lets go when it ends.
      source.request("task/release", { threadId }).catch(() => undefined);
    }
  }

  async #deliver(message: Send): Promise<void> {
    if (message.steer && (await this.#steered(message.text))) {
      return;
    }
    await this.#resume(message);
    try {
      await this.#start(message);
    } catch (thrown) {
      if (toSidecarError(thrown).kind !== "taskNotLive") {
        throw thrown;
      }
      this.#isLive = false;
      await this.#resume(message);
      await this.#start(message);
    }
  }

  /** False when the turn ended in the meantime: then the text starts the next one. */
  async #steered(text: string): Promise<boolean> {
    const { source, liveThreadId: threadId } = this.#session;
    try {
      await source.request("task/steer", { threadId, text });
      return true;
    } catch (thrown) {
      if (toSidecarError(thrown).kind === "taskNotLive") {
        return false;
      }
      throw thrown;
    }
  }

  async #resume({ model, effort }: Send): Promise<void> {
    if (this.#isLive) {
      return;
    }
    const { source, liveThreadId, cwd = null } = this.#session;
    const params = { threadId: liveThreadId, model, effort, cwd };
    const { threadId, approvals } = await source.request("task/resume", params);
    this.#isLive = true;
    this.#session.liveThreadId = threadId;
    this.#approvals.replace(approvals);
  }

  async #start({ text, model, effort, images }: Send): Promise<void> {
    const { source, liveThreadId: threadId } = this.#session;
    await source.request("task/send", { threadId, text, model, effort, images });
  }
}

export function untrusted(): string {
  return t("This folder is not trusted: tasks can be read here, not resumed.");
}
