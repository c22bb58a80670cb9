/** Tells the user that the sidecar stopped, in their words and with a way on. */
import * as vscode from "vscode";

import { t } from "../lib/l10n.js";
import { withoutLinks } from "../lib/text.js";
import type { SidecarTrouble } from "../sidecar/client.js";

export async function reportTrouble({
  message,
  restarts,
}: SidecarTrouble): Promise<void> {
  const text = withoutLinks(message);
  const showLog = t("Show log");
  const restart = t("Restart sidecar");
  const choice = restarts
    ? await vscode.window.showWarningMessage(text, showLog)
    : await vscode.window.showErrorMessage(text, restart, showLog);
  if (choice === showLog) {
    await vscode.commands.executeCommand("threadbook.showLog");
  } else if (choice === restart) {
    await vscode.commands.executeCommand("threadbook.restartSidecar");
  }
}
