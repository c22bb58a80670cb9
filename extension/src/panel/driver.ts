/** Makes a task go on: resumes, sends, steers, interrupts, and lets go of it. */
import { t } from "../lib/l10n.js";
import { SidecarError, toSidecarError } from "../sidecar/errors.js";
import type { Approvals } from "./approvals.js";
import type { FromPanel } from "./messages.js";
import type { PanelHost, Settings } from "./panel-host.js";
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
        throw new SidecarError("notPossible", whyNot(this.#session.host));
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

  /** A turn that sums up what was said, so that there is room for more. */
  async compact(): Promise<void> {
    if (!this.#session.host.mayRun) {
      throw new SidecarError("notPossible", whyNot(this.#session.host));
    }
    await this.#whileLive({ model: null, effort: null }, async (threadId) => {
      await this.#session.source.request("task/compact", { threadId });
    });
    this.#session.clearTrouble();
  }

  /** The sidecar that drove it is gone. */
  lost(): void {
    this.#isLive = false;
  }

  /**
   * The panel was closed: what waits is declined, unless another window shows it, and
   * another program may go on with the task.
   */
  release(): void {
    const { source, liveThreadId: threadId } = this.#session;
    if (source.state === "running") {
      const method = this.#isLive ? "task/release" : "task/unfollow";
      this.#isLive = false;
      // Nobody is left to tell when it fails; the sidecar lets go when it ends.
      source.request(method, { threadId }).catch(() => undefined);
    }
  }

  async #deliver(message: Send): Promise<void> {
    if (message.steer && (await this.#steered(message.text))) {
      return;
    }
    const { text, model, effort, images } = message;
    await this.#whileLive(message, async (threadId) => {
      const said = { threadId, text, model, effort, images };
      await this.#session.source.request("task/send", said);
    });
  }

  /** Does something with the loaded task; loads it anew when it is not, after all. */
  async #whileLive(
    settings: Settings,
    deed: (threadId: string) => Promise<void>,
  ): Promise<void> {
    await this.#resume(settings);
    try {
      await deed(this.#session.liveThreadId);
    } catch (thrown) {
      if (toSidecarError(thrown).kind !== "taskNotLive") {
        throw thrown;
      }
      this.#isLive = false;
      await this.#resume(settings);
      await deed(this.#session.liveThreadId);
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

  async #resume({ model, effort }: Settings): Promise<void> {
    if (this.#isLive) {
      return;
    }
    const { source, liveThreadId, cwd = null } = this.#session;
    const params = { threadId: liveThreadId, model, effort, cwd };
    const { threadId } = await this.#approvals.take(() =>
      source.request("task/resume", params),
    );
    this.#isLive = true;
    this.#session.liveThreadId = threadId;
  }
}

/** Why tasks are only read. */
export function whyNot({ isExample }: Pick<PanelHost, "isExample">): string {
  return isExample
    ? t(
        "An example task: there is no Codex behind it. Close the demo to go on with your own tasks.",
      )
    : t("This folder is not trusted: tasks can be read here, not resumed.");
}
