/** *Show changes*: what became of the folder's files since the task began. */
import * as vscode from "vscode";

import { t } from "../lib/l10n.js";
import { oneLine } from "../lib/text.js";
import type { Task } from "../protocol/index.js";
import { displayName } from "../views/task-item.js";
import type { Context } from "./context.js";
import { targetTasks } from "./target.js";

/** What we use of the API of VS Code's Git extension. */
interface GitApi {
  openRepository(root: vscode.Uri): Promise<GitRepository | null>;
  getRepository(uri: vscode.Uri): GitRepository | null;
  toGitUri(uri: vscode.Uri, ref: string): vscode.Uri;
}

interface GitRepository {
  diffWith(ref: string): Promise<readonly GitChange[]>;
}

interface GitChange {
  readonly uri: vscode.Uri;
  readonly originalUri: vscode.Uri;
  readonly renameUri: vscode.Uri | undefined;
}

export async function showChanges(context: Context, argument: unknown): Promise<void> {
  const [task] = await targetTasks(context, argument, undefined, {
    title: t("Show changes"),
    states: ["active", "archived"],
    fits: ({ git, cwdExists }) => (git?.commit ?? null) !== null && cwdExists,
  });
  if (task === undefined) {
    return;
  }
  const trouble = await show(task);
  if (trouble !== undefined) {
    void vscode.window.showInformationMessage(trouble);
  }
}

/** Answers why there is nothing to show. */
async function show(task: Task): Promise<string | undefined> {
  const { cwd, git } = task;
  const commit = git?.commit ?? null;
  if (cwd === null || commit === null) {
    return t("It is not known at which commit this task began.");
  }
  const api = await gitApi();
  if (api === undefined) {
    return t("VS Code's Git extension is switched off.");
  }
  const folder = vscode.Uri.file(cwd);
  const repository = api.getRepository(folder) ?? (await api.openRepository(folder));
  if (repository === null) {
    return t("{0} is in no Git repository.", cwd);
  }
  const changes = await repository.diffWith(commit).catch(() => undefined);
  if (changes === undefined) {
    // A branch that was rebased or squashed, a clone that is shallow.
    return t("Git does not find commit {0} here.", commit.slice(0, 10));
  }
  if (changes.length === 0) {
    return t("Nothing differs from commit {0}.", commit.slice(0, 10));
  }
  const title = t(
    "{0}: changes since {1}",
    oneLine(displayName(task), 40),
    commit.slice(0, 10),
  );
  await vscode.commands.executeCommand(
    "vscode.changes",
    title,
    changes.map(({ uri, originalUri, renameUri }) => [
      renameUri ?? uri,
      api.toGitUri(originalUri, commit),
      renameUri ?? uri,
    ]),
  );
  return undefined;
}

async function gitApi(): Promise<GitApi | undefined> {
  interface Git {
    readonly enabled: boolean;
    getAPI(version: 1): GitApi;
  }
  const extension = vscode.extensions.getExtension<Git>("vscode.git");
  const git = await extension?.activate();
  return git?.enabled === true ? git.getAPI(1) : undefined;
}
