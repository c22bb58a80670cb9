/** *Resume task...*: a task's panel with the cursor in the composer. */
import { t } from "../lib/l10n.js";
import type { Context } from "./context.js";
import { pickTask } from "./pick-task.js";
import { threadIdOf } from "./target.js";

export async function resume(context: Context, argument: unknown): Promise<void> {
  const threadId =
    threadIdOf(argument) ??
    (await pickTask(context, { title: t("Resume task") }))?.threadId;
  if (threadId !== undefined) {
    context.panels.open(threadId, { focusComposer: true });
  }
}
