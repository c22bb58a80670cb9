/** Points to an item for a moment: with the focus, and with a colour that fades. */
import type { Target } from "./targets.js";

/** As long as the animation in `feed.css`. */
const MARKED_FOR = 2500;
const MARK = "is-sought";

/** A hit of which the item is not in the page leads to its step. */
export function inPage(target: Target, root: HTMLElement): Target {
  if (target.kind !== "hit" || elementOf(target.itemId, root) !== null) return target;
  return { kind: "step", step: target.step, focus: true };
}

export function markItem(root: HTMLElement, itemId: string): void {
  const item = elementOf(itemId, root);
  if (item === null) return;
  for (const marked of root.querySelectorAll(`.${MARK}`)) marked.classList.remove(MARK);
  item.tabIndex = -1;
  item.focus({ preventScroll: true });
  item.classList.add(MARK);
  window.setTimeout(() => {
    item.classList.remove(MARK);
  }, MARKED_FOR);
}

export function elementOfStep(step: number, root: HTMLElement): HTMLElement | null {
  return root.querySelector(`[data-step="${String(step)}"]`);
}

function elementOf(itemId: string, root: HTMLElement): HTMLElement | null {
  return root.querySelector(`[data-item="${CSS.escape(itemId)}"]`);
}
