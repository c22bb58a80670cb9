/** What the buttons of a panel's banner do. */
import * as vscode from "vscode";

import type { ActionId } from "./trouble.js";

const INSTALL_CODEX = "https://github.com/openai/codex#quickstart";

type Action = Exclude<ActionId, "chooseFolder" | "reload">;

/** Of the task that the banner is about, if it is about one. */
type Deed = (threadId?: string) => PromiseLike<unknown>;

const ACTIONS: Readonly<Record<Action, Deed>> = {
  installCodex: () => vscode.env.openExternal(vscode.Uri.parse(INSTALL_CODEX)),
  closeDemo: () => vscode.commands.executeCommand("threadbook.closeDemo"),
  chooseCodex: () => vscode.commands.executeCommand("threadbook.chooseCodex"),
  openSettings: () =>
    vscode.commands.executeCommand(
      "workbench.action.openSettings",
      "threadbook.codexHome",
    ),
  relink: (threadId) => vscode.commands.executeCommand("threadbook.relink", threadId),
  restartSidecar: () => vscode.commands.executeCommand("threadbook.restartSidecar"),
  restore: (threadId) => vscode.commands.executeCommand("threadbook.restore", threadId),
  showLog: () => vscode.commands.executeCommand("threadbook.showLog"),
  trust: () => vscode.commands.executeCommand("workbench.trust.manage"),
  unarchive: (threadId) =>
    vscode.commands.executeCommand("threadbook.unarchive", threadId),
};

export async function performAction(action: Action, threadId?: string): Promise<void> {
  await ACTIONS[action](threadId);
}
