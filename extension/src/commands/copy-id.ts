/** *Copy task id*: what `threadbook show` and `codex resume` take. */
import * as vscode from "vscode";

import { t } from "../lib/l10n.js";
import type { Context } from "./context.js";
import { targetTasks } from "./target.js";

export async function copyId(context: Context, argument: unknown): Promise<void> {
  const [task] = await targetTasks(context, argument, undefined, {
    title: t("Copy task id"),
    states: ["active", "archived", "trashed"],
  });
  if (task !== undefined) {
    await vscode.env.clipboard.writeText(task.threadId);
    vscode.window.setStatusBarMessage(t("Copied {0}", task.threadId), 3_000);
  }
}
