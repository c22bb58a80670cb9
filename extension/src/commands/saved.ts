/** *Save filter...*, *Saved searches...*: filters and searches under names. */
import * as vscode from "vscode";

import { t } from "../lib/l10n.js";
import { oneLine, withoutIcons } from "../lib/text.js";
import { NO_FILTER } from "../tasks/filter.js";
import type { SavedSearch } from "../tasks/saved-searches.js";
import { filterWords } from "../views/list-filter.js";
import type { Context } from "./context.js";
import { showFailure } from "./failure.js";
import { showBox } from "./quick-box.js";

export async function saveFilter({ filter, searches }: Context): Promise<void> {
  if (!filter.isOn) {
    void vscode.window.showInformationMessage(
      t("No filter is on that could be saved."),
    );
    return;
  }
  const { current } = filter;
  const name = await askName(t("Save filter"), oneLine(filterWords(current), 60));
  if (name !== undefined) {
    await searches.save({ name, filter: current, query: "" });
  }
}

export async function saveQuery({ searches }: Context, query: string): Promise<void> {
  const name = await askName(t("Save search"), oneLine(query, 60));
  if (name !== undefined) {
    await searches.save({ name, filter: NO_FILTER, query });
  }
}

export async function applySaved(context: Context, saved: SavedSearch): Promise<void> {
  if (saved.query === "") {
    await context.filter.set(saved.filter);
    await vscode.commands.executeCommand("threadbook.tasks.focus");
  } else {
    await vscode.commands.executeCommand("threadbook.search", { query: saved.query });
  }
}

interface SavedPick extends vscode.QuickPickItem {
  readonly saved?: SavedSearch;
}

export function savedSearches(context: Context): Promise<void> {
  return showBox<SavedPick>((box, held) => {
    const { searches } = context;
    box.title = t("Saved searches");
    box.placeholder = t("Name of a filter or a search");
    const draw = (): void => {
      const picks = searches.all.map(savedPick);
      box.items = picks.length > 0 ? picks : [{ label: t("Nothing is saved yet.") }];
    };
    held.add(
      box.onDidAccept(() => {
        const saved = box.selectedItems[0]?.saved;
        box.hide();
        if (saved !== undefined) {
          void applySaved(context, saved).catch(showFailure);
        }
      }),
    );
    held.add(
      box.onDidTriggerItemButton(({ item, button }) => {
        const { saved } = item;
        if (saved !== undefined && button === item.buttons?.[1]) {
          void searches.remove(saved.name).then(draw, showFailure);
        } else if (saved !== undefined) {
          // The box for the name takes the place of this one.
          void rename(context, saved).then(() => savedSearches(context), showFailure);
        }
      }),
    );
    draw();
  });
}

function savedPick(saved: SavedSearch): SavedPick {
  const isFilter = saved.query === "";
  const words = isFilter ? filterWords(saved.filter) : oneLine(saved.query, 80);
  return {
    saved,
    label: `$(${isFilter ? "filter" : "search"}) ${withoutIcons(saved.name)}`,
    description: withoutIcons(words),
    buttons: [
      { iconPath: new vscode.ThemeIcon("edit"), tooltip: t("Rename") },
      { iconPath: new vscode.ThemeIcon("trash"), tooltip: t("Remove") },
    ],
  };
}

async function rename({ searches }: Context, { name }: SavedSearch): Promise<void> {
  const to = await askName(t("Rename saved search"), name);
  if (to !== undefined) {
    await searches.rename(name, to);
  }
}

async function askName(title: string, value: string): Promise<string | undefined> {
  const name = await vscode.window.showInputBox({
    title,
    value,
    prompt: t("What has this name already is replaced."),
    validateInput: (typed) =>
      typed.trim() === "" ? t("A name can't be empty.") : undefined,
  });
  return name?.trim();
}
