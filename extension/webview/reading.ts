/**
 * What part of the conversation is in the page, and where the reader is in it.
 *
 * Starts at the end or where one read before; the page's range moves along as one
 * scrolls, a few things a frame, and what is far away is taken out again. Turns that
 * are not loaded are asked for before the reader comes to where they belong.
 */
import type { Pill } from "./draw.js";
import { elementOfStep, inPage, markItem } from "./mark-item.js";
import type { PanelModel } from "./model.js";
import { Pace } from "./pace.js";
import { rangeAfter } from "./range-after.js";
import type { ReadingDeeds } from "./reading-deeds.js";
import { Scroller, type Anchor } from "./scroller.js";
import {
  countShown,
  EVERYTHING,
  placeAfter,
  placeBefore,
  placeOfItem,
  rangeAround,
  rangeAtEnd,
  rangeEarlier,
  rangeLater,
  type Place,
  type Range,
} from "./shown.js";
import {
  bookmarkOf,
  placeOf,
  stepOf,
  wayTo,
  type Bookmark,
  type Target,
} from "./targets.js";

/** Things that are drawn at once: as many as are in view in most panels. */
const FIRST = 12;
/** So many are in the page soon after, a few a frame, should one scroll up. */
const AT_HAND = 60;
/** Things that are in the page at most while one scrolls. */
const MOST = 260;
const AROUND = 40;
/** Where a running task goes on, its page is trimmed above this. */
const TRIM_ABOVE = 600;
/** Turns are asked for when fewer things than this are left to be shown. */
const AHEAD = 120;

type Paint = (range: Range, pill: Pill) => void;

export class Reading {
  readonly scroller: Scroller;
  readonly #deeds: ReadingDeeds;
  #model: PanelModel | null = null;
  #range: Range = EVERYTHING;
  #wanted: Range | null = null;
  #target: Target | null;
  #asked: string | number | null = null;
  readonly #pace = new Pace();
  #unseen = false;
  #staying = false;
  #pill: Pill = "none";

  constructor(
    element: HTMLElement,
    content: HTMLElement,
    bookmark: Bookmark | null,
    deeds: ReadingDeeds,
  ) {
    this.#deeds = deeds;
    this.#target = bookmark === null ? null : { kind: "bookmark", bookmark };
    this.scroller = new Scroller(element, content, () => {
      this.#scrolled();
    });
  }

  /** Where the reader is, to come back to; null: at the end. */
  place(): Bookmark | null {
    const way = wayTo(this.#target);
    if (way !== null) return way;
    const anchor = this.scroller.following ? null : this.scroller.anchor();
    return anchor === null ? null : bookmarkOf(anchor, this.#model);
  }

  /** Draws the model and leaves the reader where they are. */
  draw(before: PanelModel, model: PanelModel, paint: Paint): void {
    this.#model = model;
    const range = this.#nextRange(before, model);
    const moves = range !== this.#range;
    const grows = moves || before.turns[0] !== model.turns[0];
    const keep = grows && !this.scroller.following ? this.scroller.anchor() : null;
    this.#show(range);
    this.#unseen ||= before.loaded && before.turns.at(-1) !== model.turns.at(-1);
    this.#pill = this.#nextPill(model);
    this.#pace.measure(moves, () => {
      paint(range, this.#pill);
    });
    if (this.#target !== null && model.loaded) this.#reach(this.#target, model, paint);
    else this.#stayPut(keep);
    this.#fill();
  }

  #stayPut(keep: Anchor | null): void {
    if (this.#staying) this.scroller.settle();
    else if (this.scroller.following) this.scroller.toEnd();
    else if (keep !== null) this.scroller.backTo(keep);
    this.#staying = false;
  }

  /** The reader opened or closed something: it stays under the pointer. */
  stay(): void {
    this.#staying = true;
    this.scroller.stay();
  }

  goToEnd(): void {
    this.#target = null;
    this.#staying = false;
    const model = this.#model;
    if (model !== null && model.newerFrom !== null) this.#deeds.loadNewest();
    else if (model !== null && this.#range.end !== null)
      this.#wanted = rangeAtEnd(model.turns, FIRST);
    this.scroller.isCutBelow = false;
    this.scroller.toEnd();
    this.#deeds.changed();
  }

  /** Brings the step to the top of the view, also when it is not loaded; with the focus. */
  goToStep(step: number, focus = true): void {
    this.#goTo({ kind: "step", step, focus });
  }

  /** Brings the item into view; its turn is loaded. */
  goToItem(itemId: string): void {
    this.#goTo({ kind: "item", itemId });
  }

  /** The same with what a search found, marked, also when it is not loaded. */
  goToHit(itemId: string, step: number): void {
    this.#goTo({ kind: "hit", itemId, step });
  }

  #goTo(target: Target): void {
    this.#target = target;
    this.#asked = null;
    this.scroller.stay();
    this.#deeds.changed();
  }

  /** As asked for by the reader, also when it went wrong before. */
  showEarlier(): void {
    this.#asked = null;
    this.scroller.stay();
    if (this.#model === null) return;
    this.#growAbove(this.#model);
    this.#askAbove(this.#model);
  }

  #show(range: Range): void {
    this.#range = range;
    this.scroller.isCutBelow = range.end !== null || this.#model?.newerFrom !== null;
  }

  #nextPill(model: PanelModel): Pill {
    if (this.scroller.following || !model.loaded) {
      this.#unseen = false;
      return "none";
    }
    return this.#unseen ? "newBelow" : "toEnd";
  }

  #nextRange(before: PanelModel, model: PanelModel): Range {
    const { turns } = model;
    const wanted = this.#wanted ?? this.#range;
    this.#wanted = null;
    const range = before.loaded ? rangeAfter(before, model, wanted) : null;
    if (range === null) return rangeAtEnd(turns, FIRST);
    if (!this.#mayTrim() || countShown(turns, range) <= TRIM_ABOVE) return range;
    if (this.scroller.following) return rangeAtEnd(turns, MOST);
    const here = this.#placeOfReader(model);
    return here === null ? range : rangeAround(turns, here, MOST / 2);
  }

  #placeOfReader(model: PanelModel): Place | null {
    const anchor = this.scroller.anchor();
    return anchor === null ? null : placeOfItem(model.turns, anchor.itemId);
  }

  #mayTrim(): boolean {
    return document.getSelection()?.isCollapsed ?? true;
  }

  /** Brings what is missing where the reader comes near the edge of the page. */
  #fill(): void {
    if (this.#model?.loaded !== true || this.#target !== null) return;
    const isNear = this.scroller.isNearTop();
    if (isNear || this.#isScarce(this.#model)) this.#growAbove(this.#model);
    if (isNear) this.#askAbove(this.#model);
    if (this.scroller.isCutBelow && this.scroller.isNearBottom()) this.#fillBelow();
  }

  #isScarce({ turns }: PanelModel): boolean {
    return countShown(turns, this.#wanted ?? this.#range) < AT_HAND;
  }

  #growAbove({ turns }: PanelModel): void {
    const range = this.#wanted ?? this.#range;
    if (range.start !== null)
      this.#want(rangeEarlier(turns, range, this.#pace.things, this.#most(range)));
  }

  #askAbove(model: PanelModel): void {
    const { turns, nextCursor } = model;
    const range = this.#wanted ?? this.#range;
    if (nextCursor === null || model.loadingOlder || this.#asked === nextCursor) return;
    if (range.start !== null && placeBefore(turns, range.start, AHEAD) !== null) return;
    // What failed once is not asked for again by scrolling alone.
    this.#asked = nextCursor;
    this.#deeds.loadOlder(nextCursor);
  }

  #fillBelow(): void {
    const model = this.#model;
    if (model === null) return;
    const { turns, newerFrom } = model;
    const range = this.#wanted ?? this.#range;
    if (range.end !== null)
      this.#want(rangeLater(turns, range, this.#pace.things, this.#most(range)));
    if (newerFrom === null || model.loadingNewer || this.#asked === newerFrom) return;
    if (range.end !== null && placeAfter(turns, range.end, AHEAD) !== null) return;
    this.#asked = newerFrom;
    this.#deeds.loadNewer(newerFrom);
  }

  /** What is near at either end stays, and so does what is selected. */
  #most(range: Range): number {
    const isNear = this.scroller.isNearTop() && this.scroller.isNearBottom();
    if (isNear || !this.#mayTrim() || this.#model === null) return Infinity;
    const shown = countShown(this.#model.turns, range);
    return Math.max(MOST, shown - this.#pace.things);
  }

  #want(range: Range): void {
    this.#wanted = range;
    this.#deeds.changed();
  }

  /** Goes to the target when it is loaded, else asks for it, once. */
  #reach(target: Target, model: PanelModel, paint: Paint): void {
    const place = placeOf(target, model);
    if (place === null) {
      const step = stepOf(target);
      if (step === null || this.#asked === `step:${String(step)}`) {
        if (model.sync !== "loading" && !model.loadingNewer) this.#giveUp();
        return;
      }
      this.#asked = `step:${String(step)}`;
      this.#deeds.loadFrom(step);
      return;
    }
    this.#target = null;
    this.#asked = null;
    this.scroller.stay();
    this.#show(rangeAround(model.turns, place, AROUND));
    this.#pill = this.#nextPill(model);
    paint(this.#range, this.#pill);
    this.#arriveAt(inPage(target, this.scroller.element));
  }

  #arriveAt(target: Target): void {
    const { element } = this.scroller;
    if (target.kind === "bookmark") {
      this.scroller.backTo(target.bookmark);
    } else if (target.kind === "item" || target.kind === "hit") {
      const { itemId } = target;
      this.scroller.backTo({ itemId, offset: element.clientHeight / 4 });
      if (target.kind === "hit") markItem(element, itemId);
    } else {
      const turn = elementOfStep(target.step, element);
      if (target.focus) turn?.focus({ preventScroll: true });
      turn?.scrollIntoView({ block: "start" });
      if (turn !== null) this.scroller.hold(turn);
    }
    this.#deeds.changed();
  }

  /** What is looked for is nowhere: a bookmark then means the end. */
  #giveUp(): void {
    const isBookmark = this.#target?.kind === "bookmark";
    this.#target = null;
    if (isBookmark) this.goToEnd();
  }

  #scrolled(): void {
    const pill = this.#model === null ? "none" : this.#nextPill(this.#model);
    if (pill !== this.#pill) this.#deeds.changed();
    this.#deeds.moved();
    this.#fill();
  }
}
