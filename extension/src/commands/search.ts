/** *Search all tasks*: what was said, run or changed, found as one types. */
import * as vscode from "vscode";

import { t } from "../lib/l10n.js";
import { messageOf } from "../lib/log.js";
import { archive } from "./archive.js";
import type { Context } from "./context.js";
import { showFailure } from "./failure.js";
import { showBox } from "./quick-box.js";
import { applySaved, saveQuery } from "./saved.js";
import { hitPicks, savedPicks, taskPicks, type SearchPick } from "./search-picks.js";

/** From the last key to the question. */
const QUIET_MS = 100;
const HITS = 60;
const RECENT = 20;
/** While tasks are still being read, what is found grows: look again after so long. */
const AGAIN_MS = 1_000;

/** *argument*: `{query}` to begin with. */
export function search(context: Context, argument: unknown): Promise<void> {
  return showBox<SearchPick>((box, held) => {
    const finder = held.add(new Finder(context, box));
    box.title = t("Search all tasks");
    box.placeholder = t('Words, "a phrase", begin*, OR, NOT');
    // What is found fits; VS Code's own matching would hide some of it.
    box.matchOnDetail = true;
    box.buttons = [
      { iconPath: new vscode.ThemeIcon("save"), tooltip: t("Save search...") },
    ];
    held.add(box.onDidChangeValue((value) => finder.ask(value)));
    held.add(box.onDidTriggerButton(() => save(context, box.value.trim())));
    held.add(
      box.onDidAccept(() => {
        const [pick] = box.selectedItems;
        if (pick !== undefined && accept(context, pick)) {
          box.hide();
        }
      }),
    );
    held.add(
      box.onDidTriggerItemButton(({ item, button }) => {
        void press(context, item, button).then(() => finder.ask(box.value));
      }),
    );
    box.value = queryOf(argument);
    finder.ask(box.value);
  });
}

function save(context: Context, query: string): void {
  if (query !== "") {
    void saveQuery(context, query).catch(showFailure);
  }
}

/** Whether there was something to do. */
function accept(context: Context, pick: SearchPick): boolean {
  if (pick.saved !== undefined) {
    void applySaved(context, pick.saved).catch(showFailure);
  } else if (pick.threadId !== undefined) {
    openPick(context, pick);
  }
  return (pick.saved ?? pick.threadId) !== undefined;
}

function queryOf(argument: unknown): string {
  const { query } = (argument ?? {}) as { readonly query?: unknown };
  return typeof query === "string" ? query : "";
}

/** Asks a moment after the last key, and forgets what it asked before. */
class Finder {
  readonly #context: Context;
  readonly #box: vscode.QuickPick<SearchPick>;
  #timer: NodeJS.Timeout | undefined;
  #asked: vscode.CancellationTokenSource | undefined;

  constructor(context: Context, box: vscode.QuickPick<SearchPick>) {
    this.#context = context;
    this.#box = box;
  }

  ask(query: string): void {
    this.dispose();
    if (query.trim() === "") {
      this.#box.busy = false;
      const { searches, store } = this.#context;
      this.#box.items = [
        ...savedPicks(searches.all),
        ...taskPicks(store.tasks.slice(0, RECENT)),
      ];
      return;
    }
    this.#box.busy = true;
    this.#timer = setTimeout(() => void this.#find(query), QUIET_MS);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#asked?.cancel();
    this.#asked?.dispose();
    this.#asked = undefined;
  }

  async #find(query: string): Promise<void> {
    const asked = new vscode.CancellationTokenSource();
    this.#asked = asked;
    const { items, isGrowing } = await this.#itemsOf(query, asked.token);
    if (this.#asked !== asked) {
      return;
    }
    this.#box.busy = isGrowing;
    // The same rows once more would take the user back to the first.
    if (JSON.stringify(items) !== JSON.stringify(this.#box.items)) {
      this.#box.items = [...items];
    }
    if (isGrowing) {
      this.#timer = setTimeout(() => void this.#find(query), AGAIN_MS);
    }
  }

  async #itemsOf(
    query: string,
    token: vscode.CancellationToken,
  ): Promise<{ readonly items: readonly SearchPick[]; readonly isGrowing: boolean }> {
    const params = { query, typing: true, limit: HITS };
    try {
      const found = await this.#context.sidecar.request("task/search", params, token);
      const isGrowing = found.isPartial && found.hits.length < HITS;
      return { items: hitPicks(found, Date.now()), isGrowing };
    } catch (thrown) {
      // A query that is only half typed is often no query yet.
      const said = { label: messageOf(thrown), alwaysShow: true };
      return { items: [said], isGrowing: false };
    }
  }
}

function openPick({ panels }: Context, pick: SearchPick): void {
  const { threadId = "", step, itemId } = pick;
  panels.open(threadId, {
    focusComposer: false,
    ...(step === undefined ? {} : { step }),
    ...(itemId === undefined ? {} : { itemId }),
  });
}

/** Does what a button of a row says. */
export async function press(
  context: Context,
  pick: SearchPick,
  button: vscode.QuickInputButton,
): Promise<void> {
  if (button === pick.buttons?.[0]) {
    openPick(context, pick);
    return;
  }
  try {
    await archive(context, pick.threadId);
  } catch (thrown) {
    await showFailure(thrown);
  }
}
