/**
 * What part of the conversation is in the page, and where the reader is in it.
 *
 * Starts at the end or where one read before; grows upwards as one scrolls; while it
 * follows a running task, what is far above is taken out again.
 */
import type { Pill } from "./draw.js";
import type { PanelModel } from "./model.js";
import { Scroller, type Anchor } from "./scroller.js";
import {
  countShown,
  startAtItem,
  startEarlier,
  startNearEnd,
  type Start,
} from "./shown.js";

const FIRST = 100;
const MORE = 50;
const TRIM_ABOVE = 600;
const TRIM_TO = 300;
/** Pages that are read to find the place where one read before. */
const SEARCH_AT_MOST = 10;

export interface ReadingDeeds {
  readonly loadOlder: (cursor: string) => void;
  /** Something must be drawn again. */
  readonly changed: () => void;
  /** The reader went elsewhere. */
  readonly moved: () => void;
}

type Paint = (start: Start | null, pill: Pill) => void;

export class Reading {
  readonly #scroller: Scroller;
  readonly #deeds: ReadingDeeds;
  #model: PanelModel | null = null;
  #start: Start | null = null;
  #wanted: Start | null | undefined;
  #search: { readonly anchor: Anchor; pages: number } | null;
  #askedCursor: string | null = null;
  #unseen = false;
  #staying = false;
  #pill: Pill = "none";

  constructor(
    scroller: HTMLElement,
    content: HTMLElement,
    anchor: Anchor | null,
    deeds: ReadingDeeds,
  ) {
    this.#deeds = deeds;
    this.#search = anchor === null ? null : { anchor, pages: 0 };
    this.#scroller = new Scroller(scroller, content, () => {
      this.#scrolled();
    });
  }

  /** Where the reader is, to come back to; null: at the end. */
  place(): Anchor | null {
    if (this.#search !== null) return this.#search.anchor;
    return this.#scroller.following ? null : this.#scroller.anchor();
  }

  /** Draws the model and leaves the reader where they are. */
  draw(before: PanelModel, model: PanelModel, paint: Paint): void {
    this.#model = model;
    const start = this.#nextStart(before, model);
    const grows = start !== this.#start || before.turns[0] !== model.turns[0];
    const keep = grows && !this.#scroller.following ? this.#scroller.anchor() : null;
    this.#start = start;
    this.#unseen ||= before.loaded && before.turns.at(-1) !== model.turns.at(-1);
    this.#pill = this.#nextPill(model);
    paint(start, this.#pill);
    this.#place(model, keep, paint);
    this.#fill();
  }

  /** After painting: to the place that is looked for, to the end, or back to where one was. */
  #place(model: PanelModel, keep: Anchor | null, paint: Paint): void {
    if (this.#search !== null && model.loaded) this.#goOnSearching(model, paint);
    else if (this.#staying) this.#settle();
    else if (this.#scroller.following) this.#scroller.toEnd();
    else if (keep !== null) this.#scroller.backTo(keep);
  }

  /** Brings earlier turns when their place comes near. */
  #fill(): void {
    if (this.#model?.loaded !== true || this.#search !== null) return;
    if (this.#scroller.isNearTop()) this.#earlier(false);
  }

  /** The reader opened or closed something: it stays under the pointer. */
  stay(): void {
    this.#staying = true;
    this.#scroller.stay();
  }

  goToEnd(): void {
    this.#search = null;
    this.#staying = false;
    this.#scroller.toEnd();
    this.#deeds.changed();
  }

  /** As asked for by the reader, also when it went wrong before. */
  showEarlier(): void {
    this.#scroller.stay();
    this.#earlier(true);
  }

  #nextPill(model: PanelModel): Pill {
    if (this.#scroller.following || !model.loaded) {
      this.#unseen = false;
      return "none";
    }
    return this.#unseen ? "newBelow" : "toEnd";
  }

  #nextStart(before: PanelModel, model: PanelModel): Start | null {
    const { turns } = model;
    const wanted = this.#wanted === undefined ? this.#start : this.#wanted;
    this.#wanted = undefined;
    const gone =
      wanted !== null && !turns.some((turn) => turn.turnId === wanted.turnId);
    if (!before.loaded || gone) return startNearEnd(turns, FIRST);
    const prepended = wanted === null ? firstBefore(before, model) : null;
    if (prepended !== null) return startEarlier(turns, prepended, MORE);
    const trim = this.#mayTrim() && countShown(turns, wanted) > TRIM_ABOVE;
    return trim ? startNearEnd(turns, TRIM_TO) : wanted;
  }

  /** Nothing is taken away from under a selection. */
  #mayTrim(): boolean {
    return this.#scroller.following && (document.getSelection()?.isCollapsed ?? true);
  }

  #earlier(asked: boolean): void {
    const model = this.#model;
    if (model === null) return;
    if (this.#start !== null) {
      this.#wanted = startEarlier(model.turns, this.#start, MORE);
      this.#deeds.changed();
      return;
    }
    const cursor = model.nextCursor;
    // What failed once is not asked for again by scrolling alone.
    if (
      cursor === null ||
      model.loadingOlder ||
      (cursor === this.#askedCursor && !asked)
    )
      return;
    this.#askedCursor = cursor;
    this.#deeds.loadOlder(cursor);
  }

  #goOnSearching(model: PanelModel, paint: Paint): void {
    const search = this.#search;
    if (search === null || model.loadingOlder) return;
    const found = startAtItem(model.turns, search.anchor.itemId);
    if (found === null) {
      const cursor = model.nextCursor;
      search.pages += 1;
      if (cursor === null || search.pages > SEARCH_AT_MOST) this.goToEnd();
      else if (cursor !== this.#askedCursor) {
        this.#askedCursor = cursor;
        this.#deeds.loadOlder(cursor);
      }
      return;
    }
    this.#search = null;
    this.#scroller.stay();
    const needed = startEarlier(model.turns, found, MORE);
    if (countShown(model.turns, needed) > countShown(model.turns, this.#start))
      this.#start = needed;
    paint(this.#start, "toEnd");
    this.#scroller.backTo(search.anchor);
  }

  #settle(): void {
    this.#staying = false;
    this.#scroller.settle();
  }

  #scrolled(): void {
    const pill = this.#model === null ? "none" : this.#nextPill(this.#model);
    if (pill !== this.#pill) this.#deeds.changed();
    this.#deeds.moved();
    this.#fill();
  }
}

/** Where the page began before older turns came; null when none did. */
function firstBefore(before: PanelModel, model: PanelModel): Start | null {
  const first = before.turns[0];
  if (first === undefined || first.turnId === model.turns[0]?.turnId) return null;
  return { turnId: first.turnId, item: 0 };
}
