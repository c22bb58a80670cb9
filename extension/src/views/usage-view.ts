/** The view *Usage*, and the account's part of the status bar. */
import * as vscode from "vscode";

import { Disposables } from "../lib/disposables.js";
import { t } from "../lib/l10n.js";
import { messageOf } from "../lib/log.js";
import type { AccountUsage } from "../protocol/index.js";
import type { Sidecar } from "../sidecar/client.js";
import type { TaskStore } from "../tasks/task-store.js";
import { displayName } from "./task-item.js";
import { usageRows, type UsageRow } from "./usage-rows.js";
import { usageLook } from "./usage-words.js";

export const USAGE_ID = "threadbook.usage";
/** How often countdowns are written anew. */
const TICK_MS = 30_000;
const LARGEST = 10;

export class UsageView implements vscode.TreeDataProvider<UsageRow>, vscode.Disposable {
  readonly #sidecar: Sidecar;
  readonly #store: TaskStore;
  readonly #held = new Disposables();
  readonly #redraw = this.#held.add(new vscode.EventEmitter<undefined>());
  readonly #view: vscode.TreeView<UsageRow>;
  readonly #entry: vscode.StatusBarItem;
  #account: AccountUsage | null = null;

  readonly onDidChangeTreeData = this.#redraw.event;

  constructor(sidecar: Sidecar, store: TaskStore) {
    this.#sidecar = sidecar;
    this.#store = store;
    this.#view = this.#held.add(
      vscode.window.createTreeView(USAGE_ID, { treeDataProvider: this }),
    );
    this.#entry = this.#held.add(
      vscode.window.createStatusBarItem(USAGE_ID, vscode.StatusBarAlignment.Left),
    );
    this.#entry.name = t("Codex usage");
    this.#entry.command = "threadbook.showUsageLimits";
    this.#held.add(
      sidecar.onNotification("usage/changed", ({ account }) => {
        this.#account = account;
        this.refresh();
      }),
    );
    this.#held.add(sidecar.onState((state) => void this.#sidecarIs(state)));
    const tick = setInterval(() => this.refresh(), TICK_MS);
    this.#held.add({ dispose: () => clearInterval(tick) });
  }

  async getChildren(row?: UsageRow): Promise<UsageRow[]> {
    if (row !== undefined) {
      return [...(row.children ?? [])];
    }
    try {
      const [usage, stats] = await Promise.all([
        this.#sidecar.request("usage/read", {}),
        this.#sidecar.request("stats/read", { weighBytes: 0, largest: LARGEST }),
      ]);
      this.#view.message = "";
      const figures = { usage, stats, nameOf: (id: string) => this.#nameOf(id) };
      return [...usageRows(figures, Date.now(), vscode.env.language)];
    } catch (thrown) {
      this.#view.message = messageOf(thrown);
      return [];
    }
  }

  getTreeItem(row: UsageRow): vscode.TreeItem {
    const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;
    const shut = row.isOpen === true ? Expanded : Collapsed;
    const item = new vscode.TreeItem(
      row.label,
      row.children === undefined ? None : shut,
    );
    item.id = row.id;
    item.description = row.description;
    item.tooltip = `${row.label}\n${row.description}`;
    if (row.icon !== undefined) {
      item.iconPath = new vscode.ThemeIcon(row.icon);
    }
    if (row.contextValue !== undefined) {
      item.contextValue = row.contextValue;
    }
    if (row.threadId !== undefined) {
      item.command = {
        command: "threadbook.open",
        title: t("Open task"),
        arguments: [row.threadId],
      };
    }
    return item;
  }

  /** Reads the figures anew, when somebody looks. */
  refresh(): void {
    this.#drawEntry();
    if (this.#view.visible) {
      this.#redraw.fire(undefined);
    }
  }

  dispose(): void {
    this.#held.dispose();
  }

  async #sidecarIs(state: Sidecar["state"]): Promise<void> {
    if (state === "running") {
      const answer = await this.#sidecar.request("usage/read", {}).catch(() => null);
      this.#account = answer?.account ?? null;
      this.refresh();
    }
  }

  #drawEntry(): void {
    const look = usageLook(this.#account, Date.now(), vscode.env.language);
    if (look === undefined) {
      this.#entry.hide();
      return;
    }
    this.#entry.text = look.text;
    this.#entry.tooltip = look.tooltip;
    this.#entry.accessibilityInformation = { label: `Codex: ${look.tooltip}` };
    this.#entry.backgroundColor = look.isLimited
      ? new vscode.ThemeColor("statusBarItem.warningBackground")
      : undefined;
    this.#entry.show();
  }

  #nameOf(threadId: string): string {
    const task = this.#store.get(threadId);
    return task === undefined ? threadId.slice(0, 13) : displayName(task);
  }
}
