/** Rows to groups: by when a task was active last, or by folder; pure. */
import { t } from "../lib/l10n.js";
import { oneLine } from "../lib/text.js";
import { daysAgo, monthName } from "../lib/times.js";
import type { Task } from "../protocol/index.js";

export type GroupBy = "date" | "folder";

/** A task with the tasks of its sub-agents below it. */
export interface Branch {
  readonly task: Task;
  readonly children: readonly Branch[];
}

export interface Group {
  readonly id: string;
  readonly label: string;
  /** Whether it is open when first shown. */
  readonly isOpen: boolean;
  readonly branches: readonly Branch[];
}

interface Heading {
  readonly id: string;
  readonly isOpen: boolean;
  /** Made for a group, not for each of its rows. */
  label(this: void): string;
}

/** *tasks* come newest first, and stay so in each group. */
export function groupTasks(
  tasks: readonly Task[],
  by: GroupBy,
  now: number,
  locale?: string,
): readonly Group[] {
  const headingOf = by === "folder" ? folderHeading : dateHeading(now, locale);
  const all = groupBranches(nest(tasks), (task) => topHeading(task) ?? headingOf(task));
  const top = [LIVE, PINNED].flatMap(({ id }) =>
    all.filter((group) => group.id === id),
  );
  return [...top, ...all.filter((group) => !top.includes(group))];
}

/** What is archived, then what is in the trash, each newest first. */
export function groupByState(tasks: readonly Task[]): readonly Group[] {
  const all = groupBranches(nest(tasks), ({ state }) =>
    state === "trashed" ? TRASHED : ARCHIVED,
  );
  return [ARCHIVED, TRASHED].flatMap(({ id }) =>
    all.filter((group) => group.id === id),
  );
}

function groupBranches(
  branches: readonly Branch[],
  headingOf: (task: Task) => Heading,
): readonly Group[] {
  const groups = new Map<string, Group & { readonly branches: Branch[] }>();
  for (const branch of branches) {
    const heading = headingOf(branch.task);
    let group = groups.get(heading.id);
    if (group === undefined) {
      group = { ...heading, label: heading.label(), branches: [] };
      groups.set(heading.id, group);
    }
    group.branches.push(branch);
  }
  return [...groups.values()];
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
  const branches = tasks.map((task) => ({ task, children: [] as Branch[] }));
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
const PINNED: Heading = { id: "pinned", isOpen: true, label: () => t("Pinned") };
const ARCHIVED: Heading = { id: "archived", isOpen: true, label: () => t("Archived") };
const TRASHED: Heading = { id: "trashed", isOpen: true, label: () => t("Trash") };

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
