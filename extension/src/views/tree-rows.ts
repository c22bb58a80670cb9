/** What VS Code is given for a row. */
import * as vscode from "vscode";

import { plural, t } from "../lib/l10n.js";
import type { Branch, Group } from "./task-groups.js";
import { taskItem } from "./task-item.js";
import { unreadUri } from "./unread-dots.js";

export function groupRow({ id, label, isOpen, branches }: Group): vscode.TreeItem {
  const { Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
  // Open also while it has no rows: what is dropped there is to be seen.
  const row = new vscode.TreeItem(label, isOpen ? Expanded : Collapsed);
  row.id = `group:${id}`;
  row.description = branches.length.toLocaleString(vscode.env.language);
  row.contextValue = "group";
  return row;
}

export function taskRow({ row: id, task, children }: Branch): vscode.TreeItem {
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

/** The end of a group that has more rows; *seen* is asked about once it is in view. */
export function moreRow(
  group: string,
  hidden: number,
  seen: vscode.Uri,
  command: string,
): vscode.TreeItem {
  const row = new vscode.TreeItem(
    plural(hidden, "{0} more task", "{0} more tasks"),
    vscode.TreeItemCollapsibleState.None,
  );
  row.id = `more:${group}`;
  row.iconPath = new vscode.ThemeIcon("ellipsis");
  row.contextValue = "more";
  row.resourceUri = seen;
  row.command = { command, title: t("Show more"), arguments: [group] };
  return row;
}
