/** Rows dragged to another group: pinned there, tagged there, or no longer. */
import * as vscode from "vscode";

import { messageOf } from "../lib/log.js";
import { withoutLinks } from "../lib/text.js";
import type { Params } from "../protocol/index.js";
import type { Sidecar } from "../sidecar/client.js";
import type { Mark } from "./task-groups.js";
import type { TaskTree, TreeNode } from "./task-tree.js";

const ROWS = "application/vnd.code.tree.threadbook.tasks";
/** VS Code does not say when a row is let go of elsewhere. */
const PLACES_MS = 15_000;

/** A dragged row: a task, and what it has by the group that it was taken from. */
export interface Dragged {
  readonly threadId: string;
  readonly from: Mark | undefined;
}

export class Dragging implements vscode.TreeDragAndDropController<TreeNode> {
  readonly dragMimeTypes = [ROWS];
  readonly dropMimeTypes = [ROWS];
  readonly #sidecar: Sidecar;
  readonly #tree: TaskTree;

  constructor(sidecar: Sidecar, tree: TaskTree) {
    this.#sidecar = sidecar;
    this.#tree = tree;
  }

  handleDrag(nodes: readonly TreeNode[], data: vscode.DataTransfer): void {
    const dragged = nodes.flatMap((node) =>
      node.kind === "task"
        ? [{ threadId: node.branch.task.threadId, from: markOf(node) }]
        : [],
    );
    if (dragged.length > 0) {
      data.set(ROWS, new vscode.DataTransferItem(dragged));
      this.#tree.showPlaces(PLACES_MS);
    }
  }

  async handleDrop(
    target: TreeNode | undefined,
    data: vscode.DataTransfer,
  ): Promise<void> {
    this.#tree.showPlaces(0);
    const dragged = data.get(ROWS)?.value as readonly Dragged[] | undefined;
    const to = target === undefined ? undefined : markOf(target);
    for (const change of droppedOn(dragged ?? [], to)) {
      try {
        const { results } = await this.#sidecar.request("task/annotate", change);
        const failed = results.find(({ error }) => error !== null)?.error;
        if (failed !== undefined && failed !== null) {
          void vscode.window.showErrorMessage(withoutLinks(failed.message));
        }
      } catch (thrown) {
        void vscode.window.showErrorMessage(withoutLinks(messageOf(thrown)));
      }
    }
  }
}

function markOf(node: TreeNode): Mark | undefined {
  return node.kind === "group" ? node.group.mark : markOf(node.parent);
}

/**
 * What changes when rows are dropped on a group with that mark: they get it, and lose
 * that of the group that they come from. A group of days or folders takes pins away only.
 */
export function droppedOn(
  dragged: readonly Dragged[],
  to: Mark | undefined,
): readonly Params<"task/annotate">[] {
  const byOrigin = new Map<string, { from: Mark | undefined; threadIds: string[] }>();
  for (const { threadId, from } of dragged) {
    const key = JSON.stringify(from ?? null);
    const same = byOrigin.get(key) ?? { from, threadIds: [] };
    byOrigin.set(key, { from, threadIds: [...same.threadIds, threadId] });
  }
  return [...byOrigin.values()]
    .filter(({ from }) => JSON.stringify(from) !== JSON.stringify(to))
    .map(({ from, threadIds }) => ({ threadIds, ...changes(from, to) }))
    .filter((change) => Object.keys(change).length > 1);
}

function changes(
  from: Mark | undefined,
  to: Mark | undefined,
): Omit<Params<"task/annotate">, "threadIds"> {
  const leavesTag = from?.kind === "tag" ? { removeTags: [from.tag] } : {};
  switch (to?.kind) {
    case "pinned":
      return { pinned: true };
    case "tag":
      return { addTags: [to.tag], ...leavesTag };
    case "untagged":
      return leavesTag;
    case undefined:
      return from?.kind === "pinned" ? { pinned: false } : {};
  }
}
