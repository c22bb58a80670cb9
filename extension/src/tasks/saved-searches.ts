/** Filters and searches that the user named: theirs in every window. */
import { NO_FILTER, type Filter } from "./filter.js";

const KEY = "threadbook.searches";

export interface SavedSearch {
  readonly name: string;
  readonly filter: Filter;
  /** What was searched for; empty: a filter of the view alone. */
  readonly query: string;
}

/** As much of VS Code's `Memento` as is used here. */
interface Store {
  get<T>(key: string, otherwise: T): T;
  update(key: string, value: unknown): PromiseLike<void>;
}

export class SavedSearches {
  readonly #memento: Store;

  constructor(memento: Store) {
    this.#memento = memento;
  }

  /** By name; read anew each time, another window may have written. */
  get all(): readonly SavedSearch[] {
    const kept = this.#memento.get<readonly Partial<SavedSearch>[]>(KEY, []);
    return kept
      .map(({ name = "", filter, query = "" }) => ({
        name,
        // One that an older version wrote knows less.
        filter: { ...NO_FILTER, ...filter },
        query,
      }))
      .sort((a, b) => a.name.localeCompare(b.name));
  }

  has(name: string): boolean {
    return this.all.some((saved) => saved.name === name);
  }

  /** What had that name before is replaced. */
  async save(search: SavedSearch): Promise<void> {
    const others = this.all.filter(({ name }) => name !== search.name);
    await this.#memento.update(KEY, [...others, search]);
  }

  async rename(name: string, to: string): Promise<void> {
    const renamed = this.all.find((saved) => saved.name === name);
    if (renamed !== undefined && name !== to) {
      const others = this.all.filter((saved) => ![name, to].includes(saved.name));
      await this.#memento.update(KEY, [...others, { ...renamed, name: to }]);
    }
  }

  async remove(name: string): Promise<void> {
    await this.#memento.update(
      KEY,
      this.all.filter((saved) => saved.name !== name),
    );
  }
}
