/** The settings, typed: the only place that spells their names. */
import * as os from "node:os";
import * as vscode from "vscode";

import { expandHome } from "./sidecar/process.js";

const SECTION = "threadbook";

export interface Settings {
  readonly codexHome: string;
  readonly codexPath: string;
  readonly pythonPath: string;
  readonly scope: "workspace" | "all";
  readonly groupBy: "date" | "folder" | "tag";
  readonly showSubAgents: boolean;
  readonly autoResume: "off" | "ask" | "on";
  readonly trashKeepDays: number;
  readonly searchOutputs: boolean;
  readonly trace: "off" | "requests";
}

/** What the sidecar is started with: a change starts it anew. */
const OF_THE_SIDECAR = [
  "codexHome",
  "codexPath",
  "pythonPath",
  "autoResume",
  "trashKeepDays",
  "searchOutputs",
] as const;
const OF_THE_LIST = ["scope", "showSubAgents"] as const;

export function readSetting<K extends keyof Settings>(name: K): Settings[K] {
  // The manifest gives every setting its type and a default.
  return (vscode.workspace.getConfiguration(SECTION) as unknown as Settings)[name];
}

/** Written where the user set it before, else for all windows. */
export async function writeSetting<K extends keyof Settings>(
  name: K,
  value: Settings[K],
): Promise<void> {
  const settings = vscode.workspace.getConfiguration(SECTION);
  const target =
    settings.inspect(name)?.workspaceValue === undefined
      ? vscode.ConfigurationTarget.Global
      : vscode.ConfigurationTarget.Workspace;
  await settings.update(name, value, target);
}

/** What the sidecar takes at `initialize`; what is not set is left out. */
export function initializationOptions(): object {
  const expanded = (name: "codexHome" | "codexPath"): string =>
    expandHome(readSetting(name).trim(), os.homedir());
  const programs = (["codexHome", "codexPath"] as const)
    .map((name) => [name, expanded(name)] as const)
    .filter(([, value]) => value !== "");
  return {
    ...Object.fromEntries(programs),
    autoResume: readSetting("autoResume"),
    trashKeepDays: readSetting("trashKeepDays"),
    searchOutputs: readSetting("searchOutputs"),
  };
}

export function onSettings(listeners: {
  sidecar(): unknown;
  list(): unknown;
  groupBy(): unknown;
}): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((change) => {
    const isOneOf = (names: readonly (keyof Settings)[]): boolean =>
      names.some((name) => change.affectsConfiguration(`${SECTION}.${name}`));
    if (isOneOf(OF_THE_SIDECAR)) {
      listeners.sidecar();
    }
    if (isOneOf(OF_THE_LIST)) {
      listeners.list();
    }
    if (isOneOf(["groupBy"])) {
      listeners.groupBy();
    }
  });
}
