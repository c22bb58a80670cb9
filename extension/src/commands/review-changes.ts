/** *Review changes...*: a new task in which Codex reviews code. */
import * as vscode from "vscode";

import { t } from "../lib/l10n.js";
import type { Params } from "../protocol/index.js";
import type { Context } from "./context.js";
import { openNew } from "./open-new.js";
import { workspaceFolders } from "./target.js";
import { mayRun } from "./trust.js";

type What = Omit<Params<"task/review">, "cwd">;

export async function reviewChanges(context: Context): Promise<void> {
  if (!mayRun(context)) {
    return;
  }
  const cwd = await chooseFolder();
  const what = cwd === undefined ? undefined : await chooseWhat();
  if (cwd !== undefined && what !== undefined) {
    const { threadId } = await context.sidecar.request("task/review", { cwd, ...what });
    await openNew(context, threadId, { focusComposer: false });
  }
}

async function chooseFolder(): Promise<string | undefined> {
  const folders = workspaceFolders();
  if (folders.length === 0) {
    void vscode.window.showWarningMessage(t("Open a folder first."));
  }
  return folders.length > 1
    ? vscode.window.showQuickPick([...folders], { title: t("Review changes in") })
    : folders[0];
}

async function chooseWhat(): Promise<What | undefined> {
  const picks: readonly (vscode.QuickPickItem & {
    readonly ask: () => Promise<What | undefined>;
  })[] = [
    {
      label: t("Uncommitted changes"),
      description: t("staged, changed and new files"),
      ask: () => Promise.resolve({ uncommitted: true }),
    },
    {
      label: t("Changes against a branch..."),
      ask: () => named(t("Branch"), (base) => ({ base })),
    },
    {
      label: t("A commit..."),
      ask: () => named(t("Commit"), (commit) => ({ commit })),
    },
    {
      label: t("In your own words..."),
      ask: () => named(t("What to review"), (instructions) => ({ instructions })),
    },
  ];
  const options = { title: t("Review changes") };
  return (await vscode.window.showQuickPick(picks, options))?.ask();
}

async function named(
  title: string,
  what: (name: string) => What,
): Promise<What | undefined> {
  const name = (await vscode.window.showInputBox({ title }))?.trim() ?? "";
  return name === "" ? undefined : what(name);
}
