/** *Interrupt*: stops the turn that runs. */
import * as vscode from "vscode";

import { t } from "../lib/l10n.js";
import { isLive } from "../views/task-groups.js";
import type { Context } from "./context.js";
import { targetTasks } from "./target.js";

export async function interrupt(context: Context, argument: unknown): Promise<void> {
  const [task] = await targetTasks(context, argument, undefined, {
    title: t("Interrupt"),
    fits: isLive,
  });
  if (task === undefined) {
    return;
  }
  const { threadId } = task;
  const { interrupted } = await context.sidecar.request("task/interrupt", { threadId });
  if (!interrupted) {
    void vscode.window.showInformationMessage(t("No turn of this task runs here."));
  }
}
