/** *Point to moved folder...*: tasks of a folder that is elsewhere now belong there. */
import * as vscode from "vscode";

import { t } from "../lib/l10n.js";
import { withoutLinks } from "../lib/text.js";
import type { Task } from "../protocol/index.js";
import type { Context } from "./context.js";
import { targetTasks } from "./target.js";

export async function relink(context: Context, argument: unknown): Promise<void> {
  const [task] = await targetTasks(context, argument, undefined, {
    title: t("Point to moved folder"),
    states: ["active", "archived"],
    fits: isFolderGone,
  });
  if (task === undefined || task.cwd === null) {
    return;
  }
  const old = task.cwd;
  const folder = await chooseFolder(old);
  const threadIds = folder === undefined ? [] : await chooseTasks(context, task, old);
  if (folder === undefined || threadIds.length === 0) {
    return;
  }
  const { sidecar } = context;
  const params = { old, new: folder, threadIds };
  const moved = await sidecar.request("task/relink", params);
  const undo = t("Undo");
  const message = withoutLinks(
    moved.threadIds.length === 1
      ? t("1 task belongs to {0} now.", folder)
      : t("{0} tasks belong to {1} now.", moved.threadIds.length, folder),
  );
  if ((await vscode.window.showInformationMessage(message, undo)) === undo) {
    await sidecar.request("task/relink", {
      old: folder,
      new: old,
      threadIds: moved.threadIds,
      undo: true,
    });
  }
}

export function isFolderGone({ cwd, cwdExists }: Task): boolean {
  return cwd !== null && !cwdExists;
}

async function chooseFolder(old: string): Promise<string | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: t("Where is {0} now?", old),
    openLabel: t("Use this folder"),
    canSelectFiles: false,
    canSelectFolders: true,
  });
  return chosen?.[0]?.fsPath;
}

/** Those of the folder, and of folders in it, that are to belong to the new place. */
async function chooseTasks(
  { sidecar }: Context,
  { threadId }: Task,
  old: string,
): Promise<readonly string[]> {
  const params = { cwd: old, state: "any", limit: 0 } as const;
  const { tasks } = await sidecar.request("task/list", params);
  if (tasks.length <= 1) {
    return [threadId];
  }
  const all = t("All {0} tasks", tasks.length);
  const only = t("Only this task");
  const chosen = await vscode.window.showInformationMessage(
    t(
      "{0} tasks are of {1}. Which of them belong to the new place?",
      tasks.length,
      old,
    ),
    { modal: true, detail: t("What Codex wrote stays as it is; this can be undone.") },
    all,
    only,
  );
  if (chosen === all) {
    return tasks.map((task) => task.threadId);
  }
  return chosen === only ? [threadId] : [];
}
