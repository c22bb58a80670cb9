/** A quick pick of tasks: those of the view first, all folders on demand. */
import * as vscode from "vscode";

import { t } from "../lib/l10n.js";
import { oneLine, withoutIcons } from "../lib/text.js";
import type { Task } from "../protocol/index.js";
import { displayName, statusLook, summaryLine } from "../views/task-item.js";
import type { Context } from "./context.js";

interface TaskPick extends vscode.QuickPickItem {
  readonly task: Task | undefined;
}

export async function pickTask(
  context: Context,
  title: string,
): Promise<Task | undefined> {
  const { store } = context;
  const isNarrow = store.scope.folders !== null;
  const picks = store.tasks.map(taskPick);
  if (!isNarrow || picks.length > 0) {
    const picked = await show(title, [...picks, ...(isNarrow ? [allFolders()] : [])]);
    if (picked === undefined || picked.task !== undefined || !isNarrow) {
      return picked?.task;
    }
  }
  // Listed by the sidecar while the pick is already open.
  const all = context.sidecar
    .request("task/list", { limit: 0, subAgents: store.scope.subAgents })
    .then(({ tasks }) => tasks.map(taskPick));
  return (await show(title, all))?.task;
}

async function show(
  title: string,
  picks: readonly TaskPick[] | Promise<readonly TaskPick[]>,
): Promise<TaskPick | undefined> {
  return vscode.window.showQuickPick<TaskPick>(
    Promise.resolve(picks).then((all) => [...all]),
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
