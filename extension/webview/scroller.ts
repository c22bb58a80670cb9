/**
 * Where the reader is. At the end, the page follows what comes; anywhere else it
 * stays where it is, whatever comes below or above.
 */

/** A place in the conversation that survives drawing: an item and where it stood. */
export interface Anchor {
  readonly itemId: string;
  /** Of its top edge, from the top of what is in view. */
  readonly offset: number;
}

/** A place in a step: so much of it is above. */
export interface Place {
  readonly step: number;
  /** From 0 to 1. */
  readonly part: number;
}

const AT_END = 32;
/** Of a turn that is almost out of view, so much does not count. */
const SLIVER = 16;
/** More comes into the page before its edge is in view: so many heights of the view. */
const NEAR = 1.5;
/** Items take their true size when they come near; a place is held until they have. */
const HELD_FOR = 1000;
const MOVES = ["wheel", "pointerdown", "touchstart", "keydown"] as const;

export class Scroller {
  readonly element: HTMLElement;
  readonly #content: HTMLElement;
  readonly #changed: () => void;
  /** What is in the page ends before the conversation does: its edge is not the end. */
  isCutBelow = false;
  #following = true;
  #lastTop = 0;
  #held: Anchor | null = null;

  /** `changed` is called when the reader scrolled. */
  constructor(element: HTMLElement, content: HTMLElement, changed: () => void) {
    this.element = element;
    this.#content = content;
    this.#changed = changed;
    element.addEventListener("scroll", this.#scrolled, { passive: true });
    for (const move of MOVES) {
      element.addEventListener(move, this.#letGo, { passive: true });
    }
    const grown = new ResizeObserver(() => {
      if (this.#following) this.toEnd();
      else if (this.#held !== null) this.#put(this.#held);
    });
    grown.observe(content);
    grown.observe(element);
  }

  /** Whether the page goes along with what comes at the end. */
  get following(): boolean {
    return this.#following;
  }

  toEnd(): void {
    this.#following = true;
    this.#held = null;
    this.element.scrollTop = this.element.scrollHeight;
    this.#lastTop = this.element.scrollTop;
  }

  /** The reader looks at something here: stay, even at the end. */
  stay(): void {
    this.#following = false;
  }

  /** After `stay`: at the end all the same, it follows again. */
  settle(): void {
    this.#following = this.#isAtEnd();
  }

  #isAtEnd(): boolean {
    return !this.isCutBelow && this.#below() < AT_END;
  }

  #below(): number {
    const { scrollTop, scrollHeight, clientHeight } = this.element;
    return scrollHeight - scrollTop - clientHeight;
  }

  /** Whether the beginning of what is in the page is near. */
  isNearTop(): boolean {
    return this.element.scrollTop < this.element.clientHeight * NEAR;
  }

  /** Whether the end of what is in the page is near. */
  isNearBottom(): boolean {
    return this.#below() < this.element.clientHeight * NEAR;
  }

  /** The number of the first step in view; null: it has none. */
  topStep(): number | null {
    const turn = this.topTurn();
    const step = Number(turn?.dataset["step"] ?? 0);
    return step === 0 ? null : step;
  }

  /** Where the view begins and ends; null where that is in no step. */
  view(): readonly [Place | null, Place | null] {
    const { top, bottom } = this.element.getBoundingClientRect();
    const turns = this.#turns().filter(({ dataset }) => dataset["step"] !== "0");
    const boxes = turns.map((turn) => turn.getBoundingClientRect());
    const first = boxes.findIndex((box) => box.bottom > top + SLIVER);
    const last = boxes.findLastIndex((box) => box.top < bottom - SLIVER);
    return [
      placeIn(turns[first], boxes[first], top),
      placeIn(turns[last], boxes[last], bottom),
    ];
  }

  /** The first turn in view. */
  topTurn(): HTMLElement | null {
    const top = this.element.getBoundingClientRect().top;
    return (
      this.#turns().find(
        (turn) => turn.getBoundingClientRect().bottom > top + SLIVER,
      ) ?? null
    );
  }

  /** The first item in view. */
  anchor(): Anchor | null {
    const top = this.element.getBoundingClientRect().top;
    for (const turn of this.#turns()) {
      if (turn.getBoundingClientRect().bottom <= top) continue;
      for (const item of itemsIn(turn)) {
        const box = item.getBoundingClientRect();
        const itemId = item.dataset["item"];
        if (box.bottom > top && itemId !== undefined)
          return { itemId, offset: box.top - top };
      }
    }
    return null;
  }

  /** The turns in the page. Looking through all that is in them would cost a frame's time. */
  #turns(): readonly HTMLElement[] {
    return children(this.#content.querySelector(".turns")).filter(
      ({ dataset }) => dataset["turn"] !== undefined,
    );
  }

  /** Puts the item back where it stood, and keeps it there until all sizes are known. */
  backTo(anchor: Anchor): void {
    this.#held = anchor;
    this.#put(anchor);
    window.setTimeout(() => {
      if (this.#held === anchor) this.#held = null;
    }, HELD_FOR);
  }

  /** Keeps the turn where it stands now, in the same way. */
  hold(turn: HTMLElement): void {
    const [item] = itemsIn(turn);
    const itemId = item?.dataset["item"];
    if (item === undefined || itemId === undefined) return;
    const top = this.element.getBoundingClientRect().top;
    this.backTo({ itemId, offset: item.getBoundingClientRect().top - top });
  }

  #put(anchor: Anchor): void {
    const item = this.#turns()
      .flatMap(itemsIn)
      .find((each) => each.dataset["item"] === anchor.itemId);
    if (item === undefined) return;
    const top = this.element.getBoundingClientRect().top;
    const moved = item.getBoundingClientRect().top - top - anchor.offset;
    if (Math.abs(moved) >= 1) this.element.scrollTop += moved;
    this.#lastTop = this.element.scrollTop;
  }

  readonly #letGo = (): void => {
    this.#held = null;
  };

  /** Only going up ends following: what grows below is no scrolling of the reader's. */
  readonly #scrolled = (): void => {
    const { scrollTop } = this.element;
    if (this.#isAtEnd()) this.#following = true;
    else if (scrollTop < this.#lastTop) this.#following = false;
    // Dragged on by the scroll bar: the place that is held is where the reader is now.
    if (this.#held !== null && Math.abs(scrollTop - this.#lastTop) >= 1)
      this.#held = this.anchor();
    this.#lastTop = scrollTop;
    this.#changed();
  };
}

function placeIn(
  turn: HTMLElement | undefined,
  box: DOMRect | undefined,
  y: number,
): Place | null {
  if (turn === undefined || box === undefined) return null;
  const part = box.height === 0 ? 0 : (y - box.top) / box.height;
  return {
    step: Number(turn.dataset["step"]),
    part: Math.min(1, Math.max(0, part)),
  };
}

function itemsIn(turn: HTMLElement): readonly HTMLElement[] {
  return children(turn).filter(({ dataset }) => dataset["item"] !== undefined);
}

function children(parent: Element | null): readonly HTMLElement[] {
  return [...(parent?.children ?? [])].filter((each) => each instanceof HTMLElement);
}
