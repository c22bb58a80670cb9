/**
 * Which part of the loaded turns is in the page: from a start to the end.
 *
 * The end is where people read, so the page grows upwards on demand and is trimmed
 * at the top while it follows a running task. A turn counts as one, and each item.
 */
import type { Turn } from "../src/protocol/index.js";

/** The first item in the page; null: everything that is loaded. */
export interface Start {
  readonly turnId: string;
  readonly item: number;
}

/** The start that puts about `budget` things in the page, counted from the end. */
export function startNearEnd(turns: readonly Turn[], budget: number): Start | null {
  return startBefore(turns, { turn: turns.length, item: 0 }, budget);
}

/** A start that is `budget` things earlier. */
export function startEarlier(
  turns: readonly Turn[],
  start: Start | null,
  budget: number,
): Start | null {
  if (start === null) return null;
  const at = indexOf(turns, start);
  return at === null ? startNearEnd(turns, budget) : startBefore(turns, at, budget);
}

/** How many things are in the page. */
export function countShown(turns: readonly Turn[], start: Start | null): number {
  const at = start === null ? { turn: 0, item: 0 } : indexOf(turns, start);
  if (at === null) return 0;
  return (
    turns.slice(at.turn).reduce((sum, turn) => sum + 1 + turn.items.length, 0) - at.item
  );
}

/** The turns in the page, with the number of items that the first one leaves out. */
export function shownTurns(
  turns: readonly Turn[],
  start: Start | null,
): { readonly turns: readonly Turn[]; readonly skipped: number } {
  const at = start === null ? null : indexOf(turns, start);
  return at === null
    ? { turns, skipped: 0 }
    : { turns: turns.slice(at.turn), skipped: at.item };
}

/** The start that has the item in the page; null when it is not loaded. */
export function startAtItem(turns: readonly Turn[], itemId: string): Start | null {
  for (const turn of turns) {
    const item = turn.items.findIndex((each) => each.itemId === itemId);
    if (item >= 0) return { turnId: turn.turnId, item };
  }
  return null;
}

interface Place {
  readonly turn: number;
  readonly item: number;
}

function indexOf(turns: readonly Turn[], start: Start): Place | null {
  const turn = turns.findIndex((each) => each.turnId === start.turnId);
  return turn < 0 ? null : { turn, item: start.item };
}

/** Goes back over the items of this turn, then over whole turns with their heads. */
function startBefore(
  turns: readonly Turn[],
  place: Place,
  budget: number,
): Start | null {
  if (place.item >= budget) return startAt(turns, place.turn, place.item - budget);
  let left = budget - place.item;
  for (let turn = place.turn - 1; turn >= 0; turn -= 1) {
    const items = turns[turn]?.items.length ?? 0;
    if (items + 1 >= left) return startAt(turns, turn, items + 1 - left);
    left -= items + 1;
  }
  return null;
}

function startAt(turns: readonly Turn[], turn: number, item: number): Start | null {
  const turnId = turns[turn]?.turnId;
  return turnId === undefined || (turn === 0 && item === 0) ? null : { turnId, item };
}
