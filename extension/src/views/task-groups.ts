/** Rows to groups: by when a task was active last, by folder, or by tag; pure. */
import { t } from "../lib/l10n.js";
import { oneLine } from "../lib/text.js";
import { daysAgo, monthName } from "../lib/times.js";
import type { Task } from "../protocol/index.js";

export type GroupBy = "date" | "folder" | "tag";

/** A task with the tasks of its sub-agents below it. */
export interface Branch {
  /** Of its own for each row: a task with two tags has two. */
  readonly row: string;
  readonly task: Task;
  readonly children: readonly Branch[];
}

export interface Group {
  readonly id: string;
  readonly label: string;
  /** Whether it is open when first shown. */
  readonly isOpen: boolean;
  readonly branches: readonly Branch[];
  /** What its tasks have, and what a task gets that is dropped there. */
  readonly mark?: Mark;
}

/** `untagged`: none of the tags by which the list is grouped. */
export type Mark =
  | { readonly kind: "pinned" | "untagged" }
  | { readonly kind: "tag"; readonly tag: string };

interface Heading {
  readonly id: string;
  readonly mark?: Mark;
  readonly isOpen: boolean;
  /** Made for a group, not for each of its rows. */
  label(this: void): string;
}

/** *tasks* come newest first, and stay so in each group, but for those that go on. */
export function groupTasks(
  tasks: readonly Task[],
  by: GroupBy,
  now: number,
  locale?: string,
): readonly Group[] {
  const all = groupBranches(nest(tasks), headingsBy(by, now, locale));
  const [live, pinned] = [LIVE, PINNED].map(({ id }) =>
    all.filter((group) => group.id === id),
  );
  const others = all.filter(({ id }) => id !== LIVE.id && id !== PINNED.id);
  return [
    ...(live ?? []).map(inOrderOfBeginning),
    ...(pinned ?? []),
    ...(by === "tag" ? inOrderOfTags(others) : others),
  ];
}

/** While a row is dragged: the places that have no rows yet, but take some. */
export function withPlaces(groups: readonly Group[], by: GroupBy): readonly Group[] {
  const missing = (heading: Heading): readonly Group[] =>
    groups.some(({ id }) => id === heading.id)
      ? []
      : [{ ...heading, label: heading.label(), branches: [] }];
  return [...missing(PINNED), ...groups, ...(by === "tag" ? missing(UNTAGGED) : [])];
}

function headingsBy(
  by: GroupBy,
  now: number,
  locale: string | undefined,
): (task: Task) => readonly Heading[] {
  const byDate = dateHeading(now, locale);
  return (task) => {
    const top = topHeading(task);
    if (by === "tag") {
      const own = task.tags.length === 0 ? [UNTAGGED] : task.tags.map(tagHeading);
      return [...(top === undefined ? [] : [top]), ...own];
    }
    return [top ?? (by === "folder" ? folderHeading(task) : byDate(task))];
  };
}

/** Tasks that run are active by turns: their rows would change places all the time. */
function inOrderOfBeginning(group: Group): Group {
  const branches = [...group.branches].sort(
    (a, b) => b.task.createdAt - a.task.createdAt || (a.row < b.row ? -1 : 1),
  );
  return { ...group, branches };
}

function inOrderOfTags(groups: readonly Group[]): readonly Group[] {
  const untagged = groups.filter(({ id }) => id === UNTAGGED.id);
  const tagged = groups.filter((group) => !untagged.includes(group));
  return [...tagged.sort((a, b) => a.label.localeCompare(b.label)), ...untagged];
}

/** What is archived, then what is in the trash, each newest first. */
export function groupByState(tasks: readonly Task[]): readonly Group[] {
  const all = groupBranches(nest(tasks), ({ state }) => [
    state === "trashed" ? TRASHED : ARCHIVED,
  ]);
  return [ARCHIVED, TRASHED].flatMap(({ id }) =>
    all.filter((group) => group.id === id),
  );
}

function groupBranches(
  branches: readonly Branch[],
  headingsOf: (task: Task) => readonly Heading[],
): readonly Group[] {
  const groups = new Map<string, Group & { readonly branches: Branch[] }>();
  for (const branch of branches) {
    for (const [at, heading] of headingsOf(branch.task).entries()) {
      let group = groups.get(heading.id);
      if (group === undefined) {
        group = { ...heading, label: heading.label(), branches: [] };
        groups.set(heading.id, group);
      }
      group.branches.push(at === 0 ? branch : again(branch, heading.id));
    }
  }
  return [...groups.values()];
}

/** The same task in one more group. */
function again({ task, row, children }: Branch, group: string): Branch {
  return {
    task,
    row: `${group}/${row}`,
    children: children.map((child) => again(child, group)),
  };
}

function topHeading(task: Task): Heading | undefined {
  if (isLive(task)) {
    return LIVE;
  }
  return task.pinned ? PINNED : undefined;
}

export function isLive(task: Task): boolean {
  return task.status === "running" || task.status === "waiting";
}

/** Sub-agents go below their parent when it is listed as well. */
function nest(tasks: readonly Task[]): readonly Branch[] {
  const branches = tasks.map((task) => ({
    row: task.threadId,
    task,
    children: [] as Branch[],
  }));
  if (tasks.every(({ parentThreadId }) => parentThreadId === null)) {
    return branches;
  }
  const byId = new Map(branches.map((branch) => [branch.task.threadId, branch]));
  return branches.filter((branch) => {
    const parent = parentOf(branch.task, byId);
    parent?.children.push(branch);
    return parent === undefined;
  });
}

function parentOf<B extends Branch>(
  task: Task,
  byId: ReadonlyMap<string, B>,
): B | undefined {
  if (task.parentThreadId === null) {
    return undefined;
  }
  const parent = byId.get(task.parentThreadId);
  // A damaged home may say that two tasks are each other's parents.
  const visited = new Set([task.threadId]);
  for (let at = parent; at !== undefined;) {
    if (visited.has(at.task.threadId)) {
      return undefined;
    }
    visited.add(at.task.threadId);
    at = byId.get(at.task.parentThreadId ?? "");
  }
  return parent;
}

const LIVE: Heading = { id: "live", isOpen: true, label: () => t("Running & waiting") };
const PINNED: Heading = {
  id: "pinned",
  isOpen: true,
  label: () => t("Pinned"),
  mark: { kind: "pinned" },
};
const UNTAGGED: Heading = {
  id: "untagged",
  isOpen: true,
  label: () => t("No tag"),
  mark: { kind: "untagged" },
};
const ARCHIVED: Heading = { id: "archived", isOpen: true, label: () => t("Archived") };
const TRASHED: Heading = { id: "trashed", isOpen: true, label: () => t("Trash") };

function tagHeading(tag: string): Heading {
  return {
    id: `tag:${tag}`,
    isOpen: true,
    label: () => oneLine(tag, 80),
    mark: { kind: "tag", tag },
  };
}

function folderHeading(task: Task): Heading {
  return {
    id: `folder:${task.cwd ?? ""}`,
    isOpen: true,
    label: () => oneLine(task.workspaceName ?? task.cwd ?? "") || t("No folder"),
  };
}

/** The days are counted once, for all rows. */
function dateHeading(now: number, locale?: string): (task: Task) => Heading {
  const recent = [
    { since: daysAgo(0, now), id: "today", isOpen: true, label: () => t("Today") },
    {
      since: daysAgo(1, now),
      id: "yesterday",
      isOpen: true,
      label: () => t("Yesterday"),
    },
    { since: daysAgo(6, now), id: "week", isOpen: true, label: () => t("Last 7 days") },
    {
      since: daysAgo(29, now),
      id: "days30",
      isOpen: true,
      label: () => t("Last 30 days"),
    },
  ];
  return ({ updatedAt }) =>
    recent.find(({ since }) => updatedAt >= since) ?? monthHeading(updatedAt, locale);
}

function monthHeading(at: number, locale: string | undefined): Heading {
  const date = new Date(at);
  return {
    id: `month:${date.getFullYear()}-${date.getMonth() + 1}`,
    isOpen: false,
    label: () => monthName(at, locale),
  };
}
