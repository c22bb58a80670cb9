/** The page: takes messages, keeps the model, draws once a frame. */
import type { FromPanel, ToPanel } from "../src/panel/messages.js";
import type { TaskEventNotification } from "../src/protocol/index.js";
import { announcements } from "./announce.js";
import { Arming } from "./arming.js";
import { routeClicks, routeKeys } from "./clicks.js";
import { Composer } from "./composer.js";
import type { Deeds } from "./deeds.js";
import { draw } from "./draw.js";
import { Folds } from "./folds.js";
import { Keeping } from "./keeping.js";
import { EMPTY, isRunning, type PageAction, type PanelModel } from "./model.js";
import { Reading } from "./reading.js";
import { applyEvents, reduce } from "./reduce.js";
import { placeholder } from "./render-composer.js";
import { makeSkeleton, type Skeleton } from "./skeleton.js";
import type { Host, PageState } from "./state.js";
import { startTicker } from "./ticker.js";
import { isEcho } from "./turns.js";

const READ_AGAIN_AFTER = 1000;
const HIDDEN_FRAME = 250;

export class Page {
  readonly #host: Host;
  readonly #places: Skeleton;
  readonly #composer: Composer;
  readonly #reading: Reading;
  readonly #keeping: Keeping;
  readonly #arming: Arming;
  readonly #folds = new Folds();
  readonly #deeds: Deeds;
  #model: PanelModel = EMPTY;
  #queue: (ToPanel | PageAction)[] = [];
  #scheduled = false;
  #lastRead = 0;
  #lastSend = 0;
  #waiting: ReadonlySet<string> = new Set();

  constructor(host: Host, body: HTMLElement) {
    this.#host = host;
    this.#places = makeSkeleton(body);
    this.#deeds = this.#makeDeeds();
    this.#keeping = new Keeping(host, () => this.#state());
    this.#arming = new Arming(() => {
      this.#schedule();
    });
    const { input, scroller, feed } = this.#places;
    const { kept } = this.#keeping;
    this.#composer = new Composer(input, {
      send: this.#deeds.send,
      interrupt: () => this.#interrupt(),
      drafted: this.#deeds.drafted,
    });
    this.#composer.text = kept?.draft ?? "";
    this.#reading = new Reading(scroller, feed, kept?.anchor ?? null, {
      loadOlder: (cursor) => {
        this.take({ type: "olderAsked" });
        this.#host.postMessage({ type: "loadOlder", cursor });
      },
      changed: () => {
        this.#schedule();
      },
      moved: () => {
        this.#keeping.saveLater();
      },
    });
    routeClicks(body, this.#deeds.post);
    routeKeys(scroller);
    startTicker(body);
  }

  /** Asks the host for everything. */
  start(): void {
    this.#flush();
    this.#read();
  }

  /** Takes a message or an action; it is seen with the next frame. */
  take(message: ToPanel | PageAction): void {
    this.#queue.push(message);
    this.#schedule();
  }

  /** A hidden page has no frames; what comes is taken all the same. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    const flush = (): void => {
      this.#scheduled = false;
      this.#flush();
    };
    if (document.hidden) window.setTimeout(flush, HIDDEN_FRAME);
    else window.requestAnimationFrame(flush);
  }

  #flush(): void {
    const before = this.#model;
    const queue = this.#queue;
    this.#queue = [];
    let events: TaskEventNotification[] = [];
    for (const message of queue) {
      if (message.type === "event") {
        events.push(message.event);
        continue;
      }
      this.#model = applyEvents(this.#model, events);
      events = [];
      this.#giveBack(message);
      this.#model = reduce(this.#model, message);
    }
    this.#model = applyEvents(this.#model, events);
    this.#draw(before);
    this.#follow(before);
    if (queue.some((message) => message.type === "focusComposer"))
      this.#composer.focus();
  }

  /** A message that was not sent goes back where it was written. */
  #giveBack(message: ToPanel | PageAction): void {
    if (message.type === "sent") {
      const { sendId, failure } = message;
      const pending = this.#model.pending.find((each) => each.sendId === sendId);
      const send = pending ?? this.#keeping.takeUnsent(sendId);
      if (send !== undefined && failure !== null) this.#composer.giveBack(send.text);
    }
    if (message.type === "turns") {
      const last = message.turns.at(-1);
      for (const { text } of this.#keeping.takeAllUnsent()) {
        if (!isEcho(text, last)) this.#composer.giveBack(text);
      }
    }
  }

  #draw(before: PanelModel): void {
    const model = this.#model;
    if (before.approvals !== model.approvals) {
      const itemIds = model.approvals.map((each) => each.itemId);
      this.#waiting = new Set(itemIds.filter((itemId) => itemId !== null));
    }
    this.#arming.show(model.approvals[0]?.requestId ?? null);
    const view = {
      model,
      folds: this.#folds,
      deeds: this.#deeds,
      waiting: this.#waiting,
      armed: this.#arming.armed,
      hasDraft: this.#composer.text.trim() !== "",
    };
    this.#reading.draw(before, model, (start, pill) => {
      draw(this.#places, { ...view, start, pill });
    });
    this.#composer.describe(placeholder(model), model.mayRun.allowed);
  }

  /** What follows from what changed: reading again, saying it, keeping it. */
  #follow(before: PanelModel): void {
    if (this.#model.sync === "gap") this.#readAgain();
    const said = announcements(before, this.#model);
    if (said.length > 0) this.#places.announcer.textContent = said.join(". ");
    const other = before.task?.threadId !== this.#model.task?.threadId;
    if (before.pending !== this.#model.pending || other) this.#keeping.saveLater();
  }

  #read(): void {
    this.#lastRead = Date.now();
    this.#host.postMessage({ type: "ready" });
  }

  #readAgain(): void {
    this.#model = reduce(this.#model, { type: "readAgain" });
    const wait = Math.max(0, this.#lastRead + READ_AGAIN_AFTER - Date.now());
    window.setTimeout(() => {
      this.#read();
    }, wait);
  }

  #send(): void {
    const text = this.#composer.text.trim();
    if (text === "" || !this.#model.mayRun.allowed) return;
    // Also unlike the numbers of an earlier life of this page.
    this.#lastSend = Math.max(this.#lastSend + 1, Date.now());
    const steer = isRunning(this.#model);
    const message = {
      type: "send",
      sendId: this.#lastSend,
      text,
      steer,
      model: null,
      effort: null,
    } as const;
    this.#composer.text = "";
    this.take({ type: "sending", message });
    this.#reading.goToEnd();
    this.#host.postMessage(message);
  }

  #interrupt(): boolean {
    if (!isRunning(this.#model)) return false;
    this.#host.postMessage({ type: "interrupt" });
    return true;
  }

  #state(): PageState | null {
    const threadId = this.#model.task?.threadId;
    if (threadId === undefined) return null;
    const unknown = this.#model.pending.filter((send) => !send.taken && !send.shown);
    return {
      threadId,
      draft: this.#composer.text,
      scrollTop: this.#places.scroller.scrollTop,
      anchor: this.#reading.place(),
      unsent: unknown.map(({ sendId, text }) => ({ sendId, text })),
    };
  }

  #makeDeeds(): Deeds {
    const post = (message: FromPanel): void => {
      this.#host.postMessage(message);
    };
    return {
      post,
      fold: (itemId, part, level) => {
        this.#folds.set(itemId, part, level);
        this.#reading.stay();
        this.#schedule();
      },
      loadItem: (itemId) => {
        this.take({ type: "itemAsked", itemId });
        post({ type: "loadItem", itemId });
      },
      copy: (text) => {
        post({ type: "copy", text });
      },
      answer: (requestId, decision, answers) => {
        this.take({ type: "answered", requestId });
        post({ type: "answer", requestId, decision, answers });
      },
      showEarlier: () => {
        this.#reading.showEarlier();
      },
      goToEnd: () => {
        this.#reading.goToEnd();
      },
      send: () => {
        this.#send();
      },
      interrupt: () => void this.#interrupt(),
      drafted: () => {
        this.take({ type: "failureSeen" });
        this.#keeping.saveLater();
      },
    };
  }
}
