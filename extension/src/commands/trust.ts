/** In an untrusted folder nothing is run. */
import * as vscode from "vscode";

import { t } from "../lib/l10n.js";

/** False, and said so, where tasks are only read. */
export function mayRun(): boolean {
  if (!vscode.workspace.isTrusted) {
    void offerTrust();
  }
  return vscode.workspace.isTrusted;
}

async function offerTrust(): Promise<void> {
  const message = t("In an untrusted folder tasks can be read, not resumed.");
  const manage = t("Manage trust...");
  if ((await vscode.window.showWarningMessage(message, manage)) === manage) {
    await vscode.commands.executeCommand("workbench.trust.manage");
  }
}
