/** How much is drawn in one frame while one scrolls: so much that no frame takes long. */

const FEWEST = 3;
const MOST = 16;
/** Drawing is a part of a frame: what follows, layout and painting, takes as long again. */
const GOOD_MS = 8;

export class Pace {
  #things = 10;

  /** Items and turns. */
  get things(): number {
    return this.#things;
  }

  /** Draws; learns from how long it took when it `counts`. */
  measure(counts: boolean, paint: () => void): void {
    const began = performance.now();
    paint();
    if (!counts) return;
    const isLong = performance.now() - began > GOOD_MS;
    this.#things = isLong
      ? Math.max(FEWEST, Math.floor(this.#things / 2))
      : Math.min(MOST, this.#things + 1);
  }
}
