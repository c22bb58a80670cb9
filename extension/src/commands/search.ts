/** *Search all tasks*: what was said, run or changed, found as one types. */
import * as vscode from "vscode";

import { Disposables } from "../lib/disposables.js";
import { t } from "../lib/l10n.js";
import { messageOf } from "../lib/log.js";
import { archive } from "./archive.js";
import type { Context } from "./context.js";
import { showFailure } from "./failure.js";
import { hitPicks, taskPicks, type SearchPick } from "./search-picks.js";

/** From the last key to the question. */
const QUIET_MS = 100;
const HITS = 60;
const RECENT = 20;

export function search(context: Context): Promise<void> {
  return new Promise((resolve) => {
    const held = new Disposables();
    const box = held.add(vscode.window.createQuickPick<SearchPick>());
    const finder = held.add(new Finder(context, box));
    box.title = t("Search all tasks");
    box.placeholder = t('Words, "a phrase", begin*, OR, NOT');
    // What is found fits; VS Code's own matching would hide some of it.
    box.matchOnDescription = true;
    box.matchOnDetail = true;
    keepOrder(box);
    held.add(box.onDidChangeValue((value) => finder.ask(value)));
    held.add(
      box.onDidAccept(() => {
        const [pick] = box.selectedItems;
        if (pick?.threadId !== undefined) {
          openPick(context, pick);
          box.hide();
        }
      }),
    );
    held.add(
      box.onDidTriggerItemButton(({ item, button }) => {
        void press(context, item, button).then(() => finder.ask(box.value));
      }),
    );
    held.add(
      box.onDidHide(() => {
        held.dispose();
        resolve();
      }),
    );
    finder.ask("");
    box.show();
  });
}

/** Best first, by task; VS Code itself would sort. */
function keepOrder(box: vscode.QuickPick<SearchPick>): void {
  // Not in VS Code's types, and ignored where it is not known.
  Object.assign(box, { sortByLabel: false });
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
      this.#box.items = taskPicks(this.#context.store.tasks.slice(0, RECENT));
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
    const items = await this.#itemsOf(query, asked.token);
    if (this.#asked === asked) {
      this.#box.busy = false;
      this.#box.items = [...items];
    }
  }

  async #itemsOf(
    query: string,
    token: vscode.CancellationToken,
  ): Promise<readonly SearchPick[]> {
    const params = { query, typing: true, limit: HITS };
    try {
      const found = await this.#context.sidecar.request("task/search", params, token);
      return hitPicks(found, Date.now());
    } catch (thrown) {
      // A query that is only half typed is often no query yet.
      return [{ label: messageOf(thrown), alwaysShow: true }];
    }
  }
}

function openPick({ panels }: Context, { threadId = "", step }: SearchPick): void {
  panels.open(threadId, {
    focusComposer: false,
    ...(step === undefined ? {} : { step }),
  });
}

async function press(
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
