/**
 * Which part of the loaded turns is in the page: a range, open at either end.
 *
 * A long task has far more in it than a page can hold with ease, so the range moves
 * with the reader. A turn counts as one thing, and each of its items as one.
 */
import type { Turn } from "../src/protocol/index.js";

/** Before the item of that number in a turn; the turn's head is before its first. */
export interface Place {
  readonly turnId: string;
  readonly item: number;
}

/** `start` null: from the first that is loaded; `end` null: to the last, whatever comes. */
export interface Range {
  readonly start: Place | null;
  readonly end: Place | null;
}

export const EVERYTHING: Range = { start: null, end: null };

export interface Shown {
  readonly turns: readonly Turn[];
  /** The index of the first of them among all. */
  readonly first: number;
  /** Items that the first turn leaves out. */
  readonly skipped: number;
  /** Items that the last turn shows; null: all of them. */
  readonly taken: number | null;
}

/** The last things, about so many. */
export function rangeAtEnd(turns: readonly Turn[], budget: number): Range {
  return { start: placeBefore(turns, null, budget), end: null };
}

/** So many things before the place, and after it. */
export function rangeAround(
  turns: readonly Turn[],
  place: Place,
  budget: number,
): Range {
  return {
    start: placeBefore(turns, place, budget),
    end: placeAfter(turns, place, budget),
  };
}

/** The range with so many more things at its beginning, and at most so many in all. */
export function rangeEarlier(
  turns: readonly Turn[],
  range: Range,
  more: number,
  most: number,
): Range {
  if (range.start === null) return range;
  const start = placeBefore(turns, range.start, more);
  const grown = { start, end: range.end };
  return countShown(turns, grown) > most
    ? { start, end: placeAfter(turns, start ?? beginning(turns), most) }
    : grown;
}

/** The range with so many more things at its end, and at most so many in all. */
export function rangeLater(
  turns: readonly Turn[],
  range: Range,
  more: number,
  most: number,
): Range {
  if (range.end === null) return range;
  const end = placeAfter(turns, range.end, more);
  const grown = { start: range.start, end };
  return countShown(turns, grown) > most
    ? { start: placeBefore(turns, end, most), end }
    : grown;
}

/** Whether its turns are still there. */
export function isWithin(turns: readonly Turn[], range: Range): boolean {
  const isThere = (place: Place | null): boolean =>
    place === null || turns.some((turn) => turn.turnId === place.turnId);
  return isThere(range.start) && isThere(range.end);
}

/** How many things are in the page. */
export function countShown(turns: readonly Turn[], range: Range): number {
  const { turns: shown, skipped, taken } = shownTurns(turns, range);
  const all = shown.reduce((sum, turn) => sum + 1 + turn.items.length, 0);
  const left = taken === null ? 0 : (shown.at(-1)?.items.length ?? 0) - taken;
  return all - skipped - left;
}

/** The turns in the page, and what the first and the last of them leave out. */
export function shownTurns(turns: readonly Turn[], range: Range): Shown {
  const start = indexOf(turns, range.start) ?? { turn: 0, item: 0 };
  const end = indexOf(turns, range.end);
  return {
    turns: turns.slice(start.turn, end === null ? undefined : end.turn + 1),
    first: start.turn,
    skipped: start.item,
    taken: end?.item ?? null,
  };
}

/** Where the item is; null when it is not loaded. */
export function placeOfItem(turns: readonly Turn[], itemId: string): Place | null {
  for (const turn of turns) {
    const item = turn.items.findIndex((each) => each.itemId === itemId);
    if (item >= 0) return { turnId: turn.turnId, item };
  }
  return null;
}

/** The place so many things earlier; null: that is the beginning. From null: the end. */
export function placeBefore(
  turns: readonly Turn[],
  place: Place | null,
  budget: number,
): Place | null {
  const from = indexOf(turns, place) ?? { turn: turns.length, item: 0 };
  if (from.item >= budget) return placeAt(turns, from.turn, from.item - budget);
  let left = budget - from.item;
  for (let turn = from.turn - 1; turn >= 0; turn -= 1) {
    const items = turns[turn]?.items.length ?? 0;
    if (items + 1 >= left) return placeAt(turns, turn, items + 1 - left);
    left -= items + 1;
  }
  return null;
}

/** The place so many things later; null: that is the end. */
export function placeAfter(
  turns: readonly Turn[],
  place: Place | null,
  budget: number,
): Place | null {
  const from = indexOf(turns, place);
  if (from === null) return null;
  let left = budget + from.item;
  for (let turn = from.turn; turn < turns.length; turn += 1) {
    const { turnId, items } = turns[turn] ?? { turnId: "", items: [] };
    const isLast = turn === turns.length - 1;
    if (left < items.length || (left === items.length && !isLast))
      return { turnId, item: left };
    left -= items.length + 1;
  }
  return null;
}

interface Index {
  readonly turn: number;
  readonly item: number;
}

function indexOf(turns: readonly Turn[], place: Place | null): Index | null {
  if (place === null) return null;
  const turn = turns.findIndex((each) => each.turnId === place.turnId);
  return turn < 0 ? null : { turn, item: place.item };
}

function placeAt(turns: readonly Turn[], turn: number, item: number): Place | null {
  const turnId = turns[turn]?.turnId;
  return turnId === undefined || (turn === 0 && item === 0) ? null : { turnId, item };
}

function beginning(turns: readonly Turn[]): Place | null {
  const turnId = turns[0]?.turnId;
  return turnId === undefined ? null : { turnId, item: 0 };
}
