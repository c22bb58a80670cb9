/** What one does with a step: forks there, says it anew, looks where it lies. */
import { t } from "../lib/l10n.js";
import type { Response, TaskForkParams } from "../protocol/index.js";
import { SidecarError } from "../sidecar/errors.js";
import { whyNot } from "./driver.js";
import type { FromPanel } from "./messages.js";
import type { SessionState } from "./session-state.js";
import { suggestedWorktree } from "./worktree-path.js";

type Amend = Extract<FromPanel, { type: "amend" }>;

export class Steps {
  readonly #session: SessionState;

  constructor(session: SessionState) {
    this.#session = session;
  }

  /** A new task with the steps up to this one; its panel opens with the cursor ready. */
  async fork(step: number, beside: boolean): Promise<void> {
    const { threadId } = await this.#fork({ fromStep: step });
    this.#session.clearTrouble();
    this.#session.host.openTask(threadId, beside);
  }

  /** A new task in which that is said at the step; the words come back when it fails. */
  async amend({ sendId, step, text, images }: Amend): Promise<void> {
    try {
      const { threadId } = await this.#fork({ fromStep: step, amend: text, images });
      this.#session.clearTrouble();
      this.#session.postSurely({ type: "sent", sendId, failure: null });
      this.#session.host.openTask(threadId, false);
    } catch (thrown) {
      const failure = this.#session.fail(thrown);
      this.#session.postSurely({ type: "sent", sendId, failure });
    }
  }

  /** The same beside the user's own files: the repository as it was after the step. */
  async worktree(step: number): Promise<void> {
    const { host, task } = this.#session;
    if (task === undefined || task.cwd === null) {
      throw new SidecarError("notPossible", t("The folder of this task is not known."));
    }
    const path = await host.chooseWorktree(suggestedWorktree(task.cwd, step));
    if (path === undefined) {
      return;
    }
    const made = await this.#fork({ fromStep: step, cwd: null, worktree: path });
    this.#session.clearTrouble();
    if (made.worktree !== null) {
      host.checkedOut(made.worktree.path, made.worktree.commit);
    }
    host.openTask(made.threadId, false);
  }

  async outline(): Promise<void> {
    const { source, threadId } = this.#session;
    const { steps } = await source.request("task/outline", { threadId });
    this.#session.post({ type: "outline", steps });
  }

  async reveal(step: number): Promise<void> {
    const { source, threadId, host } = this.#session;
    const { path, line } = await source.request("task/locate", { threadId, step });
    if (line === null) {
      host.revealFile(path);
    } else {
      host.openFile(path, line, null);
    }
  }

  async loadImage(turnId: string, itemId: string, index: number): Promise<void> {
    const { source, threadId } = this.#session;
    const params = { threadId, turnId, itemId, index };
    let dataUrl: string | null = null;
    try {
      ({ dataUrl } = await source.request("task/image", params));
    } catch {
      // Its name stays in its place; a picture is no reason for a banner.
    }
    this.#session.post({ type: "image", itemId, index, dataUrl });
  }

  /** The files as they were when the task began, beside what they are now. */
  async diffSinceStart(paths: readonly string[]): Promise<void> {
    const { host, task } = this.#session;
    const commit = task?.git?.commit ?? null;
    if (task === undefined || commit === null) {
      throw new SidecarError("notPossible", t("The commit at its start is not known."));
    }
    await host.openSinceStart(paths, commit, task.cwd);
  }

  async #fork(rest: Omit<TaskForkParams, "threadId">): Promise<Response<"task/fork">> {
    const { source, threadId: shown, host, task, cwd = null } = this.#session;
    if (!host.mayRun) {
      throw new SidecarError("notPossible", whyNot(host));
    }
    const { model = null, effort = null } = task ?? {};
    const params = { threadId: shown, cwd, model, effort, ...rest };
    return source.request("task/fork", params);
  }
}
