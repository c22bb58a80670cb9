/** A task's editor tab: the webview, and what its session needs of VS Code. */
import * as vscode from "vscode";

import { Disposables } from "../lib/disposables.js";
import { t } from "../lib/l10n.js";
import { messageOf, type Log } from "../lib/log.js";
import { oneLine } from "../lib/text.js";
import type { Approval, Task } from "../protocol/index.js";
import { askApproval } from "./approval-notification.js";
import { chooseFile, chooseModel, chooseTask } from "./choosing.js";
import type { DeskStorage } from "./desk-storage.js";
import type { KeptDesk } from "./kept-desk.js";
import { openDiff } from "./diff-documents.js";
import type { FromPanel, ToPanel } from "./messages.js";
import { safeLink, safePath } from "./open-outside.js";
import { performAction } from "./panel-actions.js";
import type { PanelHost, PanelSource } from "./panel-host.js";
import { pageHtml, pageOptions } from "./panel-page.js";
import { PanelSession } from "./panel-session.js";
import { openSinceStart } from "./since-start.js";
import type { ActionId } from "./trouble.js";
import { checkedOut, chooseWorktree } from "./worktree.js";

const TITLE_LENGTH = 60;

export interface TaskPanelOptions {
  readonly source: PanelSource;
  readonly extensionUri: vscode.Uri;
  readonly log: Log;
  readonly desks: DeskStorage;
  /** The row of a task, where it is listed. */
  known(this: void, threadId: string): Task | undefined;
  /** Opens the panel of another task. */
  open(threadId: string, beside: boolean): void;
  onGone(panel: TaskPanel): void;
  /** Whether the tasks are the demo's. */
  isExample(this: void): boolean;
}

export class TaskPanel implements PanelHost {
  readonly session: PanelSession;
  readonly #panel: vscode.WebviewPanel;
  readonly #options: TaskPanelOptions;
  readonly #held = new Disposables();
  readonly #outbox: ToPanel[] = [];

  constructor(threadId: string, panel: vscode.WebviewPanel, options: TaskPanelOptions) {
    this.#panel = panel;
    this.#options = options;
    const task = options.known(threadId);
    this.session = this.#held.add(
      new PanelSession(threadId, options.source, this, task),
    );
    this.session.readAhead();
    this.#held.add(panel.onDidDispose(() => this.#gone()));
    this.#held.add(
      panel.onDidChangeViewState(() => {
        if (panel.visible) {
          this.session.readAhead();
        } else {
          this.session.hidden();
        }
      }),
    );
    this.#held.add(
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.session.trustChanged()),
    );
    this.#held.add(
      panel.webview.onDidReceiveMessage(
        (message: FromPanel) => void this.#receive(message),
      ),
    );
    this.#load();
  }

  get isVisible(): boolean {
    return this.#panel.visible;
  }

  get isActive(): boolean {
    return this.#panel.active;
  }

  get mayRun(): boolean {
    return vscode.workspace.isTrusted && !this.isExample;
  }

  get isExample(): boolean {
    return this.#options.isExample();
  }

  get column(): vscode.ViewColumn {
    return this.#panel.viewColumn ?? vscode.ViewColumn.Active;
  }

  reveal(): void {
    this.#panel.reveal();
  }

  close(): void {
    this.#panel.dispose();
  }

  /** What is said in one go arrives in one go, and is drawn so. */
  post(message: ToPanel): void {
    this.#outbox.push(message);
    if (this.#outbox.length === 1) {
      setImmediate(() => {
        const messages = this.#outbox.splice(0);
        // None is left when the panel is gone.
        if (messages.length > 0) {
          void this.#panel.webview.postMessage(messages);
        }
      });
    }
  }

  showTask(task: Task): void {
    const title = panelTitle(task);
    if (title !== this.#panel.title) {
      this.#panel.title = title;
    }
  }

  notify(approval: Approval, task: Task | undefined): void {
    void askApproval(approval, task, {
      show: () => this.reveal(),
      answer: (decision) => this.session.answer(approval.requestId, decision),
    });
  }

  openFile(written: string, line: number | null, cwd: string | null): void {
    const file = safePath(written, cwd);
    if (file === undefined) {
      void vscode.window.showWarningMessage(t("This file can't be opened."));
      return;
    }
    const at = new vscode.Position(Math.max(0, (line ?? 1) - 1), 0);
    const options = { selection: new vscode.Range(at, at) };
    vscode.window
      .showTextDocument(vscode.Uri.file(file), options)
      .then(undefined, (thrown: unknown) => {
        void vscode.window.showWarningMessage(messageOf(thrown));
      });
  }

  openDiff(threadId: string, itemId: string, path: string): void {
    void openDiff({ threadId, itemId, path });
  }

  openLink(url: string): void {
    const link = safeLink(url);
    if (link !== undefined) {
      void vscode.env.openExternal(vscode.Uri.parse(link, true));
    }
  }

  copy(text: string): void {
    void vscode.env.clipboard.writeText(text);
  }

  async chooseFolder(): Promise<string | undefined> {
    const [folder] =
      (await vscode.window.showOpenDialog({
        title: t("Folder to go on in"),
        canSelectFiles: false,
        canSelectFolders: true,
      })) ?? [];
    return folder?.fsPath;
  }

  openTask(threadId: string, beside: boolean): void {
    this.#options.open(threadId, beside);
  }

  revealFile(path: string): void {
    void vscode.commands.executeCommand("revealFileInOS", vscode.Uri.file(path));
  }

  openSinceStart = openSinceStart;
  chooseWorktree = chooseWorktree;
  checkedOut = checkedOut;
  chooseModel = chooseModel;
  chooseFile = chooseFile;
  chooseTask = chooseTask;

  keepPicture(mime: string, data: string): Promise<string> {
    return this.#options.desks.keepPicture(mime, data);
  }

  keptDesk(threadId: string): KeptDesk {
    return this.#options.desks.get(threadId);
  }

  keepDesk(threadId: string, desk: KeptDesk): void {
    this.#options.desks.put(threadId, desk);
  }

  perform(action: Exclude<ActionId, "chooseFolder" | "reload">): void {
    void performAction(action, this.session.threadId);
  }

  #load(): void {
    const { extensionUri } = this.#options;
    const media = vscode.Uri.joinPath(extensionUri, "extension", "media");
    this.#panel.iconPath = {
      light: vscode.Uri.joinPath(media, "task-light.svg"),
      dark: vscode.Uri.joinPath(media, "task-dark.svg"),
    };
    // Those of a panel that was brought back; a new one has them already.
    this.#panel.webview.options = pageOptions(extensionUri);
    this.#panel.webview.html = pageHtml(this.#panel.webview, extensionUri);
  }

  async #receive(message: FromPanel): Promise<void> {
    try {
      await this.session.receive(message);
    } catch (thrown) {
      // The session shows what it expects; this is a fault of ours.
      this.#options.log.error(`Panel, ${message.type}: ${messageOf(thrown)}`);
    }
  }

  #gone(): void {
    this.#held.dispose();
    this.#outbox.length = 0;
    this.#options.onGone(this);
  }
}

/** What its tab says. */
export function panelTitle(task: Task | undefined): string {
  return oneLine(task?.displayName ?? "", TITLE_LENGTH) || t("Task");
}
