/** In an untrusted folder nothing is run, and in the demo there is no Codex to run. */
import * as vscode from "vscode";

import { t } from "../lib/l10n.js";
import type { Context } from "./context.js";

/** False, and said so, where tasks are only read. */
export function mayRun({ demo }: Pick<Context, "demo">): boolean {
  if (demo.isOpen) {
    void offerOwn();
  } else if (!vscode.workspace.isTrusted) {
    void offerTrust();
  }
  return vscode.workspace.isTrusted && !demo.isOpen;
}

async function offerOwn(): Promise<void> {
  const message = t(
    "There is no Codex behind the demo. Close it to go on with your own tasks.",
  );
  const close = t("Close demo");
  if ((await vscode.window.showInformationMessage(message, close)) === close) {
    await vscode.commands.executeCommand("threadbook.closeDemo");
  }
}

async function offerTrust(): Promise<void> {
  const message = t("In an untrusted folder tasks can be read, not resumed.");
  const manage = t("Manage trust...");
  if ((await vscode.window.showWarningMessage(message, manage)) === manage) {
    await vscode.commands.executeCommand("workbench.trust.manage");
  }
}
