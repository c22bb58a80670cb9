/** A tree of tasks: groups, tasks, and below them the tasks of their sub-agents. */
import * as vscode from "vscode";

import { Disposables } from "../lib/disposables.js";
import { t } from "../lib/l10n.js";
import type { Task } from "../protocol/index.js";
import type { TaskStore } from "../tasks/task-store.js";
import type { Branch, Group } from "./task-groups.js";
import { taskItem, taskTooltip } from "./task-item.js";
import { unreadUri } from "./unread-dots.js";
import { treeChanges } from "./tree-changes.js";

/** How often ages are written anew. */
const TICK_MS = 60_000;

/** A row; it stays the same object while its task is there, VS Code knows it by that. */
export type TreeNode = GroupNode | TaskNode;

export interface GroupNode {
  readonly kind: "group";
  group: Group;
}

export interface TaskNode {
  readonly kind: "task";
  branch: Branch;
  parent: TreeNode;
}

export class TaskTree implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  readonly #store: TaskStore;
  readonly #group: (tasks: readonly Task[]) => readonly Group[];
  readonly #withPlaces: (groups: readonly Group[]) => readonly Group[];
  readonly #held = new Disposables();
  readonly #redraw = this.#held.add(new vscode.EventEmitter<TreeNode[] | undefined>());
  readonly #groupNodes = new Map<string, GroupNode>();
  readonly #taskNodes = new Map<string, TaskNode>();
  #groups: readonly Group[];
  /** Runs while places are shown. */
  #places: NodeJS.Timeout | undefined;

  readonly onDidChangeTreeData = this.#redraw.event;

  /** *withPlaces*: adds groups that have no rows, for rows that are dragged. */
  constructor(
    store: TaskStore,
    group: (tasks: readonly Task[]) => readonly Group[],
    withPlaces = (groups: readonly Group[]): readonly Group[] => groups,
  ) {
    this.#store = store;
    this.#group = group;
    this.#withPlaces = withPlaces;
    this.#groups = this.#regroup();
    this.#held.add(store.onChanged(() => this.update()));
    const tick = setInterval(() => this.redraw(), TICK_MS);
    this.#held.add({ dispose: () => clearInterval(tick) });
    this.#held.add({ dispose: () => clearTimeout(this.#places) });
  }

  getChildren(node?: TreeNode): TreeNode[] {
    if (node === undefined) {
      return this.#groups.map((group) => this.#groupNode(group));
    }
    const branches = node.kind === "group" ? node.group.branches : node.branch.children;
    return branches.map((branch) => this.#taskNode(branch, node));
  }

  getParent(node: TreeNode): TreeNode | undefined {
    return node.kind === "group" ? undefined : node.parent;
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    return node.kind === "group" ? groupRow(node.group) : taskRow(node.branch);
  }

  /** Makes the tooltip, when a row is hovered over. */
  resolveTreeItem(row: vscode.TreeItem, node: TreeNode): vscode.TreeItem {
    if (node.kind === "task") {
      const { task } = node.branch;
      // Not trusted, no HTML: what the task brought can only be read.
      row.tooltip = new vscode.MarkdownString(
        taskTooltip(task, Date.now(), vscode.env.language),
      );
    }
    return row;
  }

  dispose(): void {
    this.#held.dispose();
  }

  /** Shows the places for dragged rows for so long; 0: no longer. */
  showPlaces(milliseconds: number): void {
    clearTimeout(this.#places);
    this.#places =
      milliseconds === 0
        ? undefined
        : setTimeout(() => this.showPlaces(0), milliseconds);
    this.update();
  }

  /** Draws everything anew: another order, another day, other ages. */
  redraw(): void {
    this.#groups = this.#regroup();
    this.#redraw.fire(undefined);
  }

  /** Draws what differs from what is on screen. */
  update(): void {
    const before = this.#groups;
    this.#groups = this.#regroup();
    const changes = treeChanges(before, this.#groups);
    if (changes === "all") {
      this.#redraw.fire(undefined);
      return;
    }
    this.#groups.forEach((group) => this.#refresh(group.branches));
    const nodes = changes.flatMap((row) => this.#taskNodes.get(row) ?? []);
    if (nodes.length > 0) {
      this.#redraw.fire(nodes);
    }
  }

  #regroup(): readonly Group[] {
    const { tasks } = this.#store;
    for (const [row, { branch }] of this.#taskNodes) {
      if (this.#store.get(branch.task.threadId) === undefined) {
        this.#taskNodes.delete(row);
      }
    }
    const groups = this.#group(tasks);
    return this.#places === undefined ? groups : this.#withPlaces(groups);
  }

  /** Rows that are on screen show their task as it is now. */
  #refresh(branches: readonly Branch[]): void {
    for (const branch of branches) {
      const node = this.#taskNodes.get(branch.row);
      if (node !== undefined) {
        node.branch = branch;
        this.#refresh(branch.children);
      }
    }
  }

  #groupNode(group: Group): GroupNode {
    const node = this.#groupNodes.get(group.id) ?? { kind: "group", group };
    this.#groupNodes.set(group.id, node);
    node.group = group;
    return node;
  }

  #taskNode(branch: Branch, parent: TreeNode): TaskNode {
    const node = this.#taskNodes.get(branch.row) ?? { kind: "task", branch, parent };
    this.#taskNodes.set(branch.row, node);
    node.branch = branch;
    node.parent = parent;
    return node;
  }
}

function groupRow({ id, label, isOpen, branches }: Group): vscode.TreeItem {
  const { Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
  // Open also while it has no rows: what is dropped there is to be seen.
  const row = new vscode.TreeItem(label, isOpen ? Expanded : Collapsed);
  row.id = `group:${id}`;
  row.description = branches.length.toLocaleString(vscode.env.language);
  row.contextValue = "group";
  return row;
}

function taskRow({ row: id, task, children }: Branch): vscode.TreeItem {
  const item = taskItem(task, Date.now());
  const { Collapsed, None } = vscode.TreeItemCollapsibleState;
  const row = new vscode.TreeItem(item.label, children.length > 0 ? Collapsed : None);
  row.id = id;
  row.description = item.description;
  row.iconPath = new vscode.ThemeIcon(
    item.icon,
    item.color === undefined ? undefined : new vscode.ThemeColor(item.color),
  );
  row.accessibilityInformation = { label: item.accessibleLabel };
  row.contextValue = item.contextValue;
  if (task.unread) {
    row.resourceUri = unreadUri(task.threadId);
  }
  row.command = {
    command: "threadbook.open",
    title: t("Open task"),
    arguments: [task.threadId],
  };
  return row;
}
