/** What of the tree must be drawn anew; pure. */
import type { Branch, Group } from "./task-groups.js";

/**
 * The rows that differ, or `"all"` when rows came, went or moved: VS Code keeps
 * selection and scroll in both cases, but loses rows that move between two groups that
 * are drawn anew one by one.
 */
export function treeChanges(
  before: readonly Group[],
  after: readonly Group[],
): readonly string[] | "all" {
  const changed: string[] = [];
  const isSameShape =
    before.length === after.length &&
    after.every((group, at) => {
      const old = before[at];
      return (
        old?.id === group.id &&
        old.label === group.label &&
        compareBranches(old.branches, group.branches, changed)
      );
    });
  return isSameShape ? changed : "all";
}

/** Whether the same rows are in the same places; those that differ go to *changed*. */
function compareBranches(
  before: readonly Branch[],
  after: readonly Branch[],
  changed: string[],
): boolean {
  return (
    before.length === after.length &&
    after.every(({ row, task, children }, at) => {
      const old = before[at];
      if (old?.row !== row) {
        return false;
      }
      if (old.task !== task) {
        changed.push(row);
      }
      return compareBranches(old.children, children, changed);
    })
  );
}
