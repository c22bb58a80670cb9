/** *Compact*: sums up what was said in a task, so that there is room for more. */
import { t } from "../lib/l10n.js";
import type { Context } from "./context.js";
import { openNew } from "./open-new.js";
import { targetTasks } from "./target.js";
import { mayRun } from "./trust.js";

export async function compact(context: Context, argument: unknown): Promise<void> {
  const [task] = await targetTasks(context, argument, undefined, {
    states: ["active"],
    fits: ({ turnCount }) => turnCount > 0,
    title: t("Compact"),
  });
  if (task === undefined || !mayRun(context)) {
    return;
  }
  const { sidecar } = context;
  const resumed = await sidecar.request("task/resume", { threadId: task.threadId });
  const { threadId } = resumed;
  await sidecar.request("task/compact", { threadId });
  await openNew(context, threadId, { focusComposer: false });
}
