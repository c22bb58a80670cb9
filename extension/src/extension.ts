/** Composes the extension: everything is made here, once, and handed down. */
import * as os from "node:os";
import * as vscode from "vscode";

import { registerCommands } from "./commands/index.js";
import { workspaceFolders } from "./commands/target.js";
import type { Disposable } from "./lib/disposables.js";
import { translateWith } from "./lib/l10n.js";
import { messageOf } from "./lib/log.js";
import { registerDiffDocuments } from "./panel/diff-documents.js";
import { TaskPanels } from "./panel/task-panels.js";
import { initializationOptions, onSettings, readSetting } from "./settings.js";
import { Sidecar } from "./sidecar/client.js";
import { Connection } from "./sidecar/connection.js";
import { findSidecar, isFile } from "./sidecar/process.js";
import type { Scope } from "./tasks/scope.js";
import { SavedSearches } from "./tasks/saved-searches.js";
import { sidecarSource } from "./tasks/sidecar-source.js";
import { TaskStore } from "./tasks/task-store.js";
import { Views } from "./views/index.js";
import { ListFilter } from "./views/list-filter.js";
import { RememberedRows } from "./views/remembered-rows.js";
import { reportTrouble } from "./views/sidecar-trouble.js";
import { setContext } from "./views/tasks-view.js";
import { UsagePage } from "./views/usage-page.js";

let stop: (() => Promise<void>) | undefined;

export function activate(context: vscode.ExtensionContext): void {
  translateWith(vscode.l10n.t, vscode.env.language);
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
  const { extensionUri, extension, globalState, workspaceState, subscriptions } =
    context;
  const { version } = extension.packageJSON as { readonly version: string };
  const log = vscode.window.createOutputChannel("Threadbook", { log: true });
  const sidecar = createSidecar(extensionUri.fsPath, version, log);
  stop = () => sidecar.stop();

  const remembered = new RememberedRows(globalState, version);
  const store = new TaskStore(sidecarSource(sidecar), scope(), remembered.of(scope()));
  const filter = new ListFilter(workspaceState);
  const searches = new SavedSearches(globalState);
  const archive = new TaskStore(sidecarSource(sidecar), archiveScope());
  const views = new Views({ sidecar, store, archive, filter });
  const panels = new TaskPanels(sidecar, context, log);
  const usagePage = new UsagePage(sidecar, extensionUri);

  subscriptions.push(
    log,
    store,
    archive,
    remembered.follow(store),
    views,
    panels,
    usagePage,
    registerDiffDocuments(sidecar),
    registerCommands({
      sidecar,
      store,
      archive,
      filter,
      searches,
      panels,
      usagePage,
      log,
      selection: (view) => views.selection(view),
    }),
    sidecar.onTrouble(reportTrouble),
    followSidecar(sidecar, store, views),
    followSettings(sidecar, store, views, remembered),
  );
  void sidecar.start();
}

function followSidecar(sidecar: Sidecar, store: TaskStore, views: Views): Disposable {
  return sidecar.onState((state) => {
    if (state === "running") {
      void store.load();
      void views.lookForCodex();
    }
  });
}

function followSettings(
  sidecar: Sidecar,
  store: TaskStore,
  views: Views,
  remembered: RememberedRows,
): vscode.Disposable {
  const list = (): void => {
    void setContext("scope", readSetting("scope"));
    void store.show(scope(), remembered.of(scope()));
    void views.showArchiveOf(archiveScope());
  };
  const groupBy = (): void => {
    views.regroup();
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

function archiveScope(): Scope {
  return { ...scope(), states: ["archived", "trashed"] };
}
