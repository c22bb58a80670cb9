/** The page: takes messages, keeps the model, draws once a frame. */
import type { ToPanel } from "../src/panel/messages.js";
import type { TaskEventNotification } from "../src/protocol/index.js";
import { announcements } from "./announce.js";
import { Arming } from "./arming.js";
import { attachPictures } from "./attaching.js";
import { routeClicks, routeKeys } from "./clicks.js";
import { CodeColours } from "./code-colours.js";
import { Composer } from "./composer.js";
import type { Deeds } from "./deeds.js";
import { draw } from "./draw.js";
import { FindBar } from "./find-bar.js";
import { Folds } from "./folds.js";
import { Frames } from "./frames.js";
import { Here } from "./here.js";
import { Keeping } from "./keeping.js";
import { Minimap } from "./minimap.js";
import { EMPTY, mayInterrupt, type PageAction, type PanelModel } from "./model.js";
import { Overlays } from "./overlays.js";
import { loadingDeeds, loadMore, makeDeeds, minimapDeeds } from "./page-deeds.js";
import { Pictures } from "./pictures.js";
import { Reading } from "./reading.js";
import { applyEvents, reduce } from "./reduce.js";
import { placeholder } from "./render-composer.js";
import { giveBack, Sending } from "./sending.js";
import { makeSkeleton, type Skeleton } from "./skeleton.js";
import { pageState, type Host, type PageState } from "./state.js";
import { Sought } from "./sought.js";
import { startTicker } from "./ticker.js";

const READ_AGAIN_AFTER = 1000;
const SAYS_SO_AFTER = 100;

export class Page {
  readonly #host: Host;
  readonly #places: Skeleton;
  readonly #composer: Composer;
  readonly #reading: Reading;
  readonly #keeping: Keeping;
  readonly #arming: Arming;
  readonly #sending: Sending;
  readonly #find: FindBar;
  readonly #overlays: Overlays;
  readonly #pictures: Pictures;
  readonly #here: Here;
  readonly #minimap: Minimap;
  readonly #folds = new Folds();
  readonly #sought: Sought;
  readonly #deeds: Deeds;
  readonly #loading = loadingDeeds(this.take.bind(this), (message) => {
    this.#host.postMessage(message);
  });
  readonly #frames = new Frames(() => {
    this.#flush();
  });
  readonly #colours: CodeColours;
  #model: PanelModel = EMPTY;
  #queue: (ToPanel | PageAction)[] = [];
  #lastRead = Date.now();
  #waiting: ReadonlySet<string> = new Set();

  constructor(host: Host, body: HTMLElement) {
    this.#host = host;
    this.#places = makeSkeleton(body);
    this.#deeds = this.#makeDeeds();
    this.#keeping = new Keeping(host, () => this.#state());
    this.#sought = new Sought(this.#folds, this.#keeping.kept?.sought ?? null);
    this.#arming = new Arming(() => {
      this.#schedule();
    });
    this.#composer = this.#makeComposer();
    this.#reading = this.#makeReading();
    this.#sending = new Sending({
      composer: this.#composer,
      model: () => this.#model,
      take: this.take.bind(this),
      post: this.#deeds.post,
      goToEnd: this.#deeds.goToEnd,
    });
    const { scroller } = this.#reading;
    this.#here = new Here(scroller);
    this.#minimap = new Minimap(
      this.#places.minimap,
      scroller,
      minimapDeeds(this.#deeds.post, this.#reading, this.#here),
    );
    this.#find = this.#makeFind();
    this.#overlays = this.#makeOverlays();
    this.#pictures = new Pictures(
      scroller.element,
      this.#places.feed,
      this.#deeds.loadImage,
    );
    this.#colours = new CodeColours(this.#places.feed, this.#schedule.bind(this));
    routeClicks(body, this.#deeds.post);
    routeKeys(scroller.element, this.#deeds);
    startTicker(body);
  }

  /** Draws what came before us; where nothing has, in a moment that it is waited for. */
  start(messages: readonly ToPanel[]): void {
    this.#queue.push(...messages);
    if (messages.length > 0) this.#flush();
    else window.setTimeout(this.#schedule.bind(this), SAYS_SO_AFTER);
  }

  /** Takes a message or an action; it is seen with the next frame. */
  take(message: ToPanel | PageAction): void {
    this.#queue.push(message);
    // What one waits for does not wait for a frame before its own.
    if (message.type === "turns" && !this.#model.loaded) this.#flush();
    else this.#schedule();
  }

  #schedule(): void {
    this.#frames.schedule();
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
      giveBack(message, this.#model, this.#keeping, this.#composer);
      this.#model = reduce(this.#model, message);
    }
    this.#model = applyEvents(this.#model, events);
    this.#draw(before);
    this.#follow(before);
    for (const message of queue) this.#write(message);
  }

  /** What a message does besides changing the model. */
  #write(message: ToPanel | PageAction): void {
    if (message.type === "focusComposer") this.#composer.focus();
    else if (message.type === "showStep") this.#sought.show(message, this.#reading);
    else if (message.type === "mentioned") this.#composer.mention(message.path);
    else if (message.type === "draft" && this.#composer.text === "") {
      this.#composer.text = message.text;
      this.#schedule();
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
    this.#reading.draw(before, model, (range, pill) => {
      draw(this.#places, { ...view, range, pill });
    });
    this.#overlays.draw(model, this.#deeds);
    this.#composer.describe(placeholder(model), model.mayRun.allowed);
    this.#pictures.drawn();
    if (model.loaded) this.#colours.drawn();
    this.#find.drawn(model);
    this.#here.drawn(model);
    this.#minimap.drawn(model);
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

  #interrupt(): boolean {
    const running = mayInterrupt(this.#model);
    if (running) this.#host.postMessage({ type: "interrupt" });
    return running;
  }

  #state(): PageState | null {
    const { scrollTop } = this.#places.scroller;
    const draft = this.#composer.text;
    const place = { anchor: this.#reading.place(), sought: this.#sought.itemId };
    return pageState(this.#model, { draft, scrollTop, ...place });
  }

  #makeComposer(): Composer {
    const { send, queue, drafted, post } = this.#deeds;
    const { input, composer: frame } = this.#places;
    const composer = new Composer(input, frame, {
      send,
      queue,
      drafted,
      interrupt: () => this.#interrupt(),
      mention: () => {
        post({ type: "mention" });
      },
      attach: (pictures) => {
        void attachPictures(pictures, this.take.bind(this), post);
      },
    });
    composer.text = this.#keeping.kept?.draft ?? "";
    return composer;
  }

  #makeReading(): Reading {
    const { scroller, feed } = this.#places;
    const bookmark = this.#keeping.kept?.anchor ?? null;
    return new Reading(scroller, feed, bookmark, {
      ...this.#loading,
      loadNewest: () => {
        this.#readAgain();
      },
      changed: () => {
        this.#schedule();
      },
      moved: () => {
        this.#here.moved();
        this.#minimap.moved();
        this.#keeping.saveLater();
      },
    });
  }

  #makeOverlays(): Overlays {
    return new Overlays(this.#places.overlay, {
      goToStep: this.#deeds.goToStep,
      close: () => {
        this.#deeds.overlay(null);
      },
      here: () => this.#here.step,
    });
  }

  #makeFind(): FindBar {
    const { scroller } = this.#reading;
    return new FindBar(this.#places.find, this.#places.feed, {
      show: (itemId, isMove) => {
        this.#folds.open(itemId);
        if (isMove) this.#reading.goToItem(itemId);
        this.#schedule();
      },
      loadMore: (earlier) => loadMore(this.#model, earlier, this.#loading),
      closed: () => {
        scroller.element.focus({ preventScroll: true });
      },
      here: () => scroller.topTurn()?.dataset["turn"] ?? null,
    });
  }

  #makeDeeds(): Deeds {
    return makeDeeds({
      model: () => this.#model,
      take: this.take.bind(this),
      post: (message) => {
        this.#host.postMessage(message);
      },
      schedule: () => {
        this.#schedule();
      },
      interrupt: () => void this.#interrupt(),
      drafted: () => {
        this.take({ type: "failureSeen" });
        this.#keeping.saveLater();
      },
      folds: this.#folds,
      reading: () => this.#reading,
      sending: () => this.#sending,
      find: () => this.#find,
    });
  }
}
