/**
 * A quick pick of tasks: those of the view first, all folders on demand; those of the
 * archive and of the trash for what is done to them.
 */
import * as vscode from "vscode";

import { t } from "../lib/l10n.js";
import { oneLine, withoutIcons } from "../lib/text.js";
import type { Task } from "../protocol/index.js";
import { displayName, statusLook, summaryLine } from "../views/task-item.js";
import type { Context } from "./context.js";

interface TaskPick extends vscode.QuickPickItem {
  readonly task: Task | undefined;
}

/** Which tasks are offered. */
export interface Pick {
  readonly title: string;
  /** Where they stand; active ones when it is not said. */
  readonly states?: readonly Task["state"][];
  /** Others than these are left out. */
  fits?(this: void, task: Task): boolean;
}

export function isOffered(
  task: Task,
  { states = ["active"], fits = () => true }: Pick,
): boolean {
  return states.includes(task.state) && fits(task);
}

export async function pickTask(
  context: Context,
  pick: Pick,
): Promise<Task | undefined> {
  const { title, states = ["active"] } = pick;
  return states.includes("active")
    ? pickActive(context, pick)
    : (await show(title, listed(context, pick)))?.task;
}

/** One of those that were cleared, of all folders and wherever they stand. */
export async function pickCleared(
  { sidecar }: Context,
  title: string,
): Promise<Task | undefined> {
  const picks = sidecar
    .request("task/list", { limit: 0, state: "any", cleared: true })
    .then(({ tasks }) => tasks.filter(({ cleared }) => cleared).map(taskPick));
  return (await show(title, picks, t("No task is cleared.")))?.task;
}

async function pickActive(context: Context, pick: Pick): Promise<Task | undefined> {
  const { title } = pick;
  const { store } = context;
  const isNarrow = store.scope.folders !== null;
  const picks = store.tasks.filter((task) => isOffered(task, pick)).map(taskPick);
  if (!isNarrow || picks.length > 0) {
    const picked = await show(title, [...picks, ...(isNarrow ? [allFolders()] : [])]);
    if (picked === undefined || picked.task !== undefined || !isNarrow) {
      return picked?.task;
    }
  }
  return (await show(title, listed(context, pick)))?.task;
}

/** Listed by the sidecar while the pick is already open. */
async function listed(context: Context, pick: Pick): Promise<readonly TaskPick[]> {
  const { subAgents } = context.store.scope;
  const { states = ["active"] } = pick;
  const pages = await Promise.all(
    states.map((state) =>
      context.sidecar.request("task/list", { limit: 0, subAgents, state }),
    ),
  );
  return pages
    .flatMap(({ tasks }) => tasks)
    .filter((task) => isOffered(task, pick))
    .map(taskPick);
}

async function show(
  title: string,
  picks: readonly TaskPick[] | Promise<readonly TaskPick[]>,
  none = t("There is no such task."),
): Promise<TaskPick | undefined> {
  return vscode.window.showQuickPick<TaskPick>(
    Promise.resolve(picks).then((all) =>
      all.length > 0 ? [...all] : [{ task: undefined, label: none, alwaysShow: true }],
    ),
    {
      title,
      placeHolder: t("Name, branch, model or folder"),
      matchOnDescription: true,
      matchOnDetail: true,
    },
  );
}

function taskPick(task: Task): TaskPick {
  const folder = task.cwd === null ? "" : oneLine(task.cwd);
  return {
    task,
    label: `$(${statusLook(task.status).icon}) ${withoutIcons(displayName(task))}`,
    description: withoutIcons(summaryLine(task, Date.now())),
    detail: withoutIcons(folder),
  };
}

function allFolders(): TaskPick {
  return {
    task: undefined,
    label: `$(folder-library) ${t("All folders...")}`,
    alwaysShow: true,
  };
}
