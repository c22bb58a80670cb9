/** Work that is asked for more often than it can be done. */
import type { Disposable } from "./disposables.js";

/** Calls back after a while; answers what calls that off. */
export type Delay = (callback: () => void, milliseconds: number) => () => void;

/** Acts at once, then rests for a while; what is asked for meanwhile is done after it. */
export class Pacer implements Disposable {
  readonly #act: () => boolean;
  readonly #restMs: number;
  readonly #delay: Delay;
  #callOff: (() => void) | undefined;
  #again = false;

  /** *act*: whether it did something, which is when a rest is due. */
  constructor(act: () => boolean, restMs: number, delay: Delay = timer) {
    this.#act = act;
    this.#restMs = restMs;
    this.#delay = delay;
  }

  ask(): void {
    if (this.#callOff !== undefined) {
      this.#again = true;
    } else if (this.#act()) {
      this.#callOff = this.#delay(() => {
        this.#callOff = undefined;
        if (this.#again) {
          this.#again = false;
          this.ask();
        }
      }, this.#restMs);
    }
  }

  dispose(): void {
    this.#callOff?.();
    this.#again = false;
  }
}

function timer(callback: () => void, milliseconds: number): () => void {
  const running = setTimeout(callback, milliseconds);
  return () => {
    clearTimeout(running);
  };
}
