/** How often a sidecar that crashes is started again, and after how long. */

const WINDOW = 3 * 60_000;

/** The first restart is at once, later ones wait, the one after the last is refused. */
const DELAYS = [0, 500, 2_000, 8_000] as const;

export class RestartBudget {
  #crashes: number[] = [];

  /** Counts a crash at *now*; milliseconds to wait, or null: give up. */
  afterCrash(now: number): number | null {
    this.#crashes = [...this.#crashes.filter((at) => now - at < WINDOW), now];
    return DELAYS[this.#crashes.length - 1] ?? null;
  }

  /** The user restarts by hand: everything is allowed again. */
  reset(): void {
    this.#crashes = [];
  }
}
