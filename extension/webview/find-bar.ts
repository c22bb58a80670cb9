/** Find in task: a bar over the conversation, with counts, that goes from match to match. */
import { html, nothing, render, type TemplateResult } from "lit/html.js";
import { Finder, type Match, type Query } from "./find-engine.js";
import { markMatches } from "./find-marks.js";
import type { PanelModel } from "./model.js";
import { t } from "./strings.js";

/** Of a frame, while one looks for something. */
const BUDGET_MS = 10;
const TYPED_FOR = 120;

export interface FindDeeds {
  /** Brings the item into view. */
  readonly show: (itemId: string, isNew: boolean) => void;
  /** Earlier (or later) turns are wanted. Says whether there are any to ask for. */
  readonly loadMore: (earlier: boolean) => boolean;
  readonly closed: () => void;
  /** The turn at the top of the view. */
  readonly here: () => string | null;
}

type Direction = "next" | "previous";

export class FindBar {
  readonly #place: HTMLElement;
  readonly #feed: HTMLElement;
  readonly #deeds: FindDeeds;
  readonly #finder = new Finder();
  #query: Query = { words: "", matchCase: false, regex: false };
  #model: PanelModel | null = null;
  #isOpen = false;
  #current: Match | null = null;
  /** Where matches are looked for in turns that are still to come. */
  #waiting: Direction | null = null;
  #timer = 0;
  #isPumping = false;

  constructor(place: HTMLElement, feed: HTMLElement, deeds: FindDeeds) {
    this.#place = place;
    this.#feed = feed;
    this.#deeds = deeds;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** With what is selected, if it is one line. */
  open(): void {
    const selected = document.getSelection()?.toString() ?? "";
    if (selected !== "" && !selected.includes("\n"))
      this.#query = { ...this.#query, words: selected, regex: false };
    this.#isOpen = true;
    this.#search();
    const input = this.#place.querySelector("input");
    input?.focus();
    input?.select();
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#waiting = null;
    markMatches(this.#feed, null, null);
    render(nothing, this.#place);
    this.#deeds.closed();
  }

  /** After each drawing: other turns, other elements. */
  drawn(model: PanelModel): void {
    const isNew = model.turns !== this.#model?.turns;
    this.#model = model;
    if (!this.#isOpen) return;
    if (isNew) this.#pump();
    markMatches(this.#feed, this.#finder.pattern, this.#current);
  }

  #search(): void {
    this.#finder.search(this.#query);
    this.#current = null;
    this.#waiting = null;
    this.#draw();
    this.#pump();
  }

  /** Looks a while each frame, and goes to the first match as soon as there is one. */
  #pump(): void {
    if (this.#isPumping || this.#model === null) return;
    const isDone = this.#finder.look(this.#model.turns, performance.now() + BUDGET_MS);
    if (this.#current === null && this.#finder.pattern !== null) this.#goToNearest();
    if (isDone && this.#waiting !== null) this.#goOnWaiting(this.#waiting);
    this.#draw();
    if (isDone) return;
    this.#isPumping = true;
    requestAnimationFrame(() => {
      this.#isPumping = false;
      this.#pump();
    });
  }

  /** The first match from where the reader is, else the last one. */
  #goToNearest(): void {
    const turns = this.#model?.turns ?? [];
    const here = turns.findIndex(({ turnId }) => turnId === this.#deeds.here());
    const below = new Set(turns.slice(Math.max(0, here)).map(({ turnId }) => turnId));
    const matches = this.#matches();
    const nearest = matches.find(({ turnId }) => below.has(turnId)) ?? matches.at(-1);
    if (nearest !== undefined) this.#goTo(nearest, false);
  }

  #matches(): readonly Match[] {
    return this.#finder.matches(this.#model?.turns ?? []);
  }

  #go(direction: Direction): void {
    if (this.#finder.pattern === null) return;
    const matches = this.#matches();
    const next = matches[this.#indexIn(matches) + (direction === "next" ? 1 : -1)];
    if (next !== undefined) this.#goTo(next, true);
    else if (this.#deeds.loadMore(direction === "previous")) this.#waiting = direction;
    else this.#goRound(matches, direction);
    this.#draw();
  }

  #goRound(matches: readonly Match[], direction: Direction): void {
    const other = direction === "next" ? matches[0] : matches.at(-1);
    if (other !== undefined) this.#goTo(other, true);
  }

  /** The turns that were asked for are here: is it in them? */
  #goOnWaiting(direction: Direction): void {
    this.#waiting = null;
    if (this.#model?.loadingOlder === true || this.#model?.loadingNewer === true)
      this.#waiting = direction;
    else this.#go(direction);
  }

  #goTo(match: Match, isMove: boolean): void {
    this.#waiting = null;
    const isNew = match.itemId !== this.#current?.itemId;
    this.#current = match;
    this.#deeds.show(match.itemId, isNew || isMove);
    const range = markMatches(this.#feed, this.#finder.pattern, match);
    range?.startContainer.parentElement?.scrollIntoView({ block: "nearest" });
  }

  #indexIn(matches: readonly Match[]): number {
    const { itemId, nth } = this.#current ?? { itemId: "", nth: 0 };
    return matches.findIndex((each) => each.itemId === itemId && each.nth === nth);
  }

  #draw(): void {
    if (this.#isOpen) render(this.#view(), this.#place);
  }

  #view(): TemplateResult {
    const { words, matchCase, regex } = this.#query;
    const isWrong = words !== "" && this.#finder.pattern === null;
    return html`<div
      class="find"
      role="search"
      aria-label=${t("find.title")}
      @keydown=${this.#pressed}
    >
      <input
        class="field ${isWrong ? "is-wrong" : ""}"
        type="text"
        aria-label=${t("find.title")}
        placeholder=${t("find.title")}
        aria-invalid=${isWrong ? "true" : "false"}
        .value=${words}
        @input=${this.#typed}
      />
      ${toggle("case-sensitive", t("find.case"), matchCase, () => {
        this.#change({ matchCase: !matchCase });
      })}${toggle("regex", t("find.regex"), regex, () => {
        this.#change({ regex: !regex });
      })}
      <span class="find-count quiet" role="status">${this.#count()}</span>
      ${plain("arrow-up", t("find.previous"), () => {
        this.#go("previous");
      })}${plain("arrow-down", t("find.next"), () => {
        this.#go("next");
      })}${plain("close", t("find.close"), () => {
        this.close();
      })}
    </div>`;
  }

  /** "3 of 17", with a sign when earlier steps are not loaded. */
  #count(): string {
    if (this.#query.words === "") return "";
    if (this.#finder.pattern === null) return t("find.wrong");
    if (this.#waiting !== null) return t("find.looking");
    const matches = this.#matches();
    const model = this.#model;
    const isPart = model?.nextCursor !== null || model.newerFrom !== null;
    if (matches.length === 0) return t(isPart ? "find.noneHere" : "find.none");
    const total = `${String(matches.length)}${isPart ? "+" : ""}`;
    return t("find.count", this.#indexIn(matches) + 1, total);
  }

  readonly #typed = (event: Event): void => {
    if (!(event.currentTarget instanceof HTMLInputElement)) return;
    const words = event.currentTarget.value;
    this.#query = { ...this.#query, words };
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => {
      this.#search();
    }, TYPED_FOR);
  };

  #change(changes: Partial<Query>): void {
    this.#query = { ...this.#query, ...changes };
    this.#search();
  }

  readonly #pressed = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    const isInput = event.target instanceof HTMLInputElement;
    if (event.key === "Escape") this.close();
    else if (event.key === "F3" || (event.key === "Enter" && isInput))
      this.#go(event.shiftKey ? "previous" : "next");
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
}

function plain(icon: string, label: string, act: () => void): TemplateResult {
  return html`<button
    type="button"
    class="icon-button codicon codicon-${icon}"
    title=${label}
    aria-label=${label}
    @click=${act}
  ></button>`;
}

function toggle(
  icon: string,
  label: string,
  isOn: boolean,
  act: () => void,
): TemplateResult {
  return html`<button
    type="button"
    class="icon-button is-toggle codicon codicon-${icon}"
    title=${label}
    aria-label=${label}
    aria-pressed=${isOn ? "true" : "false"}
    @click=${act}
  ></button>`;
}
