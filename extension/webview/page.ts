/** The page: takes messages, keeps the model, draws once a frame. */
import type { FromPanel, ToPanel } from "../src/panel/messages.js";
import type { TaskEventNotification } from "../src/protocol/index.js";
import { announcements } from "./announce.js";
import { Composer } from "./composer.js";
import type { Deeds } from "./deeds.js";
import { Folds } from "./folds.js";
import {
  applyEvents,
  EMPTY,
  isRunning,
  reduce,
  type PageAction,
  type PanelModel,
} from "./model.js";
import { Reading } from "./reading.js";
import { draw } from "./draw.js";
import { placeholder } from "./render-composer.js";
import { makeSkeleton, type Skeleton } from "./skeleton.js";
import { stateOf, type Host, type PageState } from "./state.js";
import { startTicker } from "./ticker.js";
import { routeClicks, routeKeys } from "./clicks.js";
import { isEcho } from "./turns.js";

const SAVE_AFTER = 300;
const READ_AGAIN_AFTER = 1000;
/** A question must be in view this long before its buttons work. */
const ARM_AFTER = 500;
const HIDDEN_FRAME = 250;

export class Page {
  readonly #host: Host;
  readonly #places: Skeleton;
  readonly #composer: Composer;
  readonly #reading: Reading;
  readonly #folds = new Folds();
  readonly #deeds: Deeds;
  #model: PanelModel = EMPTY;
  #queue: (ToPanel | PageAction)[] = [];
  #scheduled = false;
  #savingLater = 0;
  #lastRead = 0;
  #lastSend = 0;
  #question: string | null = null;
  #armed: string | null = null;
  #waiting: ReadonlySet<string> = new Set();
  /** What an earlier life of this page sent, its fate unknown. */
  #unsent: PageState["unsent"];

  constructor(host: Host, body: HTMLElement) {
    this.#host = host;
    this.#places = makeSkeleton(body);
    this.#deeds = this.#makeDeeds();
    const { input, scroller, feed } = this.#places;
    this.#composer = new Composer(input, {
      send: this.#deeds.send,
      interrupt: () => this.#interrupt(),
      drafted: this.#deeds.drafted,
    });
    const kept = stateOf(host.getState());
    this.#reading = new Reading(scroller, feed, kept?.anchor ?? null, {
      loadOlder: (cursor) => {
        this.take({ type: "olderAsked" });
        this.#post({ type: "loadOlder", cursor });
      },
      changed: () => {
        this.#schedule();
      },
      moved: () => {
        this.#saveLater();
      },
    });
    this.#composer.text = kept?.draft ?? "";
    this.#unsent = kept?.unsent ?? [];
    routeClicks(body, (message) => {
      this.#post(message);
    });
    routeKeys(scroller);
    startTicker(body);
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.#save();
      else this.#schedule();
    });
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

  #post(message: FromPanel): void {
    this.#host.postMessage(message);
  }

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
      this.#beforeTaking(message);
      this.#model = reduce(this.#model, message);
    }
    this.#model = applyEvents(this.#model, events);
    this.#draw(before);
    this.#follow(before);
    if (queue.some((message) => message.type === "focusComposer"))
      this.#composer.focus();
  }

  /** A message that was not sent goes back where it was written. */
  #beforeTaking(message: ToPanel | PageAction): void {
    if (message.type === "sent") {
      const send = [...this.#model.pending, ...this.#unsent].find(
        (each) => each.sendId === message.sendId,
      );
      this.#unsent = this.#unsent.filter((each) => each.sendId !== message.sendId);
      if (send !== undefined && message.failure !== null)
        this.#composer.giveBack(send.text);
    }
    if (message.type === "turns" && this.#unsent.length > 0) {
      const last = message.turns.at(-1);
      for (const { text } of this.#unsent)
        if (!isEcho(text, last)) this.#composer.giveBack(text);
      this.#unsent = [];
    }
  }

  #draw(before: PanelModel): void {
    const model = this.#model;
    if (before.approvals !== model.approvals) {
      this.#waiting = new Set(
        model.approvals.map((each) => each.itemId).filter((itemId) => itemId !== null),
      );
    }
    this.#arm();
    const view = {
      model,
      folds: this.#folds,
      deeds: this.#deeds,
      waiting: this.#waiting,
    };
    this.#reading.draw(before, model, (start, pill) => {
      draw(this.#places, {
        ...view,
        start,
        pill,
        armed: this.#armed,
        hasDraft: this.#composer.text.trim() !== "",
      });
    });
    this.#composer.describe(placeholder(model), model.mayRun.allowed);
  }

  /** What follows from what changed: reading again, saying it, keeping it. */
  #follow(before: PanelModel): void {
    if (this.#model.sync === "gap") this.#readLater();
    const said = announcements(before, this.#model);
    if (said.length > 0) this.#places.announcer.textContent = said.join(". ");
    if (
      before.pending !== this.#model.pending ||
      before.task?.threadId !== this.#model.task?.threadId
    )
      this.#saveLater();
  }

  #read(): void {
    this.#lastRead = Date.now();
    this.#post({ type: "ready" });
  }

  #readLater(): void {
    this.#model = reduce(this.#model, { type: "readAgain" });
    const wait = Math.max(0, this.#lastRead + READ_AGAIN_AFTER - Date.now());
    window.setTimeout(() => {
      this.#read();
    }, wait);
  }

  /** A question's buttons work once it was in view for a while: no click meant for what was there before. */
  #arm(): void {
    const question = this.#model.approvals[0]?.requestId ?? null;
    if (question === this.#question) return;
    this.#question = question;
    this.#armed = null;
    if (question === null) return;
    window.setTimeout(() => {
      if (this.#question === question) this.#armed = question;
      this.#schedule();
    }, ARM_AFTER);
  }

  #send(): void {
    const text = this.#composer.text.trim();
    if (text === "" || !this.#model.mayRun.allowed) return;
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
    this.#post(message);
  }

  #interrupt(): boolean {
    if (!isRunning(this.#model)) return false;
    this.#post({ type: "interrupt" });
    return true;
  }

  #saveLater(): void {
    if (this.#savingLater !== 0) return;
    this.#savingLater = window.setTimeout(() => {
      this.#save();
    }, SAVE_AFTER);
  }

  #save(): void {
    window.clearTimeout(this.#savingLater);
    this.#savingLater = 0;
    const threadId = this.#model.task?.threadId;
    if (threadId === undefined) return;
    const unsent = this.#model.pending
      .filter((send) => !send.taken && !send.shown)
      .map(({ sendId, text }) => ({ sendId, text }));
    const { scrollTop } = this.#places.scroller;
    this.#host.setState({
      threadId,
      draft: this.#composer.text,
      scrollTop,
      anchor: this.#reading.place(),
      unsent,
    });
  }

  #makeDeeds(): Deeds {
    return {
      post: (message) => {
        this.#post(message);
      },
      fold: (itemId, part, level) => {
        this.#folds.set(itemId, part, level);
        this.#reading.stay();
        this.#schedule();
      },
      loadItem: (itemId) => {
        this.take({ type: "itemAsked", itemId });
        this.#post({ type: "loadItem", itemId });
      },
      copy: (text) => {
        this.#post({ type: "copy", text });
      },
      answer: (requestId, decision, answers) => {
        this.take({ type: "answered", requestId });
        this.#post({ type: "answer", requestId, decision, answers });
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
      interrupt: () => {
        this.#interrupt();
      },
      drafted: () => {
        this.take({ type: "failureSeen" });
        this.#saveLater();
      },
    };
  }
}
