/**
 * The command table. package.json contributes exactly these (a test compares both);
 * a new command is a file, a line here, and its entries there.
 */
import * as vscode from "vscode";

import { Disposables, type Disposable } from "../lib/disposables.js";
import { chooseCodex } from "./choose-codex.js";
import type { Command, Context } from "./context.js";
import { copyId } from "./copy-id.js";
import { showFailure } from "./failure.js";
import { interrupt } from "./interrupt.js";
import {
  groupByDate,
  groupByFolder,
  refresh,
  showAllFolders,
  showThisWorkspace,
} from "./list-options.js";
import { open } from "./open.js";
import { resumeInTerminal } from "./resume-in-terminal.js";
import { resumeLast } from "./resume-last.js";
import { resume } from "./resume.js";
import { revealRollout } from "./reveal-rollout.js";
import { restartSidecar, showLog } from "./sidecar.js";

export const COMMANDS: Readonly<Record<string, Command>> = {
  "threadbook.chooseCodex": chooseCodex,
  "threadbook.copyId": copyId,
  "threadbook.groupByDate": groupByDate,
  "threadbook.groupByFolder": groupByFolder,
  "threadbook.interrupt": interrupt,
  "threadbook.open": open,
  "threadbook.refresh": refresh,
  "threadbook.restartSidecar": restartSidecar,
  "threadbook.resume": resume,
  "threadbook.resumeInTerminal": resumeInTerminal,
  "threadbook.resumeLast": resumeLast,
  "threadbook.revealRollout": revealRollout,
  "threadbook.showAllFolders": showAllFolders,
  "threadbook.showLog": showLog,
  "threadbook.showThisWorkspace": showThisWorkspace,
};

export function registerCommands(context: Context): Disposable {
  const held = new Disposables();
  for (const [name, command] of Object.entries(COMMANDS)) {
    held.add(
      vscode.commands.registerCommand(name, async (argument: unknown) => {
        try {
          await command(context, argument);
        } catch (thrown) {
          await showFailure(thrown);
        }
      }),
    );
  }
  return held;
}
