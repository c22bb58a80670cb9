/** The files of a task as they were at a commit, beside what they are now. */
import * as vscode from "vscode";

import { t } from "../lib/l10n.js";
import { safePath } from "./open-outside.js";

/** What we use of VS Code's own Git extension. */
interface Git {
  toGitUri(uri: vscode.Uri, ref: string): vscode.Uri;
  getRepository(
    uri: vscode.Uri,
  ): { show(ref: string, path: string): Promise<string> } | null;
  openRepository(root: vscode.Uri): Promise<unknown>;
}

interface GitExtension {
  readonly enabled: boolean;
  getAPI(version: 1): Git;
}

/** Opens VS Code's editor for many changes; says why when it can't. */
export async function openSinceStart(
  paths: readonly string[],
  commit: string,
  cwd: string | null,
): Promise<void> {
  const files = paths.flatMap((written) => {
    const file = safePath(written, cwd);
    return file === undefined ? [] : [vscode.Uri.file(file)];
  });
  const git = await findGit();
  const folder = cwd === null ? undefined : vscode.Uri.file(cwd);
  if (git !== undefined && folder !== undefined) {
    await git.openRepository(folder);
  }
  const first = files[0];
  const repository = first && git?.getRepository(first);
  if (git === undefined || repository === null || repository === undefined) {
    void vscode.window.showWarningMessage(
      t("VS Code's Git extension knows no repository in the folder of this task."),
    );
    return;
  }
  const sides = await Promise.all(
    files.map(async (file) => {
      const wasThere = await repository.show(commit, file.fsPath).then(
        () => true,
        () => false,
      );
      return [file, wasThere ? git.toGitUri(file, commit) : undefined, file] as const;
    }),
  );
  const title = t("Changes since {0}", commit.slice(0, 7));
  await vscode.commands.executeCommand("vscode.changes", title, sides);
}

async function findGit(): Promise<Git | undefined> {
  const extension = vscode.extensions.getExtension<GitExtension>("vscode.git");
  const exported = extension?.isActive
    ? extension.exports
    : await extension?.activate();
  return exported?.enabled === true ? exported.getAPI(1) : undefined;
}
