/** *New task*: Codex's own interface in a terminal, in a folder of this window. */
import * as vscode from "vscode";

import { t } from "../lib/l10n.js";
import { codexTerminal } from "./codex-terminal.js";
import type { Context } from "./context.js";
import { mayRun } from "./trust.js";

export async function newTask(context: Context): Promise<void> {
  if (!mayRun(context)) {
    return;
  }
  const { workspaceFolders = [] } = vscode.workspace;
  const folder =
    workspaceFolders.length > 1
      ? await vscode.window.showWorkspaceFolderPick({
          placeHolder: t("Folder in which the task runs"),
        })
      : workspaceFolders[0];
  if (folder === undefined && workspaceFolders.length > 0) {
    return;
  }
  await codexTerminal(context, { name: "codex", args: [], cwd: folder?.uri.fsPath });
}
