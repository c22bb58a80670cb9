/** How a row looks: a task to words and icon names; pure. */
import { plural, t } from "../lib/l10n.js";
import { atWord, escapeMarkdown, oneLine, size } from "../lib/text.js";
import { absolute, age, shortAge } from "../lib/times.js";
import type { Task, TaskStatus } from "../protocol/index.js";

export interface TaskItem {
  readonly label: string;
  readonly description: string;
  /** A codicon, and the theme colour of it where it has one. */
  readonly icon: string;
  readonly color: string | undefined;
  readonly accessibleLabel: string;
  readonly contextValue: string;
}

interface StatusLook {
  readonly icon: string;
  readonly color?: string;
  readonly words: string;
}

/** So wide that in a sidebar as wide as a new one the age after it can still be seen. */
const PREVIEW_COLUMNS = 27;

export function taskItem(task: Task, now: number): TaskItem {
  const look = statusLook(task.status);
  const name = displayName(task);
  const states = [task.unread ? t("unread") : "", task.pinned ? t("pinned") : ""];
  const facts = [modelOf(task), messagesOf(task), branchOf(task)];
  // The age first: what does not fit is cut from the end.
  const description = [shortAge(task.updatedAt, now), ...facts]
    .filter((fact) => fact !== "")
    .join(" · ");
  return {
    label: task.name === null ? atWord(name, PREVIEW_COLUMNS) : name,
    description,
    icon: look.icon,
    color: look.color,
    accessibleLabel: [name, look.words, ...states, age(task.updatedAt, now), ...facts]
      .filter((fact) => fact !== "")
      .join(", "),
    contextValue: contextValue(task),
  };
}

export function displayName(task: Task): string {
  return oneLine(task.displayName) || t("(no message yet)");
}

/** "3m · gpt-5.2/high · 12 messages · main", for rows that are not in the tree. */
export function summaryLine(task: Task, now: number): string {
  return taskItem(task, now).description;
}

export function statusLook(status: TaskStatus): StatusLook {
  switch (status) {
    case "running":
      return { icon: "sync~spin", color: "charts.blue", words: t("running") };
    case "waiting":
      return {
        icon: "bell-dot",
        color: "notificationsWarningIcon.foreground",
        words: t("waiting for you"),
      };
    case "idle":
      return { icon: "comment-discussion", words: t("finished") };
    case "interrupted":
      return { icon: "debug-pause", color: "charts.yellow", words: t("interrupted") };
    case "failed":
      return { icon: "error", color: "charts.red", words: t("failed") };
    case "limited":
      return { icon: "watch", color: "charts.yellow", words: t("usage limit reached") };
    case "empty":
      return { icon: "circle-outline", words: t("no turn yet") };
    case "damaged":
      return { icon: "warning", color: "charts.red", words: t("damaged") };
  }
}

function modelOf({ model, effort }: Task): string {
  return [model, effort]
    .filter((part) => part !== null)
    .map((part) => oneLine(part, 40))
    .join("/");
}

function messagesOf({ messageCount }: Task): string {
  return plural(messageCount, "{0} message", "{0} messages");
}

function branchOf({ git }: Task): string {
  return oneLine(git?.branch ?? "", 60);
}

/** Words that `when` clauses look for: `viewItem =~ /\bheld\b/`. */
function contextValue(task: Task): string {
  return [
    "task",
    task.state,
    task.status,
    ...(task.holder === null ? [] : ["held"]),
    ...(task.isSubAgent ? ["subAgent"] : []),
    ...(task.cwdExists ? ["folder"] : task.cwd === null ? [] : ["moved"]),
    ...(task.pinned ? ["pinned"] : []),
    ...((task.git?.commit ?? null) === null ? [] : ["commit"]),
    ...(task.turnCount > 0 ? ["steps"] : []),
  ].join(" ");
}

/** All about a task, in Markdown; what came from the task is escaped. */
export function taskTooltip(task: Task, now: number, locale?: string): string {
  const lines = tooltipFacts(task, now, locale)
    .filter(([, value]) => value !== "")
    .map(([name, value]) => `- ${name}: ${escapeMarkdown(oneLine(value, 300))}`);
  const preview =
    task.preview === null ? "" : escapeMarkdown(oneLine(task.preview, 500));
  const title = escapeMarkdown(displayName(task));
  return [`**${title}**`, ...(preview === title ? [] : [preview]), lines.join("\n")]
    .filter((part) => part !== "")
    .join("\n\n");
}

function tooltipFacts(
  task: Task,
  now: number,
  locale: string | undefined,
): readonly (readonly [string, string])[] {
  return [
    [t("Status"), statusFact(task, locale)],
    [t("In use by"), holderFact(task)],
    [t("Note"), task.note ?? ""],
    [t("Tags"), task.tags.join(", ")],
    [t("Folder"), folderFact(task)],
    [t("Branch"), branchOf(task)],
    [t("Model"), modelOf(task)],
    [t("Provider"), task.modelProvider ?? ""],
    [t("Active"), `${absolute(task.updatedAt, locale)} (${age(task.updatedAt, now)})`],
    [t("Begun"), absolute(task.createdAt, locale)],
    [
      t("Steps"),
      `${plural(task.turnCount, "{0} step", "{0} steps")}, ${messagesOf(task)}`,
    ],
    [t("Tokens"), task.tokenUsage?.total.toLocaleString(locale) ?? ""],
    [
      t("Written by"),
      [task.source, task.cliVersion].filter((part) => part !== null).join(" "),
    ],
    [t("Size"), size(task.bytes)],
    [t("Problems"), task.problems.map(({ message }) => message).join("; ")],
    [t("Id"), task.threadId],
  ];
}

function statusFact(task: Task, locale: string | undefined): string {
  const { words } = statusLook(task.status);
  const { lastStop } = task;
  if (lastStop === null) {
    return words;
  }
  const resets =
    lastStop.resetsAt === null
      ? null
      : t("resets {0}", absolute(lastStop.resetsAt, locale));
  // Codex's own word for it is ours already; its sentences end within ours.
  const isSaid = lastStop.message === lastStop.kind;
  const message = isSaid ? null : (lastStop.message?.replace(/\.$/, "") ?? null);
  const reasons = [message, resets].filter((part) => part !== null);
  return reasons.length === 0 ? words : `${words} (${reasons.join("; ")})`;
}

function holderFact({ holder }: Task): string {
  if (holder === null) {
    return "";
  }
  const where = [holder.terminal, holder.host].filter((part) => part !== null);
  const pid = holder.pid === null ? [] : [t("pid {0}", holder.pid)];
  return [holder.program, ...pid, ...where].join(", ");
}

function folderFact({ cwd, cwdExists }: Task): string {
  if (cwd === null) {
    return "";
  }
  return cwdExists ? cwd : t("{0} (gone)", cwd);
}
