/**
 * One verb on many tasks: in pieces, with progress, until it is done or cancelled; and
 * what became of each.
 */
import * as vscode from "vscode";

import { plural, t } from "../lib/l10n.js";
import { oneLine, withoutIcons } from "../lib/text.js";
import type { Task, TaskOutcome } from "../protocol/index.js";
import { SidecarError, toSidecarError } from "../sidecar/errors.js";
import { displayName } from "../views/task-item.js";
import type { Context } from "./context.js";
import { showFailure } from "./failure.js";
import { counting } from "./progress.js";

/** So many at a time: cancelling waits for a piece, and each has a cost of its own. */
const PIECE = 200;
/** Below that a line in the status bar is enough. */
const MANY = 10;

export interface Verb {
  /** "Archiving", above the progress. */
  readonly doing: string;
  request(
    this: void,
    threadIds: readonly string[],
    onPart: (part: number) => void,
  ): Promise<{ readonly results: readonly TaskOutcome[] }>;
}

/** Does it to all; answers what became of each that it came to. */
export function onTasks(
  tasks: readonly Task[],
  verb: Verb,
): Promise<readonly TaskOutcome[]> {
  const isMany = tasks.length >= MANY;
  const { Notification, Window } = vscode.ProgressLocation;
  const options = {
    location: isMany ? Notification : Window,
    title: verb.doing,
    cancellable: isMany,
  };
  return Promise.resolve(
    vscode.window.withProgress(options, (progress, token) => {
      const count = counting(progress, tasks.length);
      return inPieces(tasks, verb, (done) => {
        count(done);
        return !token.isCancellationRequested;
      });
    }),
  );
}

/** *goesOn* hears how many are done by now, and says whether to begin another piece. */
export async function inPieces(
  tasks: readonly Task[],
  verb: Verb,
  goesOn: (done: number) => boolean,
): Promise<readonly TaskOutcome[]> {
  // A fork is younger than what it needs, so it goes first.
  const inOrder = [...tasks].sort((a, b) => b.createdAt - a.createdAt);
  const outcomes: TaskOutcome[] = [];
  for (let at = 0; at < inOrder.length; at += PIECE) {
    const piece = inOrder.slice(at, at + PIECE).map(({ threadId }) => threadId);
    const onPart = (part: number): void => void goesOn(at + part * piece.length);
    outcomes.push(...(await attempt(piece, verb, onPart)));
    if (!goesOn(at + piece.length)) {
      break;
    }
  }
  return outcomes;
}

/** What fails for a piece must not hide what was done before. */
async function attempt(
  threadIds: readonly string[],
  verb: Verb,
  onPart: (part: number) => void,
): Promise<readonly TaskOutcome[]> {
  try {
    return (await verb.request(threadIds, onPart)).results;
  } catch (thrown) {
    const { kind, message, facts } = toSidecarError(thrown);
    if (kind === "sidecarGone" || kind === "cancelled") {
      throw thrown;
    }
    return threadIds.map((threadId) => ({
      threadId,
      ok: false,
      error: { kind, message, facts },
      along: [],
    }));
  }
}

export function succeeded(outcomes: readonly TaskOutcome[]): readonly string[] {
  return outcomes.filter(({ ok }) => ok).map(({ threadId }) => threadId);
}

/** Says which tasks it failed for, and why; nothing when it failed for none. */
export async function showFailures(
  context: Context,
  tasks: readonly Task[],
  outcomes: readonly TaskOutcome[],
): Promise<void> {
  const failures = outcomes.filter(({ error }) => error !== null);
  const first = failures[0]?.error ?? null;
  if (first === null) {
    return;
  }
  if (tasks.length === 1) {
    const { kind, message, facts } = first;
    await showFailure(new SidecarError(kind, message, facts), tasks[0]);
    return;
  }
  const details = t("Show which");
  const message = t(
    "Not done for {0} of {1} tasks: {2}",
    failures.length,
    tasks.length,
    oneLine(first.message),
  );
  if ((await vscode.window.showWarningMessage(message, details)) === details) {
    await pickFailed(context, tasks, failures);
  }
}

async function pickFailed(
  { panels }: Context,
  tasks: readonly Task[],
  failures: readonly TaskOutcome[],
): Promise<void> {
  const byId = new Map(tasks.map((task) => [task.threadId, task]));
  const picks = failures.map(({ threadId, error }) => {
    const task = byId.get(threadId);
    const label = task === undefined ? threadId : displayName(task);
    return {
      threadId,
      label: withoutIcons(label),
      detail: withoutIcons(oneLine(error?.message ?? "")),
    };
  });
  const title = t("Tasks that it was not done for");
  const picked = await vscode.window.showQuickPick(picks, { title });
  if (picked !== undefined) {
    panels.open(picked.threadId, { focusComposer: false });
  }
}

/** “Mend the parser”, or "12 tasks". */
export function tasksInWords(tasks: readonly Task[]): string {
  const [only] = tasks;
  return tasks.length === 1 && only !== undefined
    ? t("“{0}”", oneLine(displayName(only), 60))
    : plural(tasks.length, "{0} task", "{0} tasks");
}

/** Those of *tasks* that it was done for. */
export function doneOf(
  tasks: readonly Task[],
  outcomes: readonly TaskOutcome[],
): readonly Task[] {
  const done = new Set(succeeded(outcomes));
  return tasks.filter(({ threadId }) => done.has(threadId));
}
