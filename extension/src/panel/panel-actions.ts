/** What the buttons of a panel's banner do. */
import * as vscode from "vscode";

import type { ActionId } from "./trouble.js";

const INSTALL_CODEX = "https://github.com/openai/codex#quickstart";

type Action = Exclude<ActionId, "chooseFolder" | "reload">;

const ACTIONS: Readonly<Record<Action, () => PromiseLike<unknown>>> = {
  installCodex: () => vscode.env.openExternal(vscode.Uri.parse(INSTALL_CODEX)),
  chooseCodex: () => vscode.commands.executeCommand("threadbook.chooseCodex"),
  openSettings: () =>
    vscode.commands.executeCommand(
      "workbench.action.openSettings",
      "threadbook.codexHome",
    ),
  restartSidecar: () => vscode.commands.executeCommand("threadbook.restartSidecar"),
  showLog: () => vscode.commands.executeCommand("threadbook.showLog"),
  trust: () => vscode.commands.executeCommand("workbench.trust.manage"),
};

export async function performAction(action: Action): Promise<void> {
  await ACTIONS[action]();
}
