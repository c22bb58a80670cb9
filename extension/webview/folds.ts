/** What the user opened and closed; outlives the items' place in the page. */

/** Parts of one item by name: 0 closed, 1 open, more: further open. */
export type Parts = Readonly<Partial<Record<string, number>>>;

/** Of what is not in the conversation but about it. */
export const OUTSIDE = "outside:";

const UNTOUCHED: Parts = {};

/** The parts of an item that can be folded, and how far they open. */
const ALL: Parts = {
  body: 1,
  text: 1,
  source: 1,
  output: 1,
  arguments: 1,
  result: 1,
  raw: 1,
  diff: 2,
};

export class Folds {
  readonly #parts = new Map<string, Parts>();
  #revision = 0;

  /** Changes with every fold: what was drawn before may be out of date. */
  get revision(): number {
    return this.#revision;
  }

  /** The folds of an item; the same object until one of them changes. */
  of(itemId: string): Parts {
    return this.#parts.get(itemId) ?? UNTOUCHED;
  }

  /** Opens all of it, for what is somewhere in it. */
  open(itemId: string): void {
    this.#parts.set(itemId, ALL);
    this.#revision += 1;
  }

  /** Whether it was opened, and nothing of it was closed since. */
  isOpen(itemId: string): boolean {
    const levels = Object.values(this.of(itemId));
    return levels.length > 0 && levels.every((level) => level !== 0);
  }

  set(itemId: string, part: string, level: number): void {
    this.#parts.set(itemId, { ...this.of(itemId), [part]: level });
    this.#revision += 1;
  }
}
