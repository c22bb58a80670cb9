/** Composes the extension: everything is made here, once, and handed down. */
import * as os from "node:os";
import * as vscode from "vscode";

import { registerCommands } from "./commands/index.js";
import { workspaceFolders } from "./commands/target.js";
import { translateWith } from "./lib/l10n.js";
import { messageOf } from "./lib/log.js";
import { registerDiffDocuments } from "./panel/diff-documents.js";
import { TaskPanels } from "./panel/task-panels.js";
import { initializationOptions, onSettings, readSetting } from "./settings.js";
import { Sidecar } from "./sidecar/client.js";
import { Connection } from "./sidecar/connection.js";
import { findSidecar, isFile } from "./sidecar/process.js";
import type { Scope } from "./tasks/scope.js";
import { sidecarSource } from "./tasks/sidecar-source.js";
import { TaskStore } from "./tasks/task-store.js";
import { RememberedRows } from "./views/remembered-rows.js";
import { reportTrouble } from "./views/sidecar-trouble.js";
import { StatusBar } from "./views/status-bar.js";
import { TaskTree } from "./views/task-tree.js";
import { setContext, TasksView } from "./views/tasks-view.js";

let stop: (() => Promise<void>) | undefined;

export function activate(context: vscode.ExtensionContext): void {
  translateWith(vscode.l10n.t);
  try {
    compose(context);
  } catch (thrown) {
    void vscode.window.showErrorMessage(
      vscode.l10n.t("Threadbook could not start: {0}", messageOf(thrown)),
    );
    throw thrown;
  }
}

export async function deactivate(): Promise<void> {
  await stop?.();
}

function compose(context: vscode.ExtensionContext): void {
  const { extensionUri, extension, globalState, subscriptions } = context;
  const { version } = extension.packageJSON as { readonly version: string };
  const log = vscode.window.createOutputChannel("Threadbook", { log: true });
  const sidecar = createSidecar(extensionUri.fsPath, version, log);
  stop = () => sidecar.stop();

  const remembered = new RememberedRows(globalState, version);
  const store = new TaskStore(sidecarSource(sidecar), scope(), remembered.of(scope()));
  const tree = new TaskTree(store, () => readSetting("groupBy"));
  const view = new TasksView(sidecar, store, tree);
  const panels = new TaskPanels(sidecar, extensionUri, log);

  subscriptions.push(
    log,
    store,
    remembered.follow(store),
    tree,
    view,
    panels,
    new StatusBar(sidecar, store),
    registerDiffDocuments(sidecar),
    registerCommands({ sidecar, store, panels, log }),
    sidecar.onTrouble(reportTrouble),
    sidecar.onState((state) => {
      if (state === "running") {
        void store.load();
        void view.lookForCodex();
      }
    }),
    followSettings(sidecar, store, tree, remembered),
  );
  void sidecar.start();
}

function followSettings(
  sidecar: Sidecar,
  store: TaskStore,
  tree: TaskTree,
  remembered: RememberedRows,
): vscode.Disposable {
  const list = (): void => {
    void setContext("scope", readSetting("scope"));
    void store.show(scope(), remembered.of(scope()));
  };
  const groupBy = (): void => {
    void setContext("groupBy", readSetting("groupBy"));
    tree.redraw();
  };
  void setContext("scope", readSetting("scope"));
  void setContext("groupBy", readSetting("groupBy"));
  return vscode.Disposable.from(
    vscode.workspace.onDidChangeWorkspaceFolders(list),
    onSettings({ sidecar: () => sidecar.restart(), list, groupBy }),
  );
}

function createSidecar(
  extensionPath: string,
  version: string,
  log: vscode.LogOutputChannel,
): Sidecar {
  // Run in our folder: programs that a user's folder brings must not be imported.
  const connection = { version, log, cwd: extensionPath, initializationOptions };
  return new Sidecar({
    log,
    launch: () =>
      findSidecar({
        extensionPath,
        pythonPath: readSetting("pythonPath").trim(),
        platform: process.platform,
        searchPath: process.env["PATH"] ?? "",
        userHome: os.homedir(),
        isFile,
      }),
    connect: (launch, ...listeners) => new Connection(launch, connection, ...listeners),
    traces: () => readSetting("trace") !== "off",
    delay: (milliseconds, callback) => {
      const timer = setTimeout(callback, milliseconds);
      return () => {
        clearTimeout(timer);
      };
    },
  });
}

function scope(): Scope {
  const folders = workspaceFolders();
  const isNarrow = readSetting("scope") === "workspace" && folders.length > 0;
  return {
    folders: isNarrow ? folders : null,
    subAgents: readSetting("showSubAgents"),
  };
}
