/** Which of the tasks that are there one wants to see; pure. */
import { t } from "../lib/l10n.js";
import { daysAgo } from "../lib/times.js";
import type { Task, TaskStatus } from "../protocol/index.js";

/** Of each facet any of the values; an empty facet asks for nothing. */
export interface Filter {
  readonly status: readonly TaskStatus[];
  readonly model: readonly string[];
  readonly source: readonly string[];
  readonly branch: readonly string[];
  readonly tag: readonly string[];
  /** Active since so many midnights ago; null: ever. */
  readonly sinceDays: number | null;
}

export type Facet = Exclude<keyof Filter, "sinceDays">;

export const FACETS = ["status", "model", "source", "branch", "tag"] as const;

export const NO_FILTER: Filter = {
  status: [],
  model: [],
  source: [],
  branch: [],
  tag: [],
  sinceDays: null,
};

export function isFiltering(filter: Filter): boolean {
  return filter.sinceDays !== null || FACETS.some((facet) => filter[facet].length > 0);
}

/** Whether a task is wanted, asked once for many tasks. */
export function fitsIn(filter: Filter, now: number): (task: Task) => boolean {
  const since = filter.sinceDays === null ? 0 : daysAgo(filter.sinceDays, now);
  const facets = FACETS.filter((facet) => filter[facet].length > 0);
  return (task) =>
    task.updatedAt >= since &&
    facets.every((facet) => {
      const wanted: readonly string[] = filter[facet];
      return valuesOf(task, facet).some((value) => wanted.includes(value));
    });
}

/** Every value of a facet among *tasks*, the most frequent first. */
export function valuesAmong(
  tasks: readonly Task[],
  facet: Facet,
): readonly (readonly [value: string, count: number])[] {
  const counts = new Map<string, number>();
  for (const value of tasks.flatMap((task) => valuesOf(task, facet))) {
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts].sort(([a, m], [b, n]) => n - m || a.localeCompare(b));
}

/** "since yesterday" and the like, in the order in which they are offered. */
export const SINCE_DAYS = [0, 1, 6, 29] as const;

export function sinceWords(days: number): string {
  switch (days) {
    case 0:
      return t("since today");
    case 1:
      return t("since yesterday");
    default:
      return t("in the last {0} days", days + 1);
  }
}

function valuesOf(task: Task, facet: Facet): readonly string[] {
  switch (facet) {
    case "status":
      return [task.status];
    case "model":
      return present(task.model);
    case "source":
      return present(task.source);
    case "branch":
      return present(task.git?.branch);
    case "tag":
      return task.tags;
  }
}

function present(value: string | null | undefined): readonly string[] {
  return value === null || value === undefined ? [] : [value];
}
