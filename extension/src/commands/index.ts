/**
 * The command table. package.json contributes exactly these (a test compares both);
 * a new command is a file, a line here, and its entries there.
 */
import * as vscode from "vscode";

import { Disposables, type Disposable } from "../lib/disposables.js";
import { archive, unarchive } from "./archive.js";
import { editTags, pin, unpin } from "./annotate.js";
import { chooseCodex } from "./choose-codex.js";
import { clear, undoClear } from "./clear.js";
import type { Command, Context } from "./context.js";
import { compact } from "./compact.js";
import { copyId } from "./copy-id.js";
import { closeDemo, openDemo } from "./demo.js";
import { deletePermanently, deleteTasks, restore } from "./delete.js";
import { exportTasks } from "./export.js";
import { showFailure } from "./failure.js";
import { clearFilter, filterTasks } from "./filter.js";
import { interrupt } from "./interrupt.js";
import {
  groupByDate,
  groupByFolder,
  groupByTag,
  refresh,
  showAllFolders,
  showThisWorkspace,
} from "./list-options.js";
import { newTask } from "./new-task.js";
import { open } from "./open.js";
import { purge } from "./purge.js";
import { relink } from "./relink.js";
import { rename } from "./rename.js";
import { resumeInTerminal } from "./resume-in-terminal.js";
import { resumeLast } from "./resume-last.js";
import { resume } from "./resume.js";
import { revealRollout } from "./reveal-rollout.js";
import { reviewChanges } from "./review-changes.js";
import { saveFilter, savedSearches } from "./saved.js";
import { search } from "./search.js";
import { showChanges } from "./show-changes.js";
import { openUsage, refreshUsage, showUsageLimits } from "./show-usage.js";
import { restartSidecar, showLog } from "./sidecar.js";
import { amendAndResume, forkTask, resumeFromStep } from "./steps.js";
import { unschedule } from "./unschedule.js";

export const COMMANDS: Readonly<Record<string, Command>> = {
  "threadbook.amendAndResume": amendAndResume,
  "threadbook.archive": archive,
  "threadbook.chooseCodex": chooseCodex,
  "threadbook.clear": clear,
  "threadbook.clearFilter": clearFilter,
  "threadbook.closeDemo": closeDemo,
  "threadbook.compact": compact,
  "threadbook.copyId": copyId,
  "threadbook.delete": deleteTasks,
  "threadbook.deletePermanently": deletePermanently,
  "threadbook.editTags": editTags,
  "threadbook.export": exportTasks,
  "threadbook.filter": filterTasks,
  "threadbook.fork": forkTask,
  "threadbook.groupByDate": groupByDate,
  "threadbook.groupByFolder": groupByFolder,
  "threadbook.groupByTag": groupByTag,
  "threadbook.interrupt": interrupt,
  "threadbook.newTask": newTask,
  "threadbook.open": open,
  "threadbook.openDemo": openDemo,
  "threadbook.openUsage": openUsage,
  "threadbook.pin": pin,
  "threadbook.purge": purge,
  "threadbook.refresh": refresh,
  "threadbook.refreshUsage": refreshUsage,
  "threadbook.relink": relink,
  "threadbook.rename": rename,
  "threadbook.restartSidecar": restartSidecar,
  "threadbook.restore": restore,
  "threadbook.resume": resume,
  "threadbook.resumeFromStep": resumeFromStep,
  "threadbook.resumeInTerminal": resumeInTerminal,
  "threadbook.resumeLast": resumeLast,
  "threadbook.revealRollout": revealRollout,
  "threadbook.reviewChanges": reviewChanges,
  "threadbook.saveFilter": saveFilter,
  "threadbook.savedSearches": savedSearches,
  "threadbook.search": search,
  "threadbook.showAllFolders": showAllFolders,
  "threadbook.showChanges": showChanges,
  "threadbook.showLog": showLog,
  "threadbook.showThisWorkspace": showThisWorkspace,
  "threadbook.showUsageLimits": showUsageLimits,
  "threadbook.unarchive": unarchive,
  "threadbook.undoClear": undoClear,
  "threadbook.unpin": unpin,
  "threadbook.unschedule": unschedule,
};

export function registerCommands(context: Context): Disposable {
  const held = new Disposables();
  for (const [name, command] of Object.entries(COMMANDS)) {
    held.add(
      vscode.commands.registerCommand(
        name,
        async (argument: unknown, selected: unknown) => {
          try {
            await command(context, argument, selected);
          } catch (thrown) {
            await showFailure(thrown);
          }
        },
      ),
    );
  }
  return held;
}
