/** Long work, as VS Code shows it: how far it is, and what a cancel means. */
import type * as vscode from "vscode";

import { t } from "../lib/l10n.js";
import { toSidecarError } from "../sidecar/errors.js";

/** Says how many of *total* are done by now. */
export function counting(
  progress: vscode.Progress<{ message?: string; increment?: number }>,
  total: number,
): (done: number) => void {
  let before = 0;
  return (done) => {
    const increment = (100 * (done - before)) / total;
    progress.report({ increment, message: t("{0} of {1}", Math.floor(done), total) });
    before = done;
  };
}

/** For `catch`: who cancelled has no answer, and that is no fault. */
export function unlessCancelled(thrown: unknown): undefined {
  if (toSidecarError(thrown).kind !== "cancelled") {
    throw thrown;
  }
}
