/** What a search led to: unfolded and brought into view, and unfolded after a restart. */
import type { ToPanel } from "../src/panel/messages.js";
import type { Folds } from "./folds.js";
import type { Reading } from "./reading.js";

type ShowStep = Extract<ToPanel, { type: "showStep" }>;

export class Sought {
  readonly #folds: Folds;
  #itemId: string | null;

  /** `itemId`: what an earlier life of the page was led to. */
  constructor(folds: Folds, itemId: string | null) {
    this.#folds = folds;
    this.#itemId = itemId;
    if (itemId !== null) folds.open(itemId);
  }

  /** The item, while the reader has not folded it; null: none. */
  get itemId(): string | null {
    const itemId = this.#itemId;
    if (itemId === null || !this.#folds.isOpen(itemId)) return null;
    return itemId;
  }

  show({ step, itemId }: ShowStep, reading: Reading): void {
    this.#itemId = itemId;
    if (itemId === null) {
      reading.goToStep(step);
      return;
    }
    this.#folds.open(itemId);
    reading.goToHit(itemId, step);
  }
}
