/** The rows of the filter box: what is asked for now, then all that can be. */
import * as vscode from "vscode";

import { plural, t } from "../lib/l10n.js";
import { oneLine, withoutIcons } from "../lib/text.js";
import type { Task } from "../protocol/index.js";
import {
  chipsOf,
  FACETS,
  offeredOf,
  SINCE_DAYS,
  valuesAmong,
  type Chip,
  type Facet,
  type Filter,
} from "../tasks/filter.js";
import type { SavedSearch } from "../tasks/saved-searches.js";
import { chipWords } from "../views/list-filter.js";

/** What choosing a row does; none: a heading. */
export type FilterAct =
  | { readonly do: "add" | "remove"; readonly chip: Chip }
  | { readonly do: "clear" | "save" }
  | { readonly do: "apply"; readonly saved: SavedSearch };

export interface FilterPick extends vscode.QuickPickItem {
  readonly act?: FilterAct;
}

export interface FilterBoxFacts {
  readonly tasks: readonly Task[];
  readonly filter: Filter;
  readonly saved: readonly SavedSearch[];
  /** What is in the box. */
  readonly typed: string;
}

/** Active ones first, so that Enter in a box that just opened removes one. */
export function filterPicks(facts: FilterBoxFacts): readonly FilterPick[] {
  const { tasks, filter, typed } = facts;
  const chips = chipsOf(filter);
  const isActive = (chip: Chip): boolean =>
    chips.some((active) => JSON.stringify(active) === JSON.stringify(chip));
  const offered = FACETS.flatMap((facet) => {
    const all = valuesAmong(tasks, facet).filter(
      ([value]) => !isActive({ kind: facet, value }),
    );
    const values = offeredOf(all, typed, (value) => chipWords({ kind: facet, value }));
    return values.length === 0
      ? []
      : [
          heading(facetHeading(facet, values.length, all.length)),
          ...values.map(([value, count]) => add({ kind: facet, value }, count)),
        ];
  });
  const since = SINCE_DAYS.map((days): Chip => ({ kind: "since", days }));
  return [
    ...(typed.trim() === "" ? [] : [textPick(typed.trim())]),
    ...activePicks(chips),
    ...savedPicks(facts.saved),
    ...offered,
    heading(t("Active")),
    ...since.filter((chip) => !isActive(chip)).map((chip) => add(chip)),
  ];
}

function activePicks(chips: readonly Chip[]): readonly FilterPick[] {
  if (chips.length === 0) {
    return [];
  }
  return [
    heading(t("Shown now: only tasks with")),
    ...chips.map((chip) => ({
      label: `$(close) ${withoutIcons(chipWords(chip))}`,
      description: kindName(chip.kind),
      act: { do: "remove", chip } as const,
    })),
    ...(chips.length === 1
      ? []
      : [
          {
            label: `$(clear-all) ${t("Clear filters")}`,
            act: { do: "clear" } as const,
          },
        ]),
    { label: `$(save) ${t("Save filter...")}`, act: { do: "save" } },
  ];
}

function savedPicks(saved: readonly SavedSearch[]): readonly FilterPick[] {
  const filters = saved.filter(({ query }) => query === "");
  return filters.length === 0
    ? []
    : [
        heading(t("Saved")),
        ...filters.map((each) => ({
          label: `$(bookmark) ${withoutIcons(each.name)}`,
          act: { do: "apply", saved: each } as const,
        })),
      ];
}

function textPick(typed: string): FilterPick {
  return {
    label: `$(search) ${t("Only tasks with “{0}”", withoutIcons(oneLine(typed, 40)))}`,
    description: t("name, folder, branch or note"),
    alwaysShow: true,
    act: { do: "add", chip: { kind: "text", value: typed } },
  };
}

function add(chip: Chip, count?: number): FilterPick {
  return {
    label: withoutIcons(chipWords(chip)),
    ...(count === undefined
      ? {}
      : { description: plural(count, "{0} task", "{0} tasks") }),
    act: { do: "add", chip },
  };
}

/** All of hundreds of branches would be handed to VS Code with every key. */
function facetHeading(facet: Facet, offered: number, all: number): string {
  const name = kindName(facet);
  return offered === all
    ? name
    : t("{0} ({1} of {2}, type to find others)", name, offered, all);
}

function heading(label: string): FilterPick {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

function kindName(kind: Facet | "text" | "since"): string {
  switch (kind) {
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
    case "since":
      return t("Active");
    case "text":
      return t("Words");
  }
}
