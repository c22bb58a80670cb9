/** *Filter tasks...*, *Clear filters*: which tasks of the list one wants to see. */
import type * as vscode from "vscode";

import { t } from "../lib/l10n.js";
import { NO_FILTER, withChip, withoutChip } from "../tasks/filter.js";
import type { Context } from "./context.js";
import { showFailure } from "./failure.js";
import { filterPicks, type FilterAct, type FilterPick } from "./filter-picks.js";
import { showBox } from "./quick-box.js";
import { applySaved, saveFilter } from "./saved.js";

/** The list is drawn first: VS Code draws one after the other. */
const AFTER_ROWS_MS = 60;

/** Stays open, so that several are chosen or removed; the list behind it follows. */
export function filterTasks(context: Context): Promise<void> {
  return showBox<FilterPick>((box, held) => {
    box.title = t("Filter tasks");
    box.placeholder = t("Words of a name, or what to show; Enter adds or removes");
    box.keepScrollPosition = true;
    const filled = held.add(new FilterBox(context, box));
    // A window that has only just opened learns its tasks while the box is there.
    held.add(context.store.onChanged(() => filled.draw()));
    held.add(box.onDidChangeValue(() => filled.typed()));
    held.add(box.onDidAccept(() => filled.accept()));
    filled.draw();
  });
}

class FilterBox {
  readonly #context: Context;
  readonly #box: vscode.QuickPick<FilterPick>;
  /** Runs until the box offers what is typed. */
  #soon: NodeJS.Timeout | undefined;

  constructor(context: Context, box: vscode.QuickPick<FilterPick>) {
    this.#context = context;
    this.#box = box;
  }

  draw(): void {
    const { store, filter, searches } = this.#context;
    const facts = {
      tasks: store.tasks,
      filter: filter.current,
      typed: this.#box.value,
    };
    redraw(this.#box, filterPicks({ ...facts, saved: searches.all }));
  }

  typed(): void {
    this.#context.filter.preview(this.#box.value.trim());
    this.#settle();
    this.#soon = setTimeout(() => {
      this.#soon = undefined;
      this.draw();
      // What is typed is what Enter takes, not the row that one was on before.
      const offered = this.#box.items.filter(({ act }) => act !== undefined);
      this.#box.activeItems = offered.slice(0, 1);
    }, AFTER_ROWS_MS);
  }

  accept(): void {
    const value = this.#box.value.trim();
    const [pick] = this.#box.selectedItems;
    // Right after a key the box does not offer yet what is typed.
    const act =
      this.#soon !== undefined && value !== ""
        ? ({ do: "add", chip: { kind: "text", value } } as const)
        : pick?.act;
    this.#settle();
    if (act !== undefined) {
      void perform(this.#context, this.#box, act).then(() => this.draw(), showFailure);
    }
  }

  dispose(): void {
    this.#settle();
    this.#context.filter.preview("");
  }

  #settle(): void {
    clearTimeout(this.#soon);
    this.#soon = undefined;
  }
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
      await filter.set(withChip(filter.current, act.chip), "");
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
