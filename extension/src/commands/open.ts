/** *Open task*: its panel. */
import { t } from "../lib/l10n.js";
import type { Context } from "./context.js";
import { pickTask } from "./pick-task.js";
import { threadIdOf } from "./target.js";

export async function open(context: Context, argument: unknown): Promise<void> {
  const threadId =
    threadIdOf(argument) ??
    (
      await pickTask(context, {
        title: t("Open task"),
        states: ["active", "archived", "trashed"],
      })
    )?.threadId;
  if (threadId !== undefined) {
    context.panels.open(threadId, { focusComposer: false });
  }
}
