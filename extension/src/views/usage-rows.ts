/** The rows of the view *Usage*: what is used, what waits, what is large; pure. */
import { plural, t } from "../lib/l10n.js";
import { oneLine, size } from "../lib/text.js";
import { absolute, age, duration } from "../lib/times.js";
import type {
  DayStats,
  FolderStats,
  LargeTask,
  Schedule,
  StatsReadResponse,
  UsageReadResponse,
} from "../protocol/index.js";
import { bar, windowFacts, windowName } from "./usage-words.js";

export interface UsageRow {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly icon?: string;
  /** The task that a click opens. */
  readonly threadId?: string;
  readonly contextValue?: string;
  readonly children?: readonly UsageRow[];
  readonly isOpen?: boolean;
}

export interface UsageFigures {
  readonly usage: UsageReadResponse;
  readonly stats: StatsReadResponse;
  /** The name of a task that is known here. */
  nameOf(this: void, threadId: string): string;
}

const DAYS = 14;
const FOLDERS = 10;

export function usageRows(
  figures: UsageFigures,
  now: number,
  locale?: string,
): readonly UsageRow[] {
  const { usage, stats } = figures;
  return [
    windowsRow(usage, now, locale),
    scheduledRow(figures, now, locale),
    daysRow(usage.days, locale),
    largestRow(stats.largest),
    foldersRow(stats),
  ].flatMap((row) => row ?? []);
}

function windowsRow(
  { account }: UsageReadResponse,
  now: number,
  locale: string | undefined,
): UsageRow {
  const windows = (account?.windows ?? []).map((window, at) => ({
    id: `window:${at}`,
    label: windowName(window),
    description: windowFacts(window, now, locale),
    icon: !window.stale && window.usedPercent >= 100 ? "watch" : "dashboard",
  }));
  const facts = [account?.plan ?? "", account === null ? "" : age(account.at, now)];
  return {
    id: "windows",
    label: t("Usage windows"),
    description: facts.filter((fact) => fact !== "").join(" · "),
    isOpen: true,
    children:
      windows.length > 0
        ? windows
        : [{ id: "window:none", label: t("Not heard of yet"), description: "" }],
  };
}

function scheduledRow(
  { usage, nameOf }: UsageFigures,
  now: number,
  locale: string | undefined,
): UsageRow | undefined {
  const { scheduled } = usage;
  return scheduled.length === 0
    ? undefined
    : {
        id: "scheduled",
        label: t("Go on by themselves"),
        description: String(scheduled.length),
        isOpen: true,
        children: scheduled.map((schedule) => ({
          id: `scheduled:${schedule.threadId}`,
          label: nameOf(schedule.threadId),
          description: dueWords(schedule, now, locale),
          icon: schedule.running ? "sync~spin" : "clock",
          threadId: schedule.threadId,
          contextValue: "scheduled",
        })),
      };
}

function dueWords(
  { at, running, heldBack }: Schedule,
  now: number,
  locale: string | undefined,
): string {
  if (running) {
    return t("running");
  }
  if (heldBack || at <= now) {
    return heldBack ? t("due; waits for you") : t("due");
  }
  return t("in {0} ({1})", duration(at - now), absolute(at, locale));
}

function daysRow(
  days: readonly DayStats[],
  locale: string | undefined,
): UsageRow | undefined {
  const totals = new Map<string, number>();
  for (const { day, tokens } of days) {
    totals.set(day, (totals.get(day) ?? 0) + tokens);
  }
  const shown = [...totals].filter(([, tokens]) => tokens > 0).slice(0, DAYS);
  const most = Math.max(...shown.map(([, tokens]) => tokens));
  return shown.length === 0
    ? undefined
    : {
        id: "days",
        label: t("Tokens by day"),
        description: shown
          .reduce((sum, [, tokens]) => sum + tokens, 0)
          .toLocaleString(locale),
        children: shown.map(([day, tokens]) => ({
          id: `day:${day}`,
          label: day,
          description: `${bar(tokens / most)} ${tokens.toLocaleString(locale)}`,
        })),
      };
}

function largestRow(largest: readonly LargeTask[]): UsageRow {
  return {
    id: "largest",
    label: t("Largest tasks"),
    description: "",
    children: largest.map(({ threadId, displayName, bytes }) => ({
      id: `large:${threadId}`,
      label: oneLine(displayName) || t("(no message yet)"),
      description: size(bytes),
      icon: "comment-discussion",
      threadId,
    })),
  };
}

function foldersRow({ folders, bytes, tasks }: StatsReadResponse): UsageRow {
  const most = Math.max(1, ...folders.map((folder) => folder.bytes));
  return {
    id: "folders",
    label: t("Disk by folder"),
    description: `${size(bytes)} · ${taskCount(tasks)}`,
    children: folders.slice(0, FOLDERS).map((folder) => folderRow(folder, most)),
  };
}

function folderRow({ cwd, bytes, tasks }: FolderStats, most: number): UsageRow {
  return {
    id: `folder:${cwd ?? ""}`,
    label: cwd === null ? t("No folder") : oneLine(cwd),
    description: `${bar(bytes / most)} ${size(bytes)} · ${taskCount(tasks)}`,
    icon: "folder",
  };
}

function taskCount(tasks: number): string {
  return plural(tasks, "{0} task", "{0} tasks");
}
