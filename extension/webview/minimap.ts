/**
 * The rail beside the conversation: a mark for each step of the task, loaded or not, and
 * what of it is in view. Pointing says which step it is; a click, dragging and the keys
 * of a slider go there.
 */
import { html, nothing, render, type TemplateResult } from "lit/html.js";
import {
  barsOf,
  edgesOf,
  indexOfStep,
  markAt,
  marksOf,
  type Edges,
  type Mark,
} from "./minimap-marks.js";
import { EMPTY, type PanelModel } from "./model.js";
import { oneLine } from "./plain.js";
import type { Scroller } from "./scroller.js";
import { t } from "./strings.js";
import { relativeTime } from "./times.js";

/** Fewer steps are seen at a glance without it. */
const FEWEST = 3;
/** A place that is dragged or stepped past is not gone to. */
const SETTLES_AFTER = 120;
/** What the keys went to stays named for a while. */
const NAMED_FOR = 1500;
const LEAP = 10;
const LEAST_VIEW = 6;

export interface MinimapDeeds {
  /** The steps are to be told (again). */
  readonly outline: () => void;
  /** Brings the step into view, and leaves the focus where it is. */
  readonly goToStep: (step: number) => void;
  /** The step where the reader is. */
  readonly here: () => number;
}

export class Minimap {
  readonly #place: HTMLElement;
  readonly #scroller: Scroller;
  readonly #deeds: MinimapDeeds;
  #model: PanelModel | null = null;
  #marks: readonly Mark[] = [];
  #edges: Edges = [0];
  #height = 0;
  /** What the outline was asked for: the task and how many steps it had. */
  #asked = "";
  /** The step that is pointed at or about to be gone to. */
  #pointed: number | null = null;
  #isDragged = false;
  #settling = 0;
  #naming = 0;
  #isDue = false;

  constructor(place: HTMLElement, scroller: Scroller, deeds: MinimapDeeds) {
    this.#place = place;
    this.#scroller = scroller;
    this.#deeds = deeds;
    new ResizeObserver(() => {
      this.#measure();
    }).observe(place);
  }

  drawn(model: PanelModel): void {
    const before = this.#model ?? EMPTY;
    this.#model = model;
    const isNew = before.outline !== model.outline || before.turns !== model.turns;
    if (isNew) this.#marks = marksOf(model.outline ?? [], model.turns);
    if (isNew || before.loaded !== model.loaded) this.#measure();
    else this.moved();
  }

  /** The reader went elsewhere; at most one drawing a frame. */
  moved(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      this.#draw();
    });
  }

  /** Asked for when there is room for it, and again when steps were added. */
  #ask({ task, loaded, turnCount }: PanelModel): void {
    const wanted = `${task?.threadId ?? ""} ${String(turnCount)}`;
    if (!loaded || turnCount < FEWEST || wanted === this.#asked) return;
    if (this.#place.clientWidth === 0) return;
    this.#asked = wanted;
    this.#deeds.outline();
  }

  #measure(): void {
    this.#height = this.#place.clientHeight;
    this.#edges = edgesOf(this.#marks, this.#height);
    if (this.#model !== null) this.#ask(this.#model);
    this.moved();
  }

  #draw(): void {
    const isKnown = (this.#model?.outline ?? null) !== null;
    const isShown = isKnown && this.#marks.length >= FEWEST && this.#height > 0;
    render(isShown ? this.#view() : nothing, this.#place);
  }

  #view(): TemplateResult {
    const here = this.#pointed ?? indexOfStep(this.#marks, this.#deeds.here());
    const mark = this.#marks[here];
    return html`<nav class="minimap-nav" aria-label=${t("minimap")}>
      <div
        class="minimap-rail"
        role="slider"
        tabindex="0"
        aria-orientation="vertical"
        aria-label=${t("minimap")}
        aria-valuemin=${this.#marks[0]?.number ?? 1}
        aria-valuemax=${this.#marks.at(-1)?.number ?? 1}
        aria-valuenow=${mark?.number ?? 1}
        aria-valuetext=${this.#words(mark)}
        @pointerdown=${this.#pressed}
        @pointermove=${this.#hovered}
        @pointerup=${this.#released}
        @pointercancel=${this.#left}
        @pointerleave=${this.#left}
        @keydown=${this.#keyed}
        @blur=${this.#left}
      >
        ${barsOf(this.#marks, this.#edges).map(
          ({ top, height, status }) =>
            html`<div class="mark is-${status}" .style=${box(top, height)}></div>`,
        )}
        ${this.#viewport()}
      </div>
      ${this.#pointed === null ? nothing : this.#label(this.#pointed)}
    </nav>`;
  }

  /** What of the task is in view. */
  #viewport(): TemplateResult {
    const [top, bottom] = this.#scroller.view();
    const from = this.#heightOf(top, 0);
    const to = Math.max(from + LEAST_VIEW, this.#heightOf(bottom, 1));
    const shift = Math.max(0, to - this.#height);
    return html`<div
      class="minimap-view"
      .style=${box(from - shift, to - from)}
    ></div>`;
  }

  #heightOf(place: { step: number; part: number } | null, otherwise: number): number {
    if (place === null) return (this.#edges.at(-1) ?? 0) * otherwise;
    const index = indexOfStep(this.#marks, place.step);
    const [from = 0, to = 0] = this.#edges.slice(index, index + 2);
    return from + (to - from) * place.part;
  }

  #label(index: number): TemplateResult {
    const mark = this.#marks[index];
    const top = this.#edges[index] ?? 0;
    const place = `clamp(0px, ${String(top - 12)}px, calc(100% - 52px))`;
    return html`<div
      class="minimap-label"
      aria-hidden="true"
      .style=${`inset-block-start: ${place}`}
    >
      <span class="quiet">${this.#facts(mark)}</span
      ><span class="minimap-words" dir="auto">${wordsOf(mark, 160)}</span>
    </div>`;
  }

  #facts(mark: Mark | undefined): string {
    if (mark === undefined) return "";
    const { number, startedAt } = mark;
    const facts = [
      t("stepOf", number, this.#marks.at(-1)?.number ?? number),
      startedAt === null ? "" : relativeTime(startedAt, Date.now()),
      statusOf(mark),
    ];
    return facts.filter((fact) => fact !== "").join(" · ");
  }

  #words(mark: Mark | undefined): string {
    if (mark === undefined) return "";
    const status = statusOf(mark);
    const head = t("step", mark.number) + (status === "" ? "" : `, ${status}`);
    return `${head}: ${wordsOf(mark, 80)}`;
  }

  #indexAt(event: PointerEvent): number {
    const { top } = this.#place.getBoundingClientRect();
    return markAt(this.#edges, event.clientY - top);
  }

  readonly #pressed = (event: PointerEvent): void => {
    if (event.button !== 0 || !(event.currentTarget instanceof HTMLElement)) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    this.#isDragged = true;
    this.#point(this.#indexAt(event));
    this.#go();
  };

  readonly #hovered = (event: PointerEvent): void => {
    const index = this.#indexAt(event);
    if (index === this.#pointed) return;
    this.#point(index);
    if (this.#isDragged) this.#goSoon();
  };

  readonly #released = (event: PointerEvent): void => {
    if (!this.#isDragged) return;
    this.#isDragged = false;
    const index = this.#indexAt(event);
    if (this.#settling === 0 && index === this.#pointed) return;
    this.#point(index);
    this.#go();
  };

  /** The pointer, or the focus. */
  readonly #left = (): void => {
    if (this.#settling !== 0) this.#go();
    this.#isDragged = false;
    this.#point(null);
  };

  readonly #keyed = (event: KeyboardEvent): void => {
    const last = this.#marks.length - 1;
    const here = this.#pointed ?? indexOfStep(this.#marks, this.#deeds.here());
    const to = KEYS[event.key]?.(here, last);
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.#point(Math.min(last, Math.max(0, to)));
    this.#goSoon();
    this.#naming = window.setTimeout(() => {
      this.#point(null);
    }, NAMED_FOR);
  };

  #point(index: number | null): void {
    window.clearTimeout(this.#naming);
    this.#pointed = index;
    this.moved();
  }

  #goSoon(): void {
    window.clearTimeout(this.#settling);
    this.#settling = window.setTimeout(() => {
      this.#go();
    }, SETTLES_AFTER);
  }

  #go(): void {
    window.clearTimeout(this.#settling);
    this.#settling = 0;
    const mark = this.#pointed === null ? undefined : this.#marks[this.#pointed];
    if (mark !== undefined) this.#deeds.goToStep(mark.number);
  }
}

const KEYS: Readonly<
  Record<string, ((here: number, last: number) => number) | undefined>
> = {
  ArrowUp: (here) => here - 1,
  ArrowLeft: (here) => here - 1,
  ArrowDown: (here) => here + 1,
  ArrowRight: (here) => here + 1,
  PageUp: (here) => here - LEAP,
  PageDown: (here) => here + LEAP,
  Home: () => 0,
  End: (_, last) => last,
};

const STATUS = {
  inProgress: "status.running",
  interrupted: "status.interrupted",
  failed: "status.failed",
} as const;

/** Nothing of what went well. */
function statusOf({ status }: Mark): string {
  return status === "completed" ? "" : t(STATUS[status]);
}

function wordsOf(mark: Mark | undefined, length: number): string {
  return oneLine(mark?.preview ?? "").slice(0, length) || t("noTextSent");
}

function box(top: number, height: number): string {
  return `inset-block-start: ${top.toFixed(1)}px; block-size: ${height.toFixed(1)}px`;
}
