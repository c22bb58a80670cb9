/** A repository as it was at a step, checked out in a folder of its own. */
import path from "node:path";
import * as vscode from "vscode";

import { t } from "../lib/l10n.js";

export async function chooseWorktree(suggested: string): Promise<string | undefined> {
  const chosen = await vscode.window.showInputBox({
    title: t("Check out in a worktree"),
    prompt: t(
      "A folder that does not exist yet. Only what was committed is in it; your own files stay as they are.",
    ),
    value: suggested,
    validateInput: (value) =>
      path.isAbsolute(value.trim()) ? undefined : t("Give a whole path."),
  });
  return chosen?.trim();
}

export function checkedOut(folder: string, commit: string): void {
  const open = t("Open in New Window");
  const message = t("Commit {0} is checked out in {1}.", commit.slice(0, 7), folder);
  vscode.window.showInformationMessage(message, open).then(
    (choice) =>
      choice === open
        ? vscode.commands.executeCommand("vscode.openFolder", vscode.Uri.file(folder), {
            forceNewWindow: true,
          })
        : undefined,
    () => undefined,
  );
}
