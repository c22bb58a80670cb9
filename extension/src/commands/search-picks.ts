/** What was found, as rows of the search box: by task, then by step. */
import * as vscode from "vscode";

import { t } from "../lib/l10n.js";
import { oneLine, withoutIcons } from "../lib/text.js";
import { age } from "../lib/times.js";
import type { SearchHit, Task, TaskSearchResponse } from "../protocol/index.js";
import { displayName, statusLook, summaryLine } from "../views/task-item.js";

export interface SearchPick extends vscode.QuickPickItem {
  /** None: a heading, or something that is said. */
  readonly threadId?: string;
  readonly step?: number;
}

/** The tasks that were active last, until something is typed. */
export function taskPicks(tasks: readonly Task[]): SearchPick[] {
  return tasks.map((task) => ({
    threadId: task.threadId,
    label: `$(${statusLook(task.status).icon}) ${withoutIcons(displayName(task))}`,
    description: withoutIcons(summaryLine(task, Date.now())),
    detail: withoutIcons(oneLine(task.cwd ?? "")),
    buttons: buttons(),
  }));
}

/** The order is the sidecar's: the best task first, and in it the best place. */
export function hitPicks(
  { hits, total, isPartial }: TaskSearchResponse,
  now: number,
): readonly SearchPick[] {
  if (hits.length === 0) {
    return [{ label: t("Nothing was found."), alwaysShow: true }];
  }
  const byTask = new Map<string, SearchHit[]>();
  for (const hit of hits) {
    byTask.set(hit.threadId, [...(byTask.get(hit.threadId) ?? []), hit]);
  }
  const picks = [...byTask.values()].flatMap((ofTask) => [
    heading(ofTask, now),
    ...ofTask.map(hitPick),
  ]);
  const others = total - hits.length;
  return others > 0 || isPartial
    ? [...picks, { label: t("There is more: say more words."), alwaysShow: true }]
    : picks;
}

function heading([first]: readonly SearchHit[], now: number): SearchPick {
  const { displayName: name = "", workspaceName = null, updatedAt = 0 } = first ?? {};
  const facts = [oneLine(name, 60), oneLine(workspaceName ?? ""), age(updatedAt, now)];
  return {
    label: withoutIcons(facts.filter((fact) => fact !== "").join(" · ")),
    kind: vscode.QuickPickItemKind.Separator,
  };
}

function hitPick({ threadId, turn, kind, snippet, at }: SearchHit): SearchPick {
  const when = at === null ? "" : ` · ${age(at, Date.now())}`;
  return {
    threadId,
    step: turn,
    label: `$(${ICONS[kind]}) ${withoutIcons(oneLine(snippet))}`,
    description: `${t("step {0}", turn)}${when}`,
    alwaysShow: true,
    buttons: buttons(),
  };
}

const ICONS: Readonly<Record<SearchHit["kind"], string>> = {
  message: "comment",
  command: "terminal",
  file: "file",
  output: "output",
};

function buttons(): readonly vscode.QuickInputButton[] {
  return [
    { iconPath: new vscode.ThemeIcon("go-to-file"), tooltip: t("Open task") },
    { iconPath: new vscode.ThemeIcon("archive"), tooltip: t("Archive") },
  ];
}
