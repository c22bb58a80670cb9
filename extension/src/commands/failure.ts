/** A command that failed: one sentence, and what can be done about it. */
import * as vscode from "vscode";

import { withoutLinks } from "../lib/text.js";
import { performAction } from "../panel/panel-actions.js";
import { isActionId, troubleOf } from "../panel/trouble.js";
import type { Task } from "../protocol/index.js";
import { toSidecarError } from "../sidecar/errors.js";

export async function showFailure(thrown: unknown, task?: Task): Promise<void> {
  const { message, actions } = troubleOf(toSidecarError(thrown), task);
  const choice = await vscode.window.showErrorMessage(
    withoutLinks(message),
    ...actions
      .filter(({ id }) => id !== "reload" && id !== "chooseFolder")
      .map(({ label }) => label),
  );
  const id = actions.find(({ label }) => label === choice)?.id;
  if (id !== undefined && isActionId(id) && id !== "reload" && id !== "chooseFolder") {
    await performAction(id, task?.threadId);
  }
}
