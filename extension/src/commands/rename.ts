/** *Rename...*: a name of the user's own, in Codex too. */
import * as vscode from "vscode";

import { t } from "../lib/l10n.js";
import { displayName } from "../views/task-item.js";
import type { Context } from "./context.js";
import { targetTasks } from "./target.js";

export async function rename(context: Context, argument: unknown): Promise<void> {
  const [task] = await targetTasks(context, argument, undefined, {
    title: t("Rename task"),
    states: ["active", "archived"],
  });
  if (task === undefined) {
    return;
  }
  const name = await vscode.window.showInputBox({
    title: t("Rename task"),
    value: task.name ?? displayName(task),
    prompt: t("Codex shows this name as well."),
    validateInput: (value) =>
      value.trim() === "" ? t("A name can't be empty.") : undefined,
  });
  if (name !== undefined && name.trim() !== task.name) {
    const { threadId } = task;
    await context.sidecar.request("task/rename", { threadId, name: name.trim() });
  }
}
