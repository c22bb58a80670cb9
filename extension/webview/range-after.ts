/** What becomes of the range in the page when other turns are loaded. Pure. */
import type { PanelModel } from "./model.js";
import { isWithin, type Place, type Range } from "./shown.js";

/** The range in the new model; null: what it showed is not there any more. */
export function rangeAfter(
  before: PanelModel,
  model: PanelModel,
  range: Range,
): Range | null {
  if (!isWithin(model.turns, range) || isElsewhere(before, model)) return null;
  const start = range.start ?? startBeforePrepended(before, model);
  const end = range.end ?? endBeforeAppended(before, model);
  return start === range.start && end === range.end ? range : { start, end };
}

/** A page that came above is not shown before the reader is near. */
function startBeforePrepended(before: PanelModel, model: PanelModel): Place | null {
  const turnId = before.turns[0]?.turnId;
  if (turnId === undefined || turnId === model.turns[0]?.turnId) return null;
  const isThere = model.turns.some((turn) => turn.turnId === turnId);
  return isThere ? { turnId, item: 0 } : null;
}

/** Nor is one that came below. */
function endBeforeAppended(before: PanelModel, model: PanelModel): Place | null {
  const last = before.turns.at(-1);
  const isAppended = before.newerFrom !== null && before.newerFrom !== model.newerFrom;
  return isAppended && last !== undefined
    ? { turnId: last.turnId, item: last.items.length }
    : null;
}

/** Whether other turns were loaded instead of those that were there. */
function isElsewhere(before: PanelModel, model: PanelModel): boolean {
  const last = before.turns.at(-1);
  return (
    last !== undefined &&
    before.turns !== model.turns &&
    !model.turns.some((turn) => turn.turnId === last.turnId)
  );
}
