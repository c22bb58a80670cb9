/** Which of the tasks that are there one wants to see; pure. */
import { t } from "../lib/l10n.js";
import { daysAgo } from "../lib/times.js";
import type { Task, TaskStatus } from "../protocol/index.js";

/** Of each facet any of the values; an empty facet asks for nothing. */
export interface Filter {
  /** Words that a task's name, folder, branch or note has, all of them. */
  readonly text: string;
  readonly status: readonly TaskStatus[];
  readonly model: readonly string[];
  readonly source: readonly string[];
  readonly branch: readonly string[];
  readonly tag: readonly string[];
  /** Active since so many midnights ago; null: ever. */
  readonly sinceDays: number | null;
}

export type Facet = Exclude<keyof Filter, "text" | "sinceDays">;

export const FACETS = ["status", "model", "source", "branch", "tag"] as const;

export const NO_FILTER: Filter = {
  text: "",
  status: [],
  model: [],
  source: [],
  branch: [],
  tag: [],
  sinceDays: null,
};

/** One thing that is asked for, which can be taken away alone. */
export type Chip =
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "since"; readonly days: number }
  | { readonly kind: Facet; readonly value: string };

export function isFiltering(filter: Filter): boolean {
  return chipsOf(filter).length > 0;
}

/** Everything that is asked for, one by one. */
export function chipsOf(filter: Filter): readonly Chip[] {
  const { text, sinceDays } = filter;
  return [
    ...(text === "" ? [] : [{ kind: "text", value: text } as const]),
    ...FACETS.flatMap((kind) => filter[kind].map((value) => ({ kind, value }))),
    ...(sinceDays === null ? [] : [{ kind: "since", days: sinceDays } as const]),
  ];
}

/** Asks for that as well; what there is only one of is replaced. */
export function withChip(filter: Filter, chip: Chip): Filter {
  switch (chip.kind) {
    case "text":
      return { ...filter, text: chip.value };
    case "since":
      return { ...filter, sinceDays: chip.days };
    default: {
      const others = filter[chip.kind].filter((value) => value !== chip.value);
      return { ...filter, [chip.kind]: [...others, chip.value] };
    }
  }
}

/** Asks for all but that. */
export function withoutChip(filter: Filter, chip: Chip): Filter {
  switch (chip.kind) {
    case "text":
      return { ...filter, text: "" };
    case "since":
      return { ...filter, sinceDays: null };
    default: {
      const others = filter[chip.kind].filter((value) => value !== chip.value);
      return { ...filter, [chip.kind]: others };
    }
  }
}

/** Whether a task is wanted, asked once for many tasks. */
export function fitsIn(filter: Filter, now: number): (task: Task) => boolean {
  const since = filter.sinceDays === null ? 0 : daysAgo(filter.sinceDays, now);
  const words = filter.text.toLowerCase().split(/\s+/);
  const facets = FACETS.filter((facet) => filter[facet].length > 0);
  return (task) =>
    task.updatedAt >= since &&
    hasAll(task, words) &&
    facets.every((facet) => {
      const wanted: readonly string[] = filter[facet];
      return valuesOf(task, facet).some((value) => wanted.includes(value));
    });
}

function hasAll(task: Task, words: readonly string[]): boolean {
  if (words.length === 1 && words[0] === "") {
    return true;
  }
  const said = saidOf(task);
  return words.every((word) => said.includes(word));
}

/** Of a task that changed there is another object. */
const SAID = new WeakMap<Task, string>();

/** Made once: every key that is typed asks all tasks. */
function saidOf(task: Task): string {
  let said = SAID.get(task);
  if (said === undefined) {
    const { displayName, cwd, git, note } = task;
    said = [displayName, cwd, git?.branch, note].join("\n").toLowerCase();
    SAID.set(task, said);
  }
  return said;
}

export type Values = readonly (readonly [value: string, count: number])[];

/** Counted once for a list, which is another one when any task of it changed. */
const VALUES = new WeakMap<readonly Task[], Map<Facet, Values>>();

/** Every value of a facet among *tasks*, the most frequent first. */
export function valuesAmong(tasks: readonly Task[], facet: Facet): Values {
  const known = VALUES.get(tasks) ?? new Map<Facet, Values>();
  VALUES.set(tasks, known);
  const values = known.get(facet) ?? countValues(tasks, facet);
  known.set(facet, values);
  return values;
}

/** So many values of a facet are offered at a time. */
const OFFERED = 20;

/**
 * The most frequent of *values*; where something is typed, of those whose *words*, as they
 * are shown, have it.
 */
export function offeredOf(
  values: Values,
  typed: string,
  words: (value: string) => string,
): Values {
  const wanted = typed.trim().toLowerCase();
  const fitting =
    wanted === ""
      ? values
      : values.filter(([value]) => words(value).toLowerCase().includes(wanted));
  return fitting.slice(0, OFFERED);
}

function countValues(tasks: readonly Task[], facet: Facet): Values {
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
