/** The questions of a task that wait for an answer. */
import type { Approval, TaskAnswerParams } from "../protocol/index.js";
import { toSidecarError } from "../sidecar/errors.js";
import type { SessionState } from "./session-state.js";

interface Answer {
  readonly approvals: readonly Approval[];
}

interface News {
  readonly asked: Approval[];
  readonly resolved: Set<string>;
}

export class Approvals {
  readonly #session: SessionState;
  readonly #waiting = new Map<string, Approval>();
  readonly #notified = new Set<string>();
  /** For each request under way that is answered with what waits: what is younger. */
  readonly #news = new Set<News>();

  constructor(session: SessionState) {
    this.#session = session;
  }

  /**
   * Takes what the sidecar answers that waits, instead of what was known; but what it
   * has told since it was asked is younger than that.
   */
  async take<T extends Answer>(request: () => Promise<T>): Promise<T> {
    const news: News = { asked: [], resolved: new Set() };
    this.#news.add(news);
    try {
      const answer = await request();
      this.#waiting.clear();
      [...answer.approvals, ...news.asked]
        .filter(({ requestId }) => !news.resolved.has(requestId))
        .forEach((approval) => this.#waiting.set(approval.requestId, approval));
      this.post();
      return answer;
    } finally {
      this.#news.delete(news);
    }
  }

  asked(approval: Approval): void {
    this.#news.forEach(({ asked }) => asked.push(approval));
    this.#waiting.set(approval.requestId, approval);
    this.post();
    if (!this.#session.host.isVisible) {
      this.notify();
    }
  }

  /** Brings what waits before a user who can't see the page, each question once. */
  notify(): void {
    const { host, task } = this.#session;
    for (const [requestId, approval] of this.#waiting) {
      if (!this.#notified.has(requestId)) {
        this.#notified.add(requestId);
        host.notify(approval, task);
      }
    }
  }

  resolved(requestId: string): void {
    this.#news.forEach(({ resolved }) => resolved.add(requestId));
    if (this.#waiting.delete(requestId)) {
      this.#session.post({ type: "approvalResolved", requestId });
    }
  }

  /** The sidecar that asked is gone, and the questions with it. */
  clear(): void {
    [...this.#waiting.keys()].forEach((requestId) => this.resolved(requestId));
  }

  async answer(
    requestId: string,
    decision: TaskAnswerParams["decision"],
    answers: TaskAnswerParams["answers"],
  ): Promise<void> {
    const { source, liveThreadId: threadId } = this.#session;
    const params = { threadId, requestId, decision, answers: answers ?? null };
    try {
      await source.request("task/answer", params);
    } catch (thrown) {
      if (toSidecarError(thrown).kind === "approvalGone") {
        this.resolved(requestId);
        return;
      }
      // Posted again, so that the page lets it be answered again.
      this.post();
      this.#session.fail(thrown);
    }
  }

  post(): void {
    this.#session.post({ type: "approvals", approvals: [...this.#waiting.values()] });
  }
}
