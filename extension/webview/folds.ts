/** What the user opened and closed; outlives the items' place in the page. */

/** Parts of one item by name: 0 closed, 1 open, more: further open. */
export type Parts = Readonly<Partial<Record<string, number>>>;

/** Of what is not in the conversation but about it. */
export const OUTSIDE = "outside:";

const UNTOUCHED: Parts = {};

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

  set(itemId: string, part: string, level: number): void {
    this.#parts.set(itemId, { ...this.of(itemId), [part]: level });
    this.#revision += 1;
  }
}
