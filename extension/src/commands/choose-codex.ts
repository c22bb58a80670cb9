/** *Choose codex...*: which program runs tasks. */
import * as vscode from "vscode";

import { t } from "../lib/l10n.js";
import { writeSetting } from "../settings.js";

export async function chooseCodex(): Promise<void> {
  const [file] =
    (await vscode.window.showOpenDialog({
      title: t("The codex program"),
      openLabel: t("Use this"),
    })) ?? [];
  if (file !== undefined) {
    await writeSetting("codexPath", file.fsPath);
  }
}
