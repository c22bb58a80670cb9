/** What of the tree must be drawn anew; pure. */
import type { Task } from "../protocol/index.js";
import type { Page } from "./group-pages.js";
import type { Branch } from "./task-groups.js";

export interface TreeChanges {
  /** Groups whose rows, or whose number of rows, are other ones. */
  readonly groups: readonly string[];
  /** Rows that differ, in groups that are the same. */
  readonly rows: readonly string[];
}

/**
 * What differs, or `"all"` when groups came, went or moved, or a row went from one to
 * another: VS Code keeps selection and scroll in each case, but loses rows that move
 * between two groups that are drawn anew one by one. *isSame*: whether a task's row looks
 * as it did.
 */
export function treeChanges(
  before: readonly Page[],
  after: readonly Page[],
  isSame: (before: Task, after: Task) => boolean = Object.is,
): TreeChanges | "all" {
  const pairs = after.map((page, at) => ({ page, old: before[at] }));
  const rows: string[] = [];
  const groups: string[] = [];
  if (before.length !== after.length || wentToAnother(before, after)) {
    return "all";
  }
  for (const { page, old } of pairs) {
    if (old?.id !== page.id) {
      return "all";
    }
    const changed: string[] = [];
    const isAlike =
      old.label === page.label &&
      old.hidden === page.hidden &&
      compareBranches(old.branches, page.branches, isSame, changed);
    if (isAlike) {
      rows.push(...changed);
    } else {
      groups.push(page.id);
    }
  }
  return { groups, rows };
}

function wentToAnother(before: readonly Page[], after: readonly Page[]): boolean {
  const places = new Map(before.flatMap((page) => rowsOf(page.branches, page.id)));
  return after.some((page) =>
    rowsOf(page.branches, page.id).some(([row, id]) => (places.get(row) ?? id) !== id),
  );
}

function rowsOf(
  branches: readonly Branch[],
  group: string,
): readonly (readonly [row: string, group: string])[] {
  return branches.flatMap(({ row, children }) => [
    [row, group],
    ...rowsOf(children, group),
  ]);
}

/** Whether the same rows are in the same places; those that differ go to *changed*. */
function compareBranches(
  before: readonly Branch[],
  after: readonly Branch[],
  isSame: (before: Task, after: Task) => boolean,
  changed: string[],
): boolean {
  return (
    before.length === after.length &&
    after.every(({ row, task, children }, at) => {
      const old = before[at];
      if (old?.row !== row) {
        return false;
      }
      if (!isSame(old.task, task)) {
        changed.push(row);
      }
      return compareBranches(old.children, children, isSame, changed);
    })
  );
}
