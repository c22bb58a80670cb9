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
import { Demo } from "./sidecar/demo.js";
import { findSidecar, isFile, isFolder, type Launch } from "./sidecar/process.js";
import { runOnce } from "./sidecar/spawn.js";
import type { Result } from "./lib/result.js";
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
  const demo = createDemo(context);
  const sidecar = createSidecar(extensionUri.fsPath, version, log, demo);
  stop = () => sidecar.stop();

  const remembered = new RememberedRows(globalState, version);
  const shown = scope(demo);
  const store = new TaskStore(sidecarSource(sidecar), shown, remembered.of(shown));
  const filter = new ListFilter(workspaceState);
  const searches = new SavedSearches(globalState);
  const archive = new TaskStore(sidecarSource(sidecar), archiveScope(demo));
  const views = new Views({ sidecar, store, archive, filter });
  const panels = new TaskPanels(sidecar, context, log, {
    known: (threadId) => store.get(threadId) ?? archive.get(threadId),
    isExample: () => demo.isOpen,
  });
  const usagePage = new UsagePage(sidecar, extensionUri);
  const kept = { store, archive, filter, searches };
  const parts = { sidecar, demo, ...kept, panels, usagePage, log };

  subscriptions.push(
    log,
    store,
    archive,
    remembered.follow(store),
    views,
    panels,
    usagePage,
    registerDiffDocuments(sidecar),
    registerCommands({ ...parts, selection: (view) => views.selection(view) }),
    sidecar.onTrouble(reportTrouble),
    followSidecar(sidecar, store, views),
    followSettings({ sidecar, demo, store, views, remembered, panels }),
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

function followSettings(followers: {
  readonly sidecar: Sidecar;
  readonly demo: Demo;
  readonly store: TaskStore;
  readonly views: Views;
  readonly remembered: RememberedRows;
  readonly panels: TaskPanels;
}): vscode.Disposable {
  const { sidecar, demo, store, views, remembered, panels } = followers;
  const say = (): void => {
    // The example tasks are of no folder of the user's: they are shown all.
    void setContext("scope", demo.isOpen ? "demo" : readSetting("scope"));
    views.showDemo(demo.isOpen);
  };
  const list = (): void => {
    say();
    void store.show(scope(demo), remembered.of(scope(demo)));
    void views.showArchiveOf(archiveScope(demo));
  };
  const groupBy = (): void => {
    views.regroup();
  };
  say();
  void setContext("groupBy", readSetting("groupBy"));
  return vscode.Disposable.from(
    vscode.workspace.onDidChangeWorkspaceFolders(list),
    demo.onChanged(async () => {
      await sidecar.restart();
      list();
      if (!demo.isOpen) {
        panels.comeBack(await demo.takeLeft());
      }
    }),
    onSettings({ sidecar: () => sidecar.restart(), list, groupBy }),
  );
}

function createSidecar(
  extensionPath: string,
  version: string,
  log: vscode.LogOutputChannel,
  demo: Demo,
): Sidecar {
  // Run in our folder: programs that a user's folder brings must not be imported.
  const connection = {
    version,
    log,
    cwd: extensionPath,
    initializationOptions: () => ({
      ...initializationOptions(),
      ...demo.initializationOptions,
    }),
  };
  return new Sidecar({
    log,
    launch: () => launchOf(extensionPath),
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

function createDemo({
  extensionUri,
  globalStorageUri,
  workspaceState,
}: vscode.ExtensionContext): Demo {
  return new Demo({
    memento: workspaceState,
    folder: vscode.Uri.joinPath(globalStorageUri, "demo").fsPath,
    isFolder,
    write: async (folder) => {
      const launch = launchOf(extensionUri.fsPath);
      if (!launch.ok) {
        throw new Error(launch.error);
      }
      await runOnce(launch.value, ["demo", folder], extensionUri.fsPath);
    },
  });
}

function launchOf(extensionPath: string): Result<Launch, string> {
  return findSidecar({
    extensionPath,
    pythonPath: readSetting("pythonPath").trim(),
    platform: process.platform,
    searchPath: process.env["PATH"] ?? "",
    userHome: os.homedir(),
    isFile,
  });
}

function scope(demo: Demo): Scope {
  if (demo.isOpen) {
    return { folders: null, subAgents: readSetting("showSubAgents"), isDemo: true };
  }
  const folders = workspaceFolders();
  const isNarrow = readSetting("scope") === "workspace" && folders.length > 0;
  return {
    folders: isNarrow ? folders : null,
    subAgents: readSetting("showSubAgents"),
  };
}

function archiveScope(demo: Demo): Scope {
  return { ...scope(demo), states: ["archived", "trashed"] };
}
