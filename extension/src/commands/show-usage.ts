/** *Show usage limits*: the view *Usage*; *Open usage page*: all figures in a tab. */
import * as vscode from "vscode";

import { USAGE_ID } from "../views/usage-view.js";
import type { Context } from "./context.js";

export async function showUsageLimits(): Promise<void> {
  await vscode.commands.executeCommand(`${USAGE_ID}.focus`);
}

export function openUsage({ usagePage }: Context): Promise<void> {
  return usagePage.open();
}

export function refreshUsage({ usagePage }: Context): Promise<void> {
  return usagePage.refresh();
}
