/** All open task panels: one a task, brought back after a restart. */
import * as vscode from "vscode";

import type { Log } from "../lib/log.js";
import type { LeftPanel } from "../sidecar/demo.js";
import type { Task } from "../protocol/index.js";
import { Disposables } from "../lib/disposables.js";
import { DeskStorage } from "./desk-storage.js";
import type { PanelState } from "./messages.js";
import type { PanelSource } from "./panel-host.js";
import { pageOptions } from "./panel-page.js";
import { panelTitle, TaskPanel, type TaskPanelOptions } from "./task-panel.js";

export const PANEL_TYPE = "threadbook.task";

export class TaskPanels implements vscode.WebviewPanelSerializer, vscode.Disposable {
  readonly #options: TaskPanelOptions;
  readonly #panels = new Set<TaskPanel>();
  readonly #held = new Disposables();

  constructor(
    source: PanelSource,
    { extensionUri, globalState, globalStorageUri }: vscode.ExtensionContext,
    log: Log,
    { known, isExample }: Pick<TaskPanelOptions, "known" | "isExample">,
  ) {
    const desks = new DeskStorage(globalState, globalStorageUri);
    void desks.sweep(Date.now());
    this.#options = {
      source,
      desks,
      known,
      isExample,
      open: (threadId, beside) => {
        this.open(threadId, { focusComposer: true, beside });
      },
      extensionUri,
      log,
      onGone: (panel) => this.#panels.delete(panel),
    };
    this.#held.add(vscode.window.registerWebviewPanelSerializer(PANEL_TYPE, this));
  }

  /** The task whose panel has the focus. */
  get active(): Task | undefined {
    return [...this.#panels].find((panel) => panel.isActive)?.session.task;
  }

  open(
    threadId: string,
    options: {
      readonly focusComposer: boolean;
      readonly step?: number;
      /** An item of that step. */
      readonly itemId?: string;
      readonly beside?: boolean;
    },
  ): void {
    const open = [...this.#panels].find(({ session }) => session.threadId === threadId);
    open?.reveal();
    const panel = open ?? this.#create(threadId, columnOf(options));
    if (options.focusComposer) {
      panel.session.focusComposer();
    }
    if (options.step !== undefined) {
      panel.session.showStep(options.step, options.itemId ?? null);
    }
  }

  /** Closes all for a while: turns that run go on, and *comeBack* opens them again. */
  leave(): readonly LeftPanel[] {
    return [...this.#panels].map((panel) => {
      const { session, column } = panel;
      session.leave();
      panel.close();
      return { threadId: session.threadId, column };
    });
  }

  comeBack(left: readonly LeftPanel[]): void {
    for (const { threadId, column } of left) {
      if (![...this.#panels].some(({ session }) => session.threadId === threadId)) {
        this.#create(threadId, column);
      }
    }
  }

  /** Closes the panels of tasks that fit. */
  close(fits: (task: Task) => boolean): void {
    for (const panel of [...this.#panels]) {
      const { task } = panel.session;
      if (task !== undefined && fits(task)) {
        panel.close();
      }
    }
  }

  deserializeWebviewPanel(
    panel: vscode.WebviewPanel,
    state: Partial<PanelState> | undefined,
  ): Promise<void> {
    if (typeof state?.threadId === "string") {
      this.#add(state.threadId, panel);
    } else {
      // It was closed before it had shown anything.
      panel.dispose();
    }
    return Promise.resolve();
  }

  dispose(): void {
    this.#held.dispose();
    // Panels stay open: VS Code brings them back.
    this.#panels.forEach((panel) => panel.session.detach());
  }

  #create(threadId: string, column: vscode.ViewColumn): TaskPanel {
    const { known, extensionUri } = this.#options;
    const panel = vscode.window.createWebviewPanel(
      PANEL_TYPE,
      panelTitle(known(threadId)),
      column,
      {
        ...pageOptions(extensionUri),
        retainContextWhenHidden: false,
        // The page finds by itself, also what is not in it now.
        enableFindWidget: false,
      },
    );
    return this.#add(threadId, panel);
  }

  #add(threadId: string, webviewPanel: vscode.WebviewPanel): TaskPanel {
    const panel = new TaskPanel(threadId, webviewPanel, this.#options);
    this.#panels.add(panel);
    return panel;
  }
}

function columnOf({ beside }: { readonly beside?: boolean }): vscode.ViewColumn {
  return beside === true ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active;
}
