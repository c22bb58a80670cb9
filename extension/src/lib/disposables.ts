/** Things that must be let go of, together. */
export interface Disposable {
  dispose(): unknown;
}

/** Disposes what was added, last first; what comes too late at once. */
export class Disposables implements Disposable {
  readonly #held: Disposable[] = [];
  #disposed = false;

  add<T extends Disposable>(held: T): T {
    if (this.#disposed) {
      held.dispose();
    } else {
      this.#held.push(held);
    }
    return held;
  }

  dispose(): void {
    this.#disposed = true;
    for (let held = this.#held.pop(); held !== undefined; held = this.#held.pop()) {
      held.dispose();
    }
  }
}
