/** Rows to groups: by when a task was active last, or by folder; pure. */
import { t } from "../lib/l10n.js";
import { daysBetween, monthName } from "../lib/times.js";
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
  readonly label: string;
  readonly isOpen: boolean;
}

/** *tasks* come newest first, and stay so in each group. */
export function groupTasks(
  tasks: readonly Task[],
  by: GroupBy,
  now: number,
  locale?: string,
): readonly Group[] {
  const groups = new Map<string, Heading & { readonly branches: Branch[] }>();
  for (const branch of nest(tasks)) {
    const heading = isLive(branch.task)
      ? liveHeading()
      : by === "folder"
        ? folderHeading(branch.task)
        : dateHeading(branch.task.updatedAt, now, locale);
    const group = groups.get(heading.id) ?? { ...heading, branches: [] };
    groups.set(heading.id, group);
    group.branches.push(branch);
  }
  const all = [...groups.values()];
  return [
    ...all.filter(({ id }) => id === "live"),
    ...all.filter(({ id }) => id !== "live"),
  ];
}

export function isLive(task: Task): boolean {
  return task.status === "running" || task.status === "waiting";
}

/** Sub-agents go below their parent when it is listed as well. */
function nest(tasks: readonly Task[]): readonly Branch[] {
  const branches = new Map<string, { task: Task; children: Branch[] }>(
    tasks.map((task) => [task.threadId, { task, children: [] }]),
  );
  return [...branches.values()].filter((branch) => {
    const parent = parentOf(branch.task, branches);
    parent?.children.push(branch);
    return parent === undefined;
  });
}

function parentOf<B extends Branch>(
  task: Task,
  branches: ReadonlyMap<string, B>,
): B | undefined {
  const parent = branches.get(task.parentThreadId ?? "");
  // A damaged home may say that two tasks are each other's parents.
  const visited = new Set([task.threadId]);
  for (let at = parent; at !== undefined;) {
    if (visited.has(at.task.threadId)) {
      return undefined;
    }
    visited.add(at.task.threadId);
    at = branches.get(at.task.parentThreadId ?? "");
  }
  return parent;
}

function liveHeading(): Heading {
  return { id: "live", label: t("Running & waiting"), isOpen: true };
}

function folderHeading(task: Task): Heading {
  return {
    id: `folder:${task.cwd ?? ""}`,
    label: task.workspaceName ?? task.cwd ?? t("No folder"),
    isOpen: true,
  };
}

function dateHeading(at: number, now: number, locale: string | undefined): Heading {
  const days = daysBetween(at, now);
  if (days === 0) {
    return { id: "today", label: t("Today"), isOpen: true };
  }
  if (days === 1) {
    return { id: "yesterday", label: t("Yesterday"), isOpen: true };
  }
  if (days < 7) {
    return { id: "week", label: t("Last 7 days"), isOpen: true };
  }
  if (days < 30) {
    return { id: "days30", label: t("Last 30 days"), isOpen: true };
  }
  const date = new Date(at);
  const id = `month:${date.getFullYear()}-${date.getMonth() + 1}`;
  return { id, label: monthName(at, locale), isOpen: false };
}
