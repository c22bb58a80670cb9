/** *Archive*, *Unarchive*: as Codex does, so that Codex agrees. */
import { t } from "../lib/l10n.js";
import { onTasks, showFailures } from "./bulk.js";
import type { Context } from "./context.js";
import { targetTasks } from "./target.js";

export async function archive(
  context: Context,
  argument: unknown,
  selected?: unknown,
): Promise<void> {
  const tasks = await targetTasks(context, argument, selected, {
    title: t("Archive"),
  });
  const outcomes = await onTasks(tasks, {
    doing: t("Archiving"),
    request: (threadIds, onPart) =>
      context.sidecar.request("task/archive", { threadIds }, undefined, onPart),
  });
  await showFailures(context, tasks, outcomes);
}

export async function unarchive(
  context: Context,
  argument: unknown,
  selected?: unknown,
): Promise<void> {
  const tasks = await targetTasks(context, argument, selected, {
    title: t("Unarchive"),
    states: ["archived"],
  });
  const outcomes = await onTasks(tasks, {
    doing: t("Unarchiving"),
    request: (threadIds, onPart) =>
      context.sidecar.request("task/unarchive", { threadIds }, undefined, onPart),
  });
  await showFailures(context, tasks, outcomes);
}
