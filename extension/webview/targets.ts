/** What is to come into view once it is loaded. Pure. */
import type { PanelModel } from "./model.js";
import type { Anchor } from "./scroller.js";
import { placeOfItem, type Place } from "./shown.js";

/** Where the reader was; `step` finds it where its turn is not loaded. */
export interface Bookmark extends Anchor {
  readonly step: number | null;
}

export type Target =
  | { readonly kind: "bookmark"; readonly bookmark: Bookmark }
  | { readonly kind: "step"; readonly step: number; readonly focus: boolean }
  | { readonly kind: "item"; readonly itemId: string }
  /** What a search found; its step says where to look for it. */
  | { readonly kind: "hit"; readonly itemId: string; readonly step: number };

/** What a reader who has not arrived yet would come back to; null: where they are. */
export function wayTo(target: Target | null): Bookmark | null {
  if (target?.kind === "bookmark") return target.bookmark;
  if (target?.kind !== "hit") return null;
  const { itemId, step } = target;
  return { itemId, step, offset: 0 };
}

/** The step that holds it; null: it can only be among what is loaded. */
export function stepOf(target: Target): number | null {
  switch (target.kind) {
    case "bookmark":
      return target.bookmark.step;
    case "step":
    case "hit":
      return target.step;
    case "item":
      return null;
  }
}

/** Where it is; null while it is not loaded. */
export function placeOf(target: Target, { turns }: PanelModel): Place | null {
  if (target.kind === "bookmark") return placeOfItem(turns, target.bookmark.itemId);
  if (target.kind === "item") return placeOfItem(turns, target.itemId);
  const hit = target.kind === "hit" ? placeOfItem(turns, target.itemId) : null;
  if (hit !== null) return hit;
  const turn = turns.find(({ number }) => number === target.step);
  return turn === undefined ? null : { turnId: turn.turnId, item: 0 };
}

/** How to come back to a place, also when its turn is not loaded then. */
export function bookmarkOf(anchor: Anchor, model: PanelModel | null): Bookmark {
  return { ...anchor, step: stepOfItem(anchor.itemId, model) };
}

/** The step that has the item; null: none that is loaded, or one that was taken back. */
function stepOfItem(itemId: string, model: PanelModel | null): number | null {
  const turn = model?.turns.find((each) =>
    each.items.some((item) => item.itemId === itemId),
  );
  return turn === undefined || turn.number === 0 ? null : turn.number;
}
