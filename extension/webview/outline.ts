/**
 * The list of a task's steps: type to narrow it, arrows and Enter to go to one. Only the
 * rows in view are drawn, so that it opens at once also with thousands of steps.
 */
import { html, nothing, render, type TemplateResult } from "lit/html.js";
import type { OutlineStep } from "../src/protocol/index.js";
import { oneLine } from "./plain.js";
import { icon, spoken } from "./render-parts.js";
import { t, tCount } from "./strings.js";
import { absoluteTime, relativeTime } from "./times.js";

const ROW = 28;
const ROWS_IN_VIEW = 12;
const ROWS_AROUND = 6;

export interface OutlineDeeds {
  readonly go: (step: number) => void;
  readonly close: () => void;
}

export class Outline {
  readonly #place: HTMLElement;
  readonly #deeds: OutlineDeeds;
  #steps: readonly OutlineStep[] | null = null;
  #found: readonly OutlineStep[] = [];
  #words = "";
  /** The number of the step that Enter goes to. */
  #chosen = 0;
  #isOpen = false;

  constructor(place: HTMLElement, deeds: OutlineDeeds) {
    this.#place = place;
    this.#deeds = deeds;
  }

  /** Opens at the step where the reader is, with the field focused. */
  open(here: number): void {
    this.#isOpen = true;
    this.#words = "";
    this.#chosen = here;
    this.#narrow();
    this.#draw();
    this.#place.querySelector("input")?.focus();
    this.#reveal("center");
  }

  close(): void {
    this.#isOpen = false;
    render(nothing, this.#place);
  }

  /** Null while they are asked for. */
  show(steps: readonly OutlineStep[] | null): void {
    if (steps === this.#steps) return;
    this.#steps = steps;
    this.#narrow();
    if (!this.#isOpen) return;
    this.#draw();
    this.#reveal("center");
  }

  #narrow(): void {
    const wanted = this.#words.trim().toLowerCase();
    const steps = this.#steps ?? [];
    this.#found =
      wanted === ""
        ? steps
        : steps.filter(
            ({ number, preview }) =>
              String(number) === wanted || preview.toLowerCase().includes(wanted),
          );
    if (this.#steps === null) return;
    const isThere = this.#found.some(({ number }) => number === this.#chosen);
    if (!isThere) this.#chosen = this.#found[0]?.number ?? 0;
  }

  #draw(): void {
    render(this.#view(), this.#place);
  }

  #view(): TemplateResult {
    const count = this.#found.length;
    const note =
      this.#steps === null
        ? t("outline.loading")
        : count === 0
          ? t("outline.none")
          : tCount("outline.steps", count);
    return html`<div class="overlay-head">
        <input
          class="field"
          type="text"
          role="combobox"
          aria-expanded="true"
          aria-controls="outline-list"
          aria-activedescendant=${count === 0 ? nothing : `outline-${String(this.#chosen)}`}
          aria-label=${t("outline.find")}
          placeholder=${t("outline.find")}
          .value=${this.#words}
          @input=${this.#typed}
          @keydown=${this.#pressed}
        />
      </div>
      <p class="quiet overlay-note" role="status">${note}</p>
      <div
        class="outline-list"
        id="outline-list"
        role="listbox"
        aria-label=${t("outline.title")}
        @scroll=${() => {
          this.#draw();
        }}
      >
        ${this.#rows()}
      </div>`;
  }

  /** Rows are of one height: those out of view are so much empty room. */
  #rows(): TemplateResult {
    const top = this.#list()?.scrollTop ?? 0;
    const first = Math.max(0, Math.floor(top / ROW) - ROWS_AROUND);
    const last = Math.min(this.#found.length, first + ROWS_IN_VIEW + 2 * ROWS_AROUND);
    const now = Date.now();
    const room = (rows: number): TemplateResult =>
      html`<div role="presentation" .style=${`height: ${String(rows * ROW)}px`}></div>`;
    return html`${room(first)}${this.#found
      .slice(first, last)
      .map((step, index) => this.#row(step, first + index, now))}${room(
      this.#found.length - last,
    )}`;
  }

  #row(step: OutlineStep, index: number, now: number): TemplateResult {
    const { number, status, preview, startedAt } = step;
    const mark = STATUS[status];
    const time =
      startedAt === null
        ? nothing
        : html`<span class="quiet row-time" title=${absoluteTime(startedAt)}
            >${relativeTime(startedAt, now)}</span
          >`;
    return html`<div
      class="outline-row ${number === this.#chosen ? "is-chosen" : ""}"
      id=${`outline-${String(number)}`}
      role="option"
      aria-selected=${number === this.#chosen ? "true" : "false"}
      aria-posinset=${index + 1}
      aria-setsize=${this.#found.length}
      @click=${() => {
        this.#go(number);
      }}
    >
      <span class="row-number">${number}</span
      >${mark === null ? nothing : html`${icon(mark[0], mark[1])}${spoken(t(mark[2]))}`}
      <span class="row-text" dir="auto"
        >${oneLine(preview).slice(0, 160) || t("noTextSent")}</span
      >${time}
    </div>`;
  }

  readonly #typed = (event: Event): void => {
    if (!(event.currentTarget instanceof HTMLInputElement)) return;
    this.#words = event.currentTarget.value;
    this.#narrow();
    const list = this.#list();
    if (list !== null) list.scrollTop = 0;
    this.#draw();
    this.#reveal("nearest");
  };

  readonly #pressed = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    const move = MOVES[event.key];
    if (move !== undefined) this.#move(move);
    else if (event.key === "Enter" && this.#chosen > 0) this.#go(this.#chosen);
    else return;
    event.preventDefault();
  };

  #move(by: number): void {
    const at = this.#found.findIndex(({ number }) => number === this.#chosen);
    const to = Math.min(this.#found.length - 1, Math.max(0, at + by));
    this.#chosen = this.#found[to]?.number ?? 0;
    this.#reveal("nearest");
    this.#draw();
  }

  #go(step: number): void {
    this.#deeds.close();
    this.#deeds.go(step);
  }

  #list(): HTMLElement | null {
    return this.#place.querySelector<HTMLElement>(".outline-list");
  }

  #reveal(where: "center" | "nearest"): void {
    const list = this.#list();
    const at = this.#found.findIndex(({ number }) => number === this.#chosen);
    if (list === null || at < 0) return;
    const { scrollTop, clientHeight } = list;
    const top = at * ROW;
    if (where === "center") list.scrollTop = top - clientHeight / 2;
    else if (top < scrollTop) list.scrollTop = top;
    else if (top + ROW > scrollTop + clientHeight)
      list.scrollTop = top + ROW - clientHeight;
    this.#draw();
  }
}

const MOVES: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: ROWS_IN_VIEW - 1,
  PageUp: 1 - ROWS_IN_VIEW,
};

const STATUS = {
  completed: null,
  inProgress: ["loading", "codicon-modifier-spin", "status.running"],
  interrupted: ["circle-slash", "", "status.interrupted"],
  failed: ["error", "is-bad", "status.failed"],
} as const;
