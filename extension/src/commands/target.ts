/** Which task a command means. */
import * as vscode from "vscode";

import type { Task } from "../protocol/index.js";
import type { TreeNode } from "../views/task-tree.js";
import type { Context } from "./context.js";
import { isOffered, pickTask, type Pick } from "./pick-task.js";

/** The thread id that came with the command, from a row or another program. */
export function threadIdOf(argument: unknown): string | undefined {
  if (typeof argument === "string") {
    return argument;
  }
  const node = argument as Partial<TreeNode> | undefined | null;
  return node?.kind === "task" ? node.branch?.task.threadId : undefined;
}

/**
 * The task of *argument*, or all that are *selected*; else that of the panel that has the
 * focus, else one that the user picks; none: the user changed their mind.
 *
 * @throws SidecarError when there is no such task.
 */
export async function targetTasks(
  context: Context,
  argument: unknown,
  selected: unknown,
  pick: Pick,
): Promise<readonly Task[]> {
  if (isView(argument)) {
    return context.selection(argument.view);
  }
  const rows: readonly unknown[] = Array.isArray(selected) ? selected : [argument];
  const threadIds = rows.flatMap((row) => threadIdOf(row) ?? []);
  if (threadIds.length > 0) {
    return Promise.all(threadIds.map((threadId) => taskOf(context, threadId)));
  }
  const { active } = context.panels;
  const task = active !== undefined && isOffered(active, pick) ? active : undefined;
  const chosen = task ?? (await pickTask(context, pick));
  return chosen === undefined ? [] : [chosen];
}

/** What a key binding gives: the view that has the focus. */
function isView(argument: unknown): argument is { readonly view: string } {
  return typeof argument === "object" && argument !== null && "view" in argument;
}

async function taskOf(context: Context, threadId: string): Promise<Task> {
  const known = context.store.get(threadId) ?? context.archive.get(threadId);
  return (
    known ?? (await context.sidecar.request("task/read", { threadId, turns: 0 })).task
  );
}

/** The folders of this window on the file system of the sidecar. */
export function workspaceFolders(): readonly string[] {
  return (vscode.workspace.workspaceFolders ?? [])
    .filter(({ uri }) => uri.scheme === "file")
    .map(({ uri }) => uri.fsPath);
}
