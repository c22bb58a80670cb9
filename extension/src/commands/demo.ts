/** *Open demo* and *Close demo*: example tasks to try everything on, and back. */
import * as vscode from "vscode";

import { t } from "../lib/l10n.js";
import { VIEW_ID } from "../views/tasks-view.js";
import type { Context } from "./context.js";

export async function openDemo(context: Context): Promise<void> {
  const { demo, panels } = context;
  await vscode.commands.executeCommand(`${VIEW_ID}.focus`);
  if (demo.isOpen) {
    return;
  }
  await vscode.window.withProgress({ location: { viewId: VIEW_ID } }, () =>
    demo.open(() => panels.leave()),
  );
  const back = t("Close demo");
  const choice = await vscode.window.showInformationMessage(
    t(
      "These are example tasks: read, search, archive and delete them as you like. Your own are not touched.",
    ),
    back,
  );
  if (choice === back) {
    await closeDemo(context);
  }
}

export async function closeDemo({ demo, panels }: Context): Promise<void> {
  panels.close((task) => task.rollouts.some(({ path }) => demo.owns(path)));
  await demo.close();
}
