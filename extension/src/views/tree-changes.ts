/** What of the tree must be drawn anew; pure. */
import type { Task } from "../protocol/index.js";
import type { Branch, Group } from "./task-groups.js";

/**
 * The tasks whose rows differ, or `"all"` when rows came, went or moved: VS Code keeps
 * selection and scroll in both cases, but loses rows that move between two groups that
 * are drawn anew one by one.
 */
export function treeChanges(
  before: readonly Group[],
  after: readonly Group[],
): readonly string[] | "all" {
  const rows = flatten(before);
  const rowsNow = flatten(after);
  if (
    rows.length !== rowsNow.length ||
    rows.some(({ id }, at) => id !== rowsNow[at]?.id)
  ) {
    return "all";
  }
  return rowsNow.flatMap(({ task }, at) =>
    task === undefined || task === rows[at]?.task ? [] : [task.threadId],
  );
}

interface Row {
  readonly id: string;
  readonly task?: Task;
}

function flatten(groups: readonly Group[]): readonly Row[] {
  return groups.flatMap(({ id, label, branches }) => [
    { id: `${id} ${label}` },
    ...branches.flatMap((branch) => rowsOf(branch, 1)),
  ]);
}

function rowsOf({ task, children }: Branch, depth: number): readonly Row[] {
  const below = children.flatMap((child) => rowsOf(child, depth + 1));
  return [{ id: `${depth} ${task.threadId}`, task }, ...below];
}
