/** Which task a command means. */
import * as vscode from "vscode";

import { t } from "../lib/l10n.js";
import type { Task } from "../protocol/index.js";
import type { TreeNode } from "../views/task-tree.js";
import type { Context } from "./context.js";
import { pickTask } from "./pick-task.js";

/** The thread id that came with the command, from a row or another program. */
export function threadIdOf(argument: unknown): string | undefined {
  if (typeof argument === "string") {
    return argument;
  }
  const node = argument as Partial<TreeNode> | undefined | null;
  return node?.kind === "task" ? node.branch?.task.threadId : undefined;
}

/**
 * The task of *argument*, else of the panel that has the focus, else one that the user
 * picks; undefined: the user changed their mind.
 *
 * @throws SidecarError when there is no such task.
 */
export async function targetTask(
  context: Context,
  argument: unknown,
): Promise<Task | undefined> {
  const threadId = threadIdOf(argument);
  if (threadId !== undefined) {
    const known = context.store.get(threadId);
    return (
      known ?? (await context.sidecar.request("task/read", { threadId, turns: 0 })).task
    );
  }
  return context.panels.active ?? (await pickTask(context, t("Choose a task")));
}

/** The folders of this window on the file system of the sidecar. */
export function workspaceFolders(): readonly string[] {
  return (vscode.workspace.workspaceFolders ?? [])
    .filter(({ uri }) => uri.scheme === "file")
    .map(({ uri }) => uri.fsPath);
}
