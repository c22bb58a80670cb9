/** *Resume last session*: from cold to the cursor in the composer, in one step. */
import * as vscode from "vscode";

import { t } from "../lib/l10n.js";
import type { Task } from "../protocol/index.js";
import { writeSetting } from "../settings.js";
import { VIEW_ID } from "../views/tasks-view.js";
import type { Context } from "./context.js";
import { workspaceFolders } from "./target.js";

/** More than one, because cleared tasks, and those that go on as another, are passed over. */
const CANDIDATES = 20;

export async function resumeLast(context: Context): Promise<void> {
  const folders = workspaceFolders();
  const last = await lastTask(context, folders);
  if (last !== undefined) {
    context.panels.open(last.threadId, { focusComposer: true });
    return;
  }
  if (folders.length === 0) {
    void vscode.window.showInformationMessage(t("There is no Codex task yet."));
    return;
  }
  const showAll = t("Show all folders");
  const message = t("There is no Codex task of this folder yet.");
  if ((await vscode.window.showInformationMessage(message, showAll)) === showAll) {
    await writeSetting("scope", "all");
    await vscode.commands.executeCommand(`${VIEW_ID}.focus`);
  }
}

/** The task that was active last in *folders*; in any, when there are none. */
async function lastTask(
  { sidecar }: Context,
  folders: readonly string[],
): Promise<Task | undefined> {
  const places = folders.length === 0 ? [null] : folders;
  const pages = await Promise.all(
    places.map((cwd) =>
      sidecar.request("task/list", { cwd, subAgents: false, limit: CANDIDATES }),
    ),
  );
  return pages
    .flatMap(({ tasks }) => tasks)
    .filter((task) => !task.cleared && task.continuedAsId === null)
    .reduce<Task | undefined>(
      (last, task) =>
        last === undefined || task.updatedAt > last.updatedAt ? task : last,
      undefined,
    );
}
