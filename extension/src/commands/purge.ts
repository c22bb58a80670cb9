/** *Purge...*: for good, all stored data of tasks that have not been active for long. */
import * as vscode from "vscode";

import { plural, t } from "../lib/l10n.js";
import { size } from "../lib/text.js";
import { daysAgo } from "../lib/times.js";
import type { Params, TaskPurgeResponse } from "../protocol/index.js";
import { showFailures } from "./bulk.js";
import type { Context } from "./context.js";
import { ask } from "./delete.js";
import { counting, unlessCancelled } from "./progress.js";
import { workspaceFolders } from "./target.js";

type Planned = TaskPurgeResponse["tasks"];
type Which = Omit<Params<"task/purge">, "dryRun">;

/** How many names the question says. */
const NAMED = 5;

export async function purge(context: Context): Promise<void> {
  const which = await choose();
  if (which === undefined) {
    return;
  }
  const plan = await context.sidecar.request("task/purge", { ...which, dryRun: true });
  if (plan.tasks.length === 0) {
    void vscode.window.showInformationMessage(t("There is no such task."));
    return;
  }
  const names = plan.tasks.slice(0, NAMED).map(({ displayName }) => displayName);
  const others = plan.tasks.length - names.length;
  const agreed = await ask(
    plural(
      plan.tasks.length,
      "Delete {0} task permanently?",
      "Delete {0} tasks permanently?",
    ),
    [
      t("{0} on disk. This can't be undone.", size(plan.bytes)),
      "",
      ...names,
      ...(others > 0 ? [plural(others, "and {0} more", "and {0} more")] : []),
    ].join("\n"),
    t("Delete permanently"),
  );
  if (agreed) {
    await perform(context, which, plan.tasks);
  }
}

async function perform(
  context: Context,
  which: Which,
  planned: Planned,
): Promise<void> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: t("Purging"),
    cancellable: true,
  };
  const purged = await vscode.window.withProgress(options, (progress, token) => {
    const count = counting(progress, planned.length);
    const params = { ...which, dryRun: false };
    return context.sidecar
      .request("task/purge", params, token, (part) => {
        count(part * planned.length);
      })
      .catch(unlessCancelled);
  });
  if (purged === undefined) {
    await showStopped(context, which, planned);
    return;
  }
  const { tasks, results, bytes } = purged;
  const failed = results.filter(({ ok }) => !ok);
  if (failed.length === 0) {
    const gone = plural(tasks.length, "Purged {0} task", "Purged {0} tasks");
    void vscode.window.showInformationMessage(`${gone} (${size(bytes)}).`);
    return;
  }
  const known = await Promise.all(
    failed.map(({ threadId }) =>
      context.sidecar
        .request("task/read", { threadId, turns: 0 })
        .then(({ task }) => task),
    ),
  );
  await showFailures(context, known, failed);
}

/** Whom it was cancelled for: how many are gone by then. */
async function showStopped(
  { sidecar }: Context,
  which: Which,
  planned: Planned,
): Promise<void> {
  const { tasks } = await sidecar.request("task/purge", { ...which, dryRun: true });
  const left = new Set(tasks.map(({ threadId }) => threadId));
  const gone = planned.filter(({ threadId }) => !left.has(threadId)).length;
  void vscode.window.showInformationMessage(
    t("Purged {0} of {1} tasks; the others are where they were.", gone, planned.length),
  );
}

async function choose(): Promise<Which | undefined> {
  const place = await choosePlace();
  if (place === undefined) {
    return undefined;
  }
  const state = await pick<NonNullable<Which["state"]>>(t("Which tasks?"), [
    { label: t("In the trash"), value: "trashed" },
    { label: t("Archived"), value: "archived" },
    { label: t("All, also active ones"), value: "any" },
  ]);
  if (state === undefined) {
    return undefined;
  }
  const days = await pick<number>(
    t("Not active for how long?"),
    [30, 7, 90, 365, 0].map((value) => ({
      value,
      label: value === 0 ? t("However long") : t("{0} days", value),
    })),
  );
  if (days === undefined) {
    return undefined;
  }
  const olderThan = days === 0 ? null : daysAgo(days, Date.now());
  return { cwd: place.cwd, state, olderThan };
}

/** This folder's tasks, unless the user says otherwise. */
function choosePlace(): Promise<{ readonly cwd: string | null } | undefined> {
  const folders = workspaceFolders().map((cwd) => ({
    label: t("Tasks of {0}", cwd),
    value: { cwd },
  }));
  return pick<{ readonly cwd: string | null }>(t("Purge tasks of which folder?"), [
    ...folders,
    { label: t("Tasks of all folders"), value: { cwd: null } },
  ]);
}

async function pick<T>(
  title: string,
  picks: readonly { readonly label: string; readonly value: T }[],
): Promise<T | undefined> {
  return (await vscode.window.showQuickPick([...picks], { title }))?.value;
}
