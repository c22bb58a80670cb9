/** *Filter tasks...*, *Clear filters*: which tasks of the list one wants to see. */
import type * as vscode from "vscode";

import { t } from "../lib/l10n.js";
import { NO_FILTER, withChip, withoutChip } from "../tasks/filter.js";
import type { Context } from "./context.js";
import { showFailure } from "./failure.js";
import { filterPicks, type FilterAct, type FilterPick } from "./filter-picks.js";
import { showBox } from "./quick-box.js";
import { applySaved, saveFilter } from "./saved.js";

/** Stays open, so that several are chosen or removed; the list behind it follows. */
export function filterTasks(context: Context): Promise<void> {
  return showBox<FilterPick>((box, held) => {
    box.title = t("Filter tasks");
    box.placeholder = t("Words of a name, or what to show; Enter adds or removes");
    box.keepScrollPosition = true;
    const { store, filter, searches } = context;
    const draw = (): void => {
      const facts = { tasks: store.tasks, filter: filter.current, typed: box.value };
      redraw(box, filterPicks({ ...facts, saved: searches.all }));
    };
    // A window that has only just opened learns its tasks while the box is there.
    held.add(store.onChanged(draw));
    held.add(
      box.onDidChangeValue((value) => {
        filter.preview(value.trim());
        draw();
        // What is typed is what Enter takes, not the row that one was on before.
        box.activeItems = box.items.filter(({ act }) => act !== undefined).slice(0, 1);
      }),
    );
    held.add(
      box.onDidAccept(() => {
        const [pick] = box.selectedItems;
        if (pick?.act !== undefined) {
          void perform(context, box, pick.act).then(draw, showFailure);
        }
      }),
    );
    held.add({ dispose: () => filter.preview("") });
    draw();
  });
}

/** The row that the user is on stays the one, while it is there. */
function redraw(box: vscode.QuickPick<FilterPick>, picks: readonly FilterPick[]): void {
  const act = JSON.stringify(box.activeItems[0]?.act ?? null);
  box.items = picks;
  const same = picks.filter(
    (pick) => pick.act !== undefined && JSON.stringify(pick.act) === act,
  );
  if (same.length > 0) {
    box.activeItems = same;
  }
}

export async function clearFilter({ filter }: Context): Promise<void> {
  await filter.set(NO_FILTER);
}

async function perform(
  context: Context,
  box: vscode.QuickPick<FilterPick>,
  act: FilterAct,
): Promise<void> {
  const { filter } = context;
  switch (act.do) {
    case "add":
      box.value = "";
      filter.preview("");
      await filter.set(withChip(filter.current, act.chip));
      break;
    case "remove":
      await filter.set(withoutChip(filter.current, act.chip));
      break;
    case "clear":
      await filter.set(NO_FILTER);
      break;
    case "apply":
      box.hide();
      await applySaved(context, act.saved);
      break;
    case "save":
      box.hide();
      await saveFilter(context);
      break;
  }
}
