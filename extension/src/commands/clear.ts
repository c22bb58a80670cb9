/**
 * *Clear*: never offered again and never gone on with by itself; with Undo, and *Undo
 * clear...* later.
 */
import * as vscode from "vscode";

import { t } from "../lib/l10n.js";
import { withoutLinks } from "../lib/text.js";
import type { Task } from "../protocol/index.js";
import { doneOf, onTasks, showFailures, tasksInWords } from "./bulk.js";
import type { Context } from "./context.js";
import { pickCleared } from "./pick-task.js";
import { targetTasks } from "./target.js";

export async function clear(
  context: Context,
  argument: unknown,
  selected?: unknown,
): Promise<void> {
  const tasks = await targetTasks(context, argument, selected, { title: t("Clear") });
  const done = await mark(context, tasks, false);
  if (done.length === 0) {
    return;
  }
  const undo = t("Undo");
  const message = withoutLinks(
    t("Cleared {0}: no list shows it, and it is not resumed.", tasksInWords(done)),
  );
  if ((await vscode.window.showInformationMessage(message, undo)) === undo) {
    await mark(context, done, true);
  }
}

/** No list shows cleared tasks, so they are chosen from one of their own. */
export async function undoClear(context: Context): Promise<void> {
  const task = await pickCleared(context, t("Undo clear"));
  if (task !== undefined) {
    await mark(context, [task], true);
  }
}

async function mark(
  context: Context,
  tasks: readonly Task[],
  undo: boolean,
): Promise<readonly Task[]> {
  const outcomes = await onTasks(tasks, {
    doing: undo ? t("Showing again") : t("Clearing"),
    request: (threadIds) => context.sidecar.request("task/clear", { threadIds, undo }),
  });
  void showFailures(context, tasks, outcomes);
  return doneOf(tasks, outcomes);
}
