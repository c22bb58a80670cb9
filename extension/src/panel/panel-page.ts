/** The page that VS Code shows in a panel: where it comes from and what it may do. */
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";

import { t } from "../lib/l10n.js";
import { panelHtml } from "./panel-html.js";

/**
 * A panel is made with these: with others VS Code would begin a page, throw it away and
 * begin the right one.
 */
export function pageOptions(extensionUri: vscode.Uri): vscode.WebviewOptions {
  return { enableScripts: true, localResourceRoots: [distOf(extensionUri)] };
}

export function pageHtml(webview: vscode.Webview, extensionUri: vscode.Uri): string {
  const dist = distOf(extensionUri);
  const address = (name: string): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(dist, name)).toString();
  return panelHtml({
    cspSource: webview.cspSource,
    nonce: randomBytes(18).toString("base64url"),
    script: address("webview.js"),
    highlighter: address("highlighter.js"),
    style: address("webview.css"),
    title: t("Codex task"),
    language: vscode.env.language,
    strings: vscode.l10n.bundle ?? {},
  });
}

function distOf(extensionUri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, "extension", "dist");
}
