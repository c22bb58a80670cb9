/** *Resume in terminal*: Codex's own interface, in the task's folder. */
import { t } from "../lib/l10n.js";
import { oneLine } from "../lib/text.js";
import type { Task } from "../protocol/index.js";
import { isLive } from "../views/task-groups.js";
import { codexTerminal } from "./codex-terminal.js";
import type { Context } from "./context.js";
import { targetTasks } from "./target.js";
import { mayRun } from "./trust.js";

export async function resumeInTerminal(
  context: Context,
  argument: unknown,
): Promise<void> {
  const [task] = await targetTasks(context, argument, undefined, {
    title: t("Resume in terminal"),
  });
  if (task === undefined || !mayRun(context)) {
    return;
  }
  await letGo(context, task);
  await codexTerminal(context, {
    name: `codex: ${oneLine(task.displayName, 40)}`,
    args: ["resume", task.threadId],
    cwd: task.cwd !== null && task.cwdExists ? task.cwd : undefined,
  });
}

/** Codex lets one program write a task; a panel that only has it open gives way. */
async function letGo({ sidecar }: Context, task: Task): Promise<void> {
  if (!isLive(task)) {
    await sidecar.request("task/release", { threadId: task.threadId });
  }
}
