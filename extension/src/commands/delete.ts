/**
 * *Delete*: into the trash, without asking, with Undo; *Restore*: back from there;
 * *Delete permanently*: for good, after asking.
 */
import * as vscode from "vscode";

import { plural, t } from "../lib/l10n.js";
import { size, withoutLinks } from "../lib/text.js";
import type { Task, TaskOutcome } from "../protocol/index.js";
import { doneOf, onTasks, showFailures, tasksInWords, type Verb } from "./bulk.js";
import type { Context } from "./context.js";
import { targetTasks } from "./target.js";

export async function deleteTasks(
  context: Context,
  argument: unknown,
  selected?: unknown,
): Promise<void> {
  const wanted = await targetTasks(context, argument, selected, {
    title: t("Delete"),
    states: ["active", "archived"],
  });
  // The key works in the trash as well, where there is nothing to do.
  const tasks = wanted.filter(({ state }) => state !== "trashed");
  const verb = (withForks: boolean): Verb => ({
    doing: t("Deleting"),
    request: (threadIds, onPart) =>
      context.sidecar.request(
        "task/trash",
        { threadIds, withForks },
        undefined,
        onPart,
      ),
  });
  const outcomes = await withForksWhenAsked(tasks, verb);
  void showFailures(context, tasks, outcomes);
  const done = doneOf(tasks, outcomes);
  if (done.length === 0) {
    return;
  }
  const undo = t("Undo");
  const message = withoutLinks(t("Deleted {0}.", tasksInWords(done)));
  if ((await vscode.window.showInformationMessage(message, undo)) === undo) {
    await restoreTasks(context, done);
  }
}

export async function restore(
  context: Context,
  argument: unknown,
  selected?: unknown,
): Promise<void> {
  const tasks = await targetTasks(context, argument, selected, {
    title: t("Restore"),
    states: ["trashed"],
  });
  await restoreTasks(context, tasks);
}

export async function deletePermanently(
  context: Context,
  argument: unknown,
  selected?: unknown,
): Promise<void> {
  const tasks = await targetTasks(context, argument, selected, {
    title: t("Delete permanently"),
    states: ["trashed"],
  });
  if (tasks.length === 0 || !(await mayDeleteForGood(tasks))) {
    return;
  }
  const verb = (withForks: boolean): Verb => ({
    doing: t("Deleting permanently"),
    request: (threadIds, onPart) =>
      context.sidecar.request(
        "task/delete",
        { threadIds, withForks },
        undefined,
        onPart,
      ),
  });
  const outcomes = await withForksWhenAsked(tasks, verb);
  await showFailures(context, tasks, outcomes);
}

async function restoreTasks(context: Context, tasks: readonly Task[]): Promise<void> {
  const verb = (onConflict: "refuse" | "replace"): Verb => ({
    doing: t("Restoring"),
    request: (threadIds, onPart) =>
      context.sidecar.request(
        "task/restore",
        { threadIds, onConflict },
        undefined,
        onPart,
      ),
  });
  const outcomes = await onTasks(tasks, verb("refuse"));
  const conflicts = failedWith("trashConflict", tasks, outcomes);
  const replace = t("Replace");
  if (
    conflicts.length > 0 &&
    (await ask(
      plural(
        conflicts.length,
        "{0} task exists again. Replace it with the one from the trash?",
        "{0} tasks exist again. Replace them with those from the trash?",
      ),
      t("What is replaced goes to the trash."),
      replace,
    ))
  ) {
    const replaced = await onTasks(conflicts, verb("replace"));
    await showFailures(context, tasks, amended(outcomes, replaced));
    return;
  }
  await showFailures(context, tasks, outcomes);
}

/** Forks that need a task's file go along when the user says so. */
async function withForksWhenAsked(
  tasks: readonly Task[],
  verb: (withForks: boolean) => Verb,
): Promise<readonly TaskOutcome[]> {
  const outcomes = await onTasks(tasks, verb(false));
  const needed = failedWith("hasDependants", tasks, outcomes);
  if (needed.length === 0) {
    return outcomes;
  }
  const agreed = await ask(
    plural(
      needed.length,
      "Forks go on from {0} of these tasks and need its file. Delete them as well?",
      "Forks go on from {0} of these tasks and need their files. Delete them as well?",
    ),
    outcomes
      .flatMap(({ error }) => (error === null ? [] : dependants(error.facts)))
      .slice(0, LISTED)
      .join("\n"),
    t("Delete with forks"),
  );
  return agreed ? amended(outcomes, await onTasks(needed, verb(true))) : outcomes;
}

const LISTED = 10;

function dependants(facts: Readonly<Record<string, unknown>>): readonly string[] {
  const found = facts["dependants"] as
    readonly { readonly displayName: string }[] | undefined;
  return (found ?? []).map(({ displayName }) => displayName);
}

function failedWith(
  kind: NonNullable<TaskOutcome["error"]>["kind"],
  tasks: readonly Task[],
  outcomes: readonly TaskOutcome[],
): readonly Task[] {
  const failed = outcomes.filter(({ error }) => error?.kind === kind);
  const threadIds = new Set(failed.map(({ threadId }) => threadId));
  return tasks.filter(({ threadId }) => threadIds.has(threadId));
}

/** What came of it in the end. */
function amended(
  outcomes: readonly TaskOutcome[],
  later: readonly TaskOutcome[],
): readonly TaskOutcome[] {
  const byId = new Map(later.map((outcome) => [outcome.threadId, outcome]));
  return outcomes.map((outcome) => byId.get(outcome.threadId) ?? outcome);
}

async function mayDeleteForGood(tasks: readonly Task[]): Promise<boolean> {
  const bytes = tasks.reduce((sum, task) => sum + task.bytes, 0);
  return ask(
    t("Delete {0} permanently?", tasksInWords(tasks)),
    t("{0} on disk. This can't be undone.", size(bytes)),
    t("Delete permanently"),
  );
}

export async function ask(
  question: string,
  detail: string,
  yes: string,
): Promise<boolean> {
  const options = { modal: true, detail };
  return (await vscode.window.showWarningMessage(question, options, yes)) === yes;
}
