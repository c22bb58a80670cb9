/** *Filter tasks...*, *Clear filter*: which tasks of the list one wants to see. */
import * as vscode from "vscode";

import { plural, t } from "../lib/l10n.js";
import { oneLine, withoutIcons } from "../lib/text.js";
import type { Task, TaskStatus } from "../protocol/index.js";
import {
  FACETS,
  NO_FILTER,
  SINCE_DAYS,
  sinceWords,
  valuesAmong,
  type Facet,
  type Filter,
} from "../tasks/filter.js";
import { statusLook } from "../views/task-item.js";
import type { Context } from "./context.js";

interface FilterPick extends vscode.QuickPickItem {
  readonly facet?: Facet;
  readonly value?: string;
  readonly days?: number;
}

export async function filterTasks({ store, filter }: Context): Promise<void> {
  const picked = await vscode.window.showQuickPick(
    filterPicks(store.tasks, filter.current),
    {
      title: t("Filter tasks"),
      placeHolder: t("What to show; nothing chosen shows everything"),
      canPickMany: true,
    },
  );
  if (picked !== undefined) {
    await filter.set(filterOf(picked));
  }
}

export async function clearFilter({ filter }: Context): Promise<void> {
  await filter.set(NO_FILTER);
}

function filterPicks(tasks: readonly Task[], filter: Filter): FilterPick[] {
  const facets = FACETS.flatMap((facet) => {
    const values = facetPicks(tasks, filter, facet);
    return values.length === 0 ? [] : [separator(facetName(facet)), ...values];
  });
  const since = SINCE_DAYS.map((days) => ({
    label: sinceWords(days),
    days,
    picked: filter.sinceDays === days,
  }));
  return [...facets, separator(t("Active")), ...since];
}

function facetPicks(
  tasks: readonly Task[],
  filter: Filter,
  facet: Facet,
): readonly FilterPick[] {
  const wanted: readonly string[] = filter[facet];
  const found = valuesAmong(tasks, facet);
  const gone = wanted.filter((value) => !found.some(([known]) => known === value));
  return [...found, ...gone.map((value) => [value, 0] as const)].map(
    ([value, count]) => ({
      label: withoutIcons(
        facet === "status" ? statusLook(value as TaskStatus).words : oneLine(value, 80),
      ),
      description: plural(count, "{0} task", "{0} tasks"),
      facet,
      value,
      picked: wanted.includes(value),
    }),
  );
}

function separator(label: string): FilterPick {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

function facetName(facet: Facet): string {
  switch (facet) {
    case "status":
      return t("Status");
    case "model":
      return t("Model");
    case "source":
      return t("Written by");
    case "branch":
      return t("Branch");
    case "tag":
      return t("Tags");
  }
}

function filterOf(picked: readonly FilterPick[]): Filter {
  const of = (wanted: Facet): readonly string[] =>
    picked.flatMap(({ facet, value }) =>
      facet === wanted && value !== undefined ? [value] : [],
    );
  const days = picked.flatMap((pick) => pick.days ?? []);
  return {
    status: of("status") as readonly TaskStatus[],
    model: of("model"),
    source: of("source"),
    branch: of("branch"),
    tag: of("tag"),
    // Of several times the longest contains the others.
    sinceDays: days.length === 0 ? null : Math.max(...days),
  };
}
