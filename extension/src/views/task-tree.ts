/** A tree of tasks: groups, tasks, and below them the tasks of their sub-agents. */
import * as vscode from "vscode";

import { Disposables } from "../lib/disposables.js";
import { Pacer } from "../lib/pacer.js";
import { age } from "../lib/times.js";
import type { Task } from "../protocol/index.js";
import type { TaskStore } from "../tasks/task-store.js";
import { pageOf, ShownRows, type Page } from "./group-pages.js";
import type { Branch, Group } from "./task-groups.js";
import { taskTooltip } from "./task-item.js";
import { treeChanges, type TreeChanges } from "./tree-changes.js";
import { groupRow, moreRow, taskRow } from "./tree-rows.js";

/** How often ages are written anew. */
const TICK_MS = 60_000;
/**
 * VS Code draws a tree at once after 200 ms without a change, and else waits for 200 ms
 * without one: whoever asks more often than that is not answered while they go on.
 */
const REST_MS = 210;
const SEEN = "threadbook-seen";

/** A row; it stays the same object while its task is there, VS Code knows it by that. */
export type TreeNode = GroupNode | TaskNode | MoreNode;

export interface GroupNode {
  readonly kind: "group";
  group: Group;
}

export interface TaskNode {
  readonly kind: "task";
  branch: Branch;
  parent: GroupNode | TaskNode;
}

/** The end of a group that has more rows. */
export interface MoreNode {
  readonly kind: "more";
  readonly parent: GroupNode;
}

export interface TaskTreeOptions {
  /** Of the view, which tells its rows from those of other views. */
  readonly id: string;
  readonly store: TaskStore;
  readonly group: (tasks: readonly Task[]) => readonly Group[];
  /** Adds groups that have no rows, for rows that are dragged. */
  readonly withPlaces?: (groups: readonly Group[]) => readonly Group[];
}

export class TaskTree
  implements
    vscode.TreeDataProvider<TreeNode>,
    vscode.FileDecorationProvider,
    vscode.Disposable
{
  readonly #options: TaskTreeOptions;
  readonly #held = new Disposables();
  readonly #redraw = this.#held.add(new vscode.EventEmitter<TreeNode[] | undefined>());
  readonly #pacer = this.#held.add(new Pacer(() => this.#draw(), REST_MS));
  readonly #groupNodes = new Map<string, GroupNode>();
  readonly #taskNodes = new Map<string, TaskNode>();
  readonly #moreNodes = new Map<string, MoreNode>();
  #groups: readonly Group[] = [];
  #groupedAt = 0;
  /** Groups whose rows VS Code has. */
  readonly #asked = new Set<string>();
  readonly #shown = new ShownRows();
  #beside: () => boolean = () => false;
  /** Runs while places are shown. */
  #places: NodeJS.Timeout | undefined;

  readonly onDidChangeTreeData = this.#redraw.event;

  constructor(options: TaskTreeOptions) {
    this.#options = options;
    this.#regroup();
    this.#held.add(options.store.onChanged(() => this.update()));
    const tick = setInterval(() => this.update(), TICK_MS);
    this.#held.add({ dispose: () => clearInterval(tick) });
    this.#held.add({ dispose: () => clearTimeout(this.#places) });
    this.#held.add(vscode.window.registerFileDecorationProvider(this));
    this.#held.add(
      vscode.commands.registerCommand(this.#moreCommand, (group: string) => {
        this.#showMore(group);
      }),
    );
  }

  getChildren(node?: TreeNode): TreeNode[] {
    switch (node?.kind) {
      case undefined:
        return this.#groups.map((group) => this.#groupNode(group));
      case "group":
        this.#asked.add(node.group.id);
        return this.#children(node);
      case "task":
        return node.branch.children.map((branch) => this.#taskNode(branch, node));
      case "more":
        return [];
    }
  }

  getParent(node: TreeNode): TreeNode | undefined {
    return node.kind === "group" ? undefined : node.parent;
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    switch (node.kind) {
      case "group":
        return groupRow({ ...node.group, isOpen: this.#shown.isOpen(node.group) });
      case "task":
        return taskRow(node.branch);
      case "more": {
        const { group } = node.parent;
        const { hidden } = this.#shown.page(group);
        return moreRow(group.id, hidden, this.#seenUri(group.id), this.#moreCommand);
      }
    }
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

  /** VS Code asks for the decorations of rows that come into view: the end of a group. */
  provideFileDecoration(uri: vscode.Uri): undefined {
    if (uri.scheme === SEEN && uri.authority === this.#options.id) {
      const group = uri.path.slice(1);
      if (uri.query === this.#seenUri(group).query) {
        this.#showMore(group);
      }
    }
  }

  dispose(): void {
    this.#held.dispose();
  }

  /** *draw* draws what is beside the rows, right after them; whether it drew. */
  drawBeside(draw: () => boolean): void {
    this.#beside = draw;
    this.update();
  }

  /** A row was opened or shut; a group that is opened again begins with its first rows. */
  turned(node: TreeNode, isOpen: boolean): void {
    if (node.kind === "group" && this.#shown.turn(node.group, isOpen)) {
      this.update();
    }
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

  /** Draws what differs from what is on screen, soon. */
  update(): void {
    this.#pacer.ask();
  }

  /** Whether there was something to draw. */
  #draw(): boolean {
    const before = this.#pages();
    const since = this.#groupedAt;
    this.#regroup();
    const changes = treeChanges(
      before,
      this.#pages(),
      (old, task) =>
        old === task &&
        age(task.updatedAt, since) === age(task.updatedAt, this.#groupedAt),
    );
    const nodes = changes === "all" ? undefined : this.#nodesOf(changes);
    if (nodes === undefined) {
      this.#asked.clear();
    }
    if (nodes?.length !== 0) {
      this.#redraw.fire(nodes);
    }
    return this.#beside() || nodes?.length !== 0;
  }

  #regroup(): void {
    const { store, group, withPlaces } = this.#options;
    const { tasks } = store;
    for (const [row, { branch }] of this.#taskNodes) {
      if (store.get(branch.task.threadId) === undefined) {
        this.#taskNodes.delete(row);
      }
    }
    this.#shown.settle();
    const groups = group(tasks);
    this.#groups =
      this.#places === undefined ? groups : (withPlaces?.(groups) ?? groups);
    this.#groupedAt = Date.now();
  }

  /** What VS Code has, or is to have, of each group. */
  #pages(): readonly Page[] {
    return this.#groups.map((group) =>
      this.#asked.has(group.id) ? this.#shown.page(group) : pageOf(group, 0),
    );
  }

  #showMore(group: string): void {
    this.#shown.more(group);
    this.update();
  }

  get #moreCommand(): string {
    return `_${this.#options.id}.showMore`;
  }

  #seenUri(group: string): vscode.Uri {
    return vscode.Uri.from({
      scheme: SEEN,
      authority: this.#options.id,
      path: `/${group}`,
      query: this.#shown.endOf(group),
    });
  }

  /** The nodes to draw anew; all that are on screen know their task as it is now. */
  #nodesOf({ groups, rows }: TreeChanges): TreeNode[] {
    for (const group of this.#groups) {
      this.#groupNode(group);
    }
    for (const { branches } of this.#pages()) {
      this.#refresh(branches);
    }
    return [
      ...groups.flatMap((id) => this.#groupNodes.get(id) ?? []),
      ...rows.flatMap((row) => this.#taskNodes.get(row) ?? []),
    ];
  }

  #refresh(branches: readonly Branch[]): void {
    for (const branch of branches) {
      const node = this.#taskNodes.get(branch.row);
      if (node !== undefined) {
        node.branch = branch;
        this.#refresh(branch.children);
      }
    }
  }

  #children(node: GroupNode): TreeNode[] {
    const { branches, hidden } = this.#shown.page(node.group);
    const rows = branches.map((branch) => this.#taskNode(branch, node));
    return hidden === 0 ? rows : [...rows, this.#moreNode(node)];
  }

  #groupNode(group: Group): GroupNode {
    const node = this.#groupNodes.get(group.id) ?? { kind: "group", group };
    this.#groupNodes.set(group.id, node);
    node.group = group;
    return node;
  }

  #taskNode(branch: Branch, parent: GroupNode | TaskNode): TaskNode {
    const node = this.#taskNodes.get(branch.row) ?? { kind: "task", branch, parent };
    this.#taskNodes.set(branch.row, node);
    node.branch = branch;
    node.parent = parent;
    return node;
  }

  #moreNode(parent: GroupNode): MoreNode {
    const { id } = parent.group;
    const node = this.#moreNodes.get(id) ?? { kind: "more", parent };
    this.#moreNodes.set(id, node);
    return node;
  }
}
