/** *Resume in terminal*: Codex's own interface, in the task's folder. */
import * as vscode from "vscode";

import { t } from "../lib/l10n.js";
import { oneLine } from "../lib/text.js";
import type { Task } from "../protocol/index.js";
import { SidecarError } from "../sidecar/errors.js";
import { isLive } from "../views/task-groups.js";
import type { Context } from "./context.js";
import { targetTask } from "./target.js";

export async function resumeInTerminal(
  context: Context,
  argument: unknown,
): Promise<void> {
  const task = await targetTask(context, argument);
  if (task === undefined) {
    return;
  }
  const { codexPath, codexHome } = await context.sidecar.request("home/doctor", {});
  if (codexPath === null) {
    throw new SidecarError(
      "codexUnavailable",
      t("Codex was not found on this machine."),
    );
  }
  await letGo(context, task);
  // Run directly, not typed into a shell: nothing has to be quoted for one.
  const terminal = vscode.window.createTerminal({
    name: `codex: ${oneLine(task.displayName, 40)}`,
    shellPath: codexPath,
    shellArgs: ["resume", task.threadId],
    env: { CODEX_HOME: codexHome },
    ...(task.cwd !== null && task.cwdExists ? { cwd: task.cwd } : {}),
  });
  terminal.show();
}

/** Codex lets one program write a task; a panel that only has it open gives way. */
async function letGo({ sidecar }: Context, task: Task): Promise<void> {
  if (!isLive(task)) {
    await sidecar.request("task/release", { threadId: task.threadId });
  }
}
