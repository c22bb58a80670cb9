/**
 * How much of the groups is shown: VS Code takes over every row of an open group before
 * it draws the first, so it is given what one looks at, and more as one goes on; pure.
 */
import type { Branch, Group } from "./task-groups.js";

/** Rows of a group at first; twice as many each time that its end comes into view. */
export const FIRST_ROWS = 60;
/** So many are shown rather than a row that says that they are not. */
const SPARED = 10;
/** Groups are opened, from the top, until so many rows are shown. */
const OPEN_ROWS = 300;
/** Of what a filter leaves, which is drawn with every key, fewer. */
const FOUND_ROWS = 150;
const FOUND = "found:";

/** What of a group is shown. */
export interface Page {
  readonly id: string;
  readonly label: string;
  readonly branches: readonly Branch[];
  /** How many there are beyond. */
  readonly hidden: number;
}

/** The first *rows* rows of a group, or some more, when those are all. */
export function pageOf({ id, label, branches }: Group, rows: number): Page {
  const isAll = rows > 0 && branches.length <= rows + SPARED;
  const shown = isAll ? branches : branches.slice(0, rows);
  return { id, label, branches: shown, hidden: branches.length - shown.length };
}

/**
 * Of the groups that are to be open, those that are at the top; at least the first.
 * What the user opened and shut stays so: this is how they begin.
 */
export function openAtTop(
  groups: readonly Group[],
  most = OPEN_ROWS,
): readonly Group[] {
  let rows = 0;
  return groups.map((group) => {
    const fits = rows < most;
    if (group.isOpen) {
      rows += Math.min(group.branches.length, FIRST_ROWS);
    }
    return { ...group, isOpen: group.isOpen && fits };
  });
}

/** What a filter leaves: open, also in groups that the user shut when there was more. */
export function openWhatIsFound(groups: readonly Group[]): readonly Group[] {
  const all = groups.map((group) => ({ ...group, isOpen: true }));
  return openAtTop(all, FOUND_ROWS).map((group) =>
    // An id of its own remembers nothing.
    group.isOpen ? { ...group, id: `${FOUND}${group.id}` } : group,
  );
}

/** How many rows of each group are shown; what is asked for counts once it is settled. */
export class ShownRows {
  readonly #rows = new Map<string, number>();
  readonly #wanted = new Map<string, number>();
  /** What the user opened and shut: VS Code forgets it of groups that go and come back. */
  readonly #turned = new Map<string, boolean>();
  /** Counts groups that begin again: their end can come into view once more. */
  #begun = 0;

  page(group: Group): Page {
    return pageOf(group, this.#of(group.id));
  }

  /** Twice as many. */
  more(group: string): void {
    this.#wanted.set(group, 2 * this.#of(group));
  }

  /** Whether the group is open: as the user left it, else as it begins. */
  isOpen({ id, isOpen }: Group): boolean {
    return this.#turned.get(id) ?? isOpen;
  }

  /**
   * The user opened or shut a group; a shut one has as many rows as at first. Whether that
   * is another number.
   */
  turn({ id }: Group, isOpen: boolean): boolean {
    if (!id.startsWith(FOUND)) {
      this.#turned.set(id, isOpen);
    }
    return !isOpen && this.#beginAgain(id);
  }

  #beginAgain(group: string): boolean {
    const differs = this.#rows.has(group);
    if (differs) {
      this.#begun += 1;
      this.#wanted.set(group, FIRST_ROWS);
    }
    return differs;
  }

  settle(): void {
    for (const [group, rows] of this.#wanted) {
      this.#rows.set(group, rows);
    }
    this.#wanted.clear();
  }

  /** Names the end of the group; another one, when the end is another row. */
  endOf(group: string): string {
    return `${this.#of(group)}-${this.#begun}`;
  }

  #of(group: string): number {
    return this.#rows.get(group) ?? FIRST_ROWS;
  }
}
