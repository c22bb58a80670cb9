/** What the tests of the page in a browser share: one browser, and what the host sends. */
import type { Browser } from "@playwright/test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after } from "node:test";
import type { ToPanel } from "../../../../extension/src/panel/messages.js";
import type { Turn } from "../../../../extension/src/protocol/index.js";
import type { TaskEvent } from "../../../../extension/webview/wire.js";
import { asked, said, task, turn } from "../samples.js";
import {
  bundlePage,
  launch,
  openPanel,
  type Bundle,
  type Panel,
  type PanelOptions,
} from "./open-page.js";

import { THEMES } from "./themes.js";

/** Opened once a test file, by the first test that needs them. */
const opened: { readonly browser: Promise<Browser>; readonly bundle: Promise<Bundle> } =
  {
    browser: launch(),
    bundle: bundlePage(),
  };

after(async () => {
  await (await opened.browser).close();
});

const axe = readFileSync(
  createRequire(import.meta.url).resolve("axe-core/axe.min.js"),
  "utf8",
);

export function replace(
  turns: readonly Turn[],
  seq = 0,
  nextCursor: string | null = null,
): ToPanel {
  return {
    type: "turns",
    position: "replace",
    turns,
    nextCursor,
    turnCount: turns.length,
    seq,
  };
}

/** A page of steps that was jumped to, or that follows on one. */
export function part(
  position: "jump" | "append",
  from: number,
  to: number,
  newerFrom: number | null,
): ToPanel {
  return {
    type: "partTurns",
    position,
    turns: steps(from, to),
    nextCursor: from > 1 ? `before:${from}` : null,
    newerFrom,
    turnCount: Math.max(to, newerFrom ?? 0),
    seq: 9,
  };
}

export function event(seq: number, body: TaskEvent): ToPanel {
  return {
    type: "event",
    event: { threadId: task().threadId, turnId: "live", seq, event: body },
  };
}

export const started = event(1, {
  type: "turnStarted",
  turnId: "live",
  at: Date.now(),
});

/** A page for one test; it must have asked nothing of the network and broken no rule. */
export async function withPanel(
  options: PanelOptions,
  use: (panel: Panel) => Promise<void>,
): Promise<void> {
  const panel = await openPanel(await opened.browser, await opened.bundle, options);
  try {
    await use(panel);
    assert.deepEqual(panel.offences, []);
  } finally {
    await panel.page.context().close();
  }
}

export function steps(from: number, to: number): readonly Turn[] {
  return Array.from({ length: to - from + 1 }, (_, index) => {
    const number = from + index;
    return turn(number, [
      asked(`u${number}`, `Question ${number}`),
      said(`a${number}`, `Answer ${number}\n\n${"more words ".repeat(60)}`),
    ]);
  });
}

/** Shows the page in another theme, as VS Code does when the user chooses one. */
export async function wear(panel: Panel, theme: keyof typeof THEMES): Promise<void> {
  await panel.page.evaluate(({ bodyClass, variables }) => {
    const { style } = document.documentElement;
    style.cssText = "";
    for (const [name, value] of Object.entries(variables))
      style.setProperty(`--vscode-${name}`, value);
    document.body.className = bodyClass;
  }, THEMES[theme]);
}

interface Axe {
  run(): Promise<{
    violations: { id: string; nodes: { html: string; failureSummary: string }[] }[];
  }>;
}

/** What axe finds wrong, best practices included. The policy does not bind the debugger. */
export async function objections(panel: Panel): Promise<readonly string[]> {
  await panel.page.evaluate(axe);
  return panel.page.evaluate(async () => {
    const { violations } = await (window as unknown as { axe: Axe }).axe.run();
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
    );
  });
}

export async function scrollTop(panel: Panel): Promise<number> {
  return panel.page.locator("main").evaluate((main) => main.scrollTop);
}

export async function isAtEnd(panel: Panel): Promise<boolean> {
  return panel.page
    .locator("main")
    .evaluate((main) => main.scrollHeight - main.scrollTop - main.clientHeight < 4);
}

/** Scrolls so far each frame until the article is there; answers how many there were at most. */
export async function scrollUntil(
  panel: Panel,
  pixels: number,
  label: string,
): Promise<number> {
  return panel.page.evaluate(
    async ({ step, name }) => {
      const main = document.querySelector("main");
      let most = 0;
      await new Promise<void>((done) => {
        const frame = (): void => {
          if (main !== null) main.scrollTop += step;
          most = Math.max(most, document.querySelectorAll("article").length);
          if (document.querySelector(`article[aria-label="${name}"]`) !== null) done();
          else requestAnimationFrame(frame);
        };
        requestAnimationFrame(frame);
      });
      return most;
    },
    { step: pixels, name: label },
  );
}
