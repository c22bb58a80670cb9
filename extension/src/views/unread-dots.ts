/** The dot behind rows of tasks that did something since one last looked. */
import * as vscode from "vscode";

import { t } from "../lib/l10n.js";

const SCHEME = "threadbook-unread";

/** What a row is given that is to have a dot; others are given none. */
export function unreadUri(threadId: string): vscode.Uri {
  return vscode.Uri.from({ scheme: SCHEME, path: `/${threadId}` });
}

export function showUnreadDots(): vscode.Disposable {
  return vscode.window.registerFileDecorationProvider({
    provideFileDecoration: ({ scheme }) => (scheme === SCHEME ? dot() : undefined),
  });
}

function dot(): vscode.FileDecoration {
  const color = new vscode.ThemeColor("notificationsInfoIcon.foreground");
  return new vscode.FileDecoration("●", t("Unread"), color);
}
