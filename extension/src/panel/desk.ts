/** What is about to be said: its model, its pictures and files, the draft, the queue. */
import { messageOf } from "../lib/log.js";
import type { Disposable } from "../lib/disposables.js";
import type { TaskEventNotification } from "../protocol/index.js";
import type { Driver } from "./driver.js";
import type { KeptDesk } from "./kept-desk.js";
import type { FromPanel, QueuedMessage } from "./messages.js";
import type { SessionState } from "./session-state.js";

/** Tasks of which the models are offered. */
const TASKS_LOOKED_AT = 200;

type Attach = Extract<FromPanel, { type: "attach" }>;

export class Desk implements Disposable {
  readonly #session: SessionState;
  readonly #driver: Driver;
  #kept: KeptDesk;
  #isSending = false;

  constructor(session: SessionState, driver: Driver) {
    this.#session = session;
    this.#driver = driver;
    this.#kept = session.host.keptDesk(session.threadId);
  }

  /** To a page that is there (again). */
  open(): void {
    const { draft, queue } = this.#kept;
    if (draft !== "") {
      this.#session.post({ type: "draft", text: draft });
    }
    this.#session.post({ type: "queue", messages: queue });
  }

  drafted(text: string): void {
    this.#keep({ draft: text });
  }

  enqueue(message: QueuedMessage): void {
    const others = this.#kept.queue.filter(({ id }) => id !== message.id);
    this.#requeue([...others, message]);
  }

  unqueue(wanted: number): void {
    this.#requeue(this.#kept.queue.filter(({ id }) => id !== wanted));
  }

  /** Says a queued message now. */
  async sendQueued(wanted: number, sendId: number): Promise<void> {
    const message = this.#kept.queue.find(({ id }) => id === wanted);
    if (message === undefined) {
      this.#session.post({ type: "sent", sendId, failure: null });
      return;
    }
    const { text, images } = message;
    const steer = this.#session.isRunning && images.length === 0;
    const sent = await this.#driver.send({
      type: "send",
      sendId,
      text,
      steer,
      model: null,
      effort: null,
      images,
    });
    if (sent) {
      this.unqueue(wanted);
    }
  }

  /** The next message goes out when a turn ended well; after any other end it waits. */
  async event({ threadId, event }: TaskEventNotification): Promise<void> {
    const next = this.#kept.queue[0];
    const isEnd = event.type === "turnCompleted" && event.status === "completed";
    if (!this.#session.isOurs(threadId) || !isEnd || next === undefined) {
      return;
    }
    if (this.#isSending || !this.#driver.isLive) {
      return;
    }
    this.#isSending = true;
    try {
      await this.sendQueued(next.id, next.id);
    } finally {
      this.#isSending = false;
    }
  }

  async chooseModel(model: string | null, effort: string | null): Promise<void> {
    const { source, host } = this.#session;
    const params = { limit: TASKS_LOOKED_AT, subAgents: false };
    const { tasks } = await source.request("task/list", params);
    const models = tasks.flatMap((task) => (task.model === null ? [] : [task.model]));
    const chosen = await host.chooseModel([...new Set(models)], { model, effort });
    if (chosen !== undefined) {
      this.#session.post({ type: "settings", ...chosen });
    }
  }

  async attach({ attachmentId, mime, data }: Attach): Promise<void> {
    try {
      const path = await this.#session.host.keepPicture(mime, data);
      this.#session.post({ type: "attached", attachmentId, path, failure: null });
    } catch (thrown) {
      const failure = messageOf(thrown);
      this.#session.post({ type: "attached", attachmentId, path: null, failure });
    }
  }

  async mention(): Promise<void> {
    const { host, task } = this.#session;
    const path = await host.chooseFile(task?.cwd ?? null);
    if (path !== undefined) {
      this.#session.post({ type: "mentioned", path });
    } else {
      this.#session.post({ type: "focusComposer" });
    }
  }

  async schedule(on: boolean): Promise<void> {
    const { source, liveThreadId: threadId } = this.#session;
    if (on) {
      await source.request("task/schedule", { threadId, whenReset: true });
    } else {
      await source.request("task/unschedule", { threadId });
    }
  }

  dispose(): void {
    this.#keep({});
  }

  #requeue(queue: readonly QueuedMessage[]): void {
    this.#keep({ queue });
    this.#session.post({ type: "queue", messages: queue });
  }

  #keep(changes: Partial<KeptDesk>): void {
    this.#kept = { ...this.#kept, ...changes };
    this.#session.host.keepDesk(this.#session.threadId, this.#kept);
  }
}
