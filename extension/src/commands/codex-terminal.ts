/** A terminal in which codex runs: directly, so that no shell has to be quoted for. */
import * as vscode from "vscode";

import { t } from "../lib/l10n.js";
import { SidecarError } from "../sidecar/errors.js";
import type { Context } from "./context.js";

export interface CodexRun {
  readonly name: string;
  readonly args: readonly string[];
  readonly cwd: string | undefined;
}

/** @throws SidecarError when there is no codex. */
export async function codexTerminal(
  { sidecar }: Context,
  { name, args, cwd }: CodexRun,
): Promise<void> {
  const { codexPath, codexHome } = await sidecar.request("home/doctor", {});
  if (codexPath === null) {
    throw new SidecarError(
      "codexUnavailable",
      t("Codex was not found on this machine."),
    );
  }
  const terminal = vscode.window.createTerminal({
    name,
    shellPath: codexPath,
    shellArgs: [...args],
    env: { CODEX_HOME: codexHome },
    ...(cwd === undefined ? {} : { cwd }),
  });
  terminal.show();
}
