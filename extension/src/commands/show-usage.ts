/** *Show usage limits*: the view *Usage*. */
import * as vscode from "vscode";

import { USAGE_ID } from "../views/usage-view.js";

export async function showUsageLimits(): Promise<void> {
  await vscode.commands.executeCommand(`${USAGE_ID}.focus`);
}
