/** A quick pick that does more than to choose once: it lives until it is hidden. */
import * as vscode from "vscode";

import { Disposables } from "../lib/disposables.js";

/** *build* fills it and listens to it; what it adds to *held* goes with the box. */
export function showBox<T extends vscode.QuickPickItem>(
  build: (box: vscode.QuickPick<T>, held: Disposables) => void,
): Promise<void> {
  return new Promise((resolve) => {
    const held = new Disposables();
    const box = held.add(vscode.window.createQuickPick<T>());
    box.matchOnDescription = true;
    keepOrder(box);
    held.add(
      box.onDidHide(() => {
        held.dispose();
        resolve();
      }),
    );
    build(box, held);
    box.show();
  });
}

/** Rows stay in the order in which they are given; VS Code itself would sort them. */
function keepOrder<T extends vscode.QuickPickItem>(box: vscode.QuickPick<T>): void {
  // Not in VS Code's types, and ignored where it is not known.
  Object.assign(box, { sortByLabel: false });
}
