/** Draws what has changed, at most once a frame. */

/** A hidden page has no frames; what comes is taken all the same. */
const HIDDEN_FRAME = 250;

export class Frames {
  readonly #draw: () => void;
  #isDue = false;

  constructor(draw: () => void) {
    this.#draw = draw;
  }

  schedule(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    const frame = (): void => {
      this.#isDue = false;
      this.#draw();
    };
    if (document.hidden) window.setTimeout(frame, HIDDEN_FRAME);
    else window.requestAnimationFrame(frame);
  }
}

/** Calls back once what was drawn is on the screen. */
export function afterPaint(callback: () => void): void {
  requestAnimationFrame(() => {
    setTimeout(callback);
  });
}
