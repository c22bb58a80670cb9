/** What was said: pages of turns, whole items, and the events that follow them. */
import type { TaskEventNotification, TaskReadResponse } from "../protocol/index.js";
import type { Approvals } from "./approvals.js";
import type { ToPanel } from "./messages.js";
import type { SessionState } from "./session-state.js";

/** How many turns come at a time; older ones as one scrolls up. */
const TURNS = 20;
/** What one sees above a step that was jumped to. */
const STEPS_BEFORE = 3;
/** Events that wait for a page that VS Code does not bring up. */
const MOST_WAITING = 10_000;

interface Ahead {
  readonly threadId: string;
  readonly page: Promise<TaskReadResponse>;
}

export class Transcript {
  readonly #session: SessionState;
  readonly #approvals: Approvals;
  /** Counts readings of the newest page: what an older one still brings is ignored. */
  #opening = 0;
  /** The newest page, asked for before there was anybody to show it to. */
  #ahead: Ahead | undefined;
  /** Events that came while the newest turns were being read. */
  #backlog: TaskEventNotification[] | undefined;

  constructor(session: SessionState, approvals: Approvals) {
    this.#session = session;
    this.#approvals = approvals;
  }

  /** Reads the newest page while VS Code still makes the page that will show it. */
  readAhead(): void {
    if (this.#ahead === undefined) {
      const page = this.#read();
      // Whoever opens is told; perhaps nobody does.
      page.catch(() => undefined);
      this.#ahead = { threadId: this.#session.threadId, page };
    }
  }

  /** What was read ahead is not the newest any more. */
  forgetAhead(): void {
    if (this.#ahead !== undefined) {
      this.#ahead = undefined;
      this.#backlog = undefined;
    }
  }

  /** Shows the newest page, unless it is asked for again in the meantime. */
  async open(): Promise<"open" | "overtaken" | "failed"> {
    const ahead = this.#takeAhead();
    const reading = ahead ?? this.#read();
    const opening = this.#opening;
    try {
      const page = await reading;
      if (opening !== this.#opening) {
        return "overtaken";
      }
      if (ahead !== undefined) {
        // When it was answered, nobody heard what waits.
        this.#approvals.post();
      }
      this.#show(page);
      return "open";
    } catch (thrown) {
      if (opening !== this.#opening) {
        return "overtaken";
      }
      this.#backlog = undefined;
      if (ahead !== undefined) {
        // It went wrong before anybody looked: perhaps it does not any more.
        return this.open();
      }
      this.#session.fail(thrown);
      return "failed";
    }
  }

  #takeAhead(): Promise<TaskReadResponse> | undefined {
    const ahead = this.#ahead;
    this.#ahead = undefined;
    return ahead?.threadId === this.#session.threadId ? ahead.page : undefined;
  }

  /** Follows the task and reads its newest page; events wait until that is shown. */
  async #read(): Promise<TaskReadResponse> {
    const opening = ++this.#opening;
    const { source, threadId } = this.#session;
    this.#backlog = [];
    const [, page] = await Promise.all([
      this.#approvals.take(() => source.request("task/follow", { threadId })),
      source.request("task/read", { threadId, turns: TURNS }),
    ]);
    if (opening === this.#opening) {
      // From now on what the sidecar tells of the task is younger than the page.
      this.#session.keepTask(page.task);
    }
    return page;
  }

  async loadOlder(cursor: string): Promise<void> {
    const { source, threadId } = this.#session;
    const opening = this.#opening;
    const page = await source.request("task/read", { threadId, turns: TURNS, cursor });
    if (opening === this.#opening) {
      this.#session.post(turnsMessage("prepend", page));
    }
  }

  async loadNewer(fromStep: number): Promise<void> {
    await this.#loadPart("append", fromStep);
  }

  /** Shows the step, with a few before it, instead of what is there. */
  async jump(step: number): Promise<void> {
    await this.#loadPart("jump", Math.max(1, step - STEPS_BEFORE));
  }

  async #loadPart(position: "append" | "jump", fromStep: number): Promise<void> {
    const { source, threadId } = this.#session;
    const opening = this.#opening;
    const page = await source.request("task/read", {
      threadId,
      turns: TURNS,
      fromStep,
    });
    if (opening !== this.#opening) {
      return;
    }
    const { nextCursor, turnCount, seq } = page;
    const turns = [...page.turns].reverse();
    const last = turns.findLast(({ number }) => number > 0)?.number ?? turnCount;
    const newerFrom = last < turnCount ? last + 1 : null;
    this.#session.post({
      type: "partTurns",
      position,
      turns,
      nextCursor,
      newerFrom,
      turnCount,
      seq,
    });
  }

  async loadItem(itemId: string): Promise<void> {
    const { source, threadId } = this.#session;
    const { items } = await source.request("task/items", { threadId, itemId });
    items.forEach(({ item }) => this.#session.post({ type: "item", item }));
  }

  event(event: TaskEventNotification): void {
    if (event.threadId !== this.#session.threadId) {
      // Of the thread that the task goes on in: its turns will contain it.
      return;
    }
    if (this.#backlog === undefined) {
      this.#session.post({ type: "event", event });
    } else {
      this.#backlog.push(event);
      if (this.#ahead !== undefined && this.#backlog.length > MOST_WAITING) {
        this.forgetAhead();
      }
    }
  }

  #show(page: TaskReadResponse): void {
    const backlog = this.#backlog ?? [];
    this.#backlog = undefined;
    this.#session.clearTrouble();
    this.#session.showTask(this.#session.task ?? page.task);
    this.#session.post(turnsMessage("replace", page));
    backlog
      .filter(({ seq }) => seq > page.seq)
      .forEach((event) => this.#session.post({ type: "event", event }));
  }
}

function turnsMessage(
  position: "replace" | "prepend",
  page: TaskReadResponse,
): ToPanel {
  const { nextCursor, turnCount, seq } = page;
  // The sidecar counts back from the newest; a page is read from its top.
  const turns = [...page.turns].reverse();
  return { type: "turns", position, turns, nextCursor, turnCount, seq };
}
