/** What was found, as rows of the search box: by task, then by step. */
import * as vscode from "vscode";

import { t } from "../lib/l10n.js";
import { oneLine, withoutIcons } from "../lib/text.js";
import { age } from "../lib/times.js";
import type { SearchHit, Task, TaskSearchResponse } from "../protocol/index.js";
import type { SavedSearch } from "../tasks/saved-searches.js";
import { displayName, statusLook, summaryLine } from "../views/task-item.js";

export interface SearchPick extends vscode.QuickPickItem {
  /** None: a heading, or something that is said. */
  readonly threadId?: string;
  readonly step?: number;
  readonly itemId?: string;
  readonly saved?: SavedSearch;
}

/** Searches that have names, until something is typed. */
export function savedPicks(saved: readonly SavedSearch[]): SearchPick[] {
  const searches = saved.filter(({ query }) => query !== "");
  return searches.length === 0
    ? []
    : [
        { label: t("Saved"), kind: vscode.QuickPickItemKind.Separator },
        ...searches.map((each) => ({
          saved: each,
          label: `$(bookmark) ${withoutIcons(each.name)}`,
          description: withoutIcons(oneLine(each.query, 80)),
        })),
        { label: t("Recent tasks"), kind: vscode.QuickPickItemKind.Separator },
      ];
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
    const label = isPartial
      ? t("Nothing yet: tasks are still being read.")
      : t("Nothing was found.");
    return [{ label, alwaysShow: true }];
  }
  const byTask = new Map<string, SearchHit[]>();
  for (const hit of hits) {
    byTask.set(hit.threadId, [...(byTask.get(hit.threadId) ?? []), hit]);
  }
  const picks = [...byTask.values()].flatMap((ofTask) => [
    { label: "", kind: vscode.QuickPickItemKind.Separator },
    ...ofTask.map((hit) => hitPick(hit, now)),
  ]);
  const others = total - hits.length;
  return others > 0 || isPartial
    ? [...picks, { label: t("There is more: say more words."), alwaysShow: true }]
    : picks;
}

function hitPick(hit: SearchHit, now: number): SearchPick {
  const facts = [
    t("step {0}", hit.turn),
    age(hit.at ?? hit.updatedAt, now),
    oneLine(hit.workspaceName ?? "", 40),
    oneLine(hit.displayName, 60),
  ];
  return {
    threadId: hit.threadId,
    step: hit.turn,
    itemId: hit.itemId,
    label: `$(${ICONS[hit.kind]}) ${withoutIcons(oneLine(hit.snippet))}`,
    detail: withoutIcons(facts.filter((fact) => fact !== "").join(" · ")),
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
