/** *Reveal rollout file*: in the file manager, or where there is none in an editor. */
import * as vscode from "vscode";

import { t } from "../lib/l10n.js";
import type { Context } from "./context.js";
import { targetTasks } from "./target.js";

export async function revealRollout(
  context: Context,
  argument: unknown,
): Promise<void> {
  const [task] = await targetTasks(context, argument, undefined, {
    title: t("Reveal rollout file"),
    states: ["active", "archived", "trashed"],
  });
  if (task === undefined) {
    return;
  }
  const [rollout] = task.rollouts;
  if (rollout === undefined) {
    void vscode.window.showWarningMessage(t("This task has no file."));
    return;
  }
  const isHere =
    vscode.env.uiKind === vscode.UIKind.Desktop && vscode.env.remoteName === undefined;
  const command = isHere ? "revealFileInOS" : "vscode.open";
  await vscode.commands.executeCommand(command, vscode.Uri.file(rollout.path));
}
