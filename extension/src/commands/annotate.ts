/** *Pin*, *Unpin*, *Edit tags...*: what only Threadbook knows of tasks. */
import * as vscode from "vscode";

import { t } from "../lib/l10n.js";
import type { Params, Task } from "../protocol/index.js";
import { onTasks, showFailures, tasksInWords } from "./bulk.js";
import type { Context } from "./context.js";
import { tagChanges, tagsIn, tagsOf } from "./tags.js";
import { targetTasks } from "./target.js";

export async function pin(
  context: Context,
  argument: unknown,
  selected?: unknown,
): Promise<void> {
  const tasks = await targetTasks(context, argument, selected, {
    title: t("Pin"),
    states: ["active", "archived"],
    fits: ({ pinned }) => !pinned,
  });
  await annotate(context, tasks, { pinned: true });
}

export async function unpin(
  context: Context,
  argument: unknown,
  selected?: unknown,
): Promise<void> {
  const tasks = await targetTasks(context, argument, selected, {
    title: t("Unpin"),
    states: ["active", "archived"],
    fits: ({ pinned }) => pinned,
  });
  await annotate(context, tasks, { pinned: false });
}

export async function editTags(
  context: Context,
  argument: unknown,
  selected?: unknown,
): Promise<void> {
  const tasks = await targetTasks(context, argument, selected, {
    title: t("Edit tags"),
    states: ["active", "archived"],
  });
  if (tasks.length === 0) {
    return;
  }
  const before = tagsOf(tasks);
  const written = await vscode.window.showInputBox({
    title: t("Tags of {0}", tasksInWords(tasks)),
    value: before.onAll.join(", "),
    prompt: t("Separated by commas."),
    ...(before.onSome.length === 0
      ? {}
      : { placeHolder: t("Some also have: {0}", before.onSome.join(", ")) }),
  });
  if (written !== undefined) {
    const changes = tagChanges(before.onAll, tagsIn(written));
    if (changes.addTags.length + changes.removeTags.length > 0) {
      await annotate(context, tasks, changes);
    }
  }
}

async function annotate(
  context: Context,
  tasks: readonly Task[],
  changes: Omit<Params<"task/annotate">, "threadIds">,
): Promise<void> {
  const outcomes = await onTasks(tasks, {
    doing: t("Changing tasks"),
    request: (threadIds) =>
      context.sidecar.request("task/annotate", { threadIds, ...changes }),
  });
  await showFailures(context, tasks, outcomes);
}
