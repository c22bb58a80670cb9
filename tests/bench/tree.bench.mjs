/**
 * The view *Tasks* on a large home in the real VS Code: how soon rows are there once the
 * extension has the tasks, how soon a keystroke in the filter is answered, how long frames
 * take while one scrolls.
 *
 * `npm run bench -- tree` prints the table. `node tests/bench/tree.bench.mjs HOME CACHE
 * DATA` prints a row a line as JSON: `{what, value, unit, goal}`.
 */
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";

import { expect as base } from "@playwright/test";

import { World } from "../end_to_end/vscode/lib/world.mjs";

/** Nothing is tested here: a machine may be slow. */
const expect = base.configure({ timeout: 120_000 });
const [home, cache, data] = process.argv.slice(2);
const TREE = ".part.sidebar .pane:first-child .monaco-list";
const WORDS = "rolu no";
const QUIET_MS = 400;
/** All pages have come by then. */
const ALL_ARE_THERE_MS = 5_000;
const TURNS_OF_THE_WHEEL = 120;

function tell(what, value, goal) {
  console.log(JSON.stringify({ what, value, unit: "ms", goal }));
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** In the page: when a key went down, and when rows changed first and last after it. */
function watchRows(tree) {
  const seen = { key: 0, first: 0, last: 0 };
  globalThis.seen = seen;
  document.addEventListener(
    "keydown",
    () => Object.assign(seen, { key: performance.now(), first: 0, last: 0 }),
    true,
  );
  new MutationObserver(() => {
    seen.last = performance.now();
    seen.first ||= seen.last;
  }).observe(document.querySelector(tree), { childList: true, subtree: true });
}

/** From a key to the first and to the last change of rows that it brings. */
async function press(page, key) {
  await page.keyboard.press(key);
  await page.waitForFunction(
    (quiet) => {
      const { last, key } = globalThis.seen;
      // A key that changes nothing has no answer.
      const since = last === 0 ? key + 4 * quiet : last;
      return performance.now() - since > quiet;
    },
    QUIET_MS,
    { timeout: 30_000 },
  );
  const { key: pressed, first, last } = await page.evaluate(() => globalThis.seen);
  return first === 0 ? undefined : { first: first - pressed, last: last - pressed };
}

async function openFilter(workbench) {
  await workbench.command("Threadbook: Filter tasks...");
  const box = workbench.page.locator(".quick-input-widget");
  await expect(box.getByPlaceholder("Words of a name")).toBeVisible();
}

/** Of words, each of which is in some name, one key after the other. */
async function typeWords(workbench) {
  await openFilter(workbench);
  const answers = [];
  for (const key of WORDS) {
    const answer = await press(workbench.page, key === " " ? "Space" : key);
    if (answer !== undefined) answers.push(answer);
  }
  await press(workbench.page, "Escape");
  return answers;
}

/** A list that shows nothing is given all tasks. */
async function showAll(workbench) {
  await openFilter(workbench);
  await workbench.page.keyboard.type("qqq");
  await expect(workbench.rows()).toHaveCount(0);
  // VS Code itself draws a tree anew five times a second at most.
  await sleep(QUIET_MS);
  return press(workbench.page, "Escape");
}

/** The frames of the page while the wheel turns over the rows, longest first. */
async function framesOfScrolling(workbench) {
  const { page } = workbench;
  const { x, y, width, height } = await page.locator(TREE).first().boundingBox();
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.evaluate(() => {
    const frames = [];
    globalThis.frames60 = frames;
    let before = performance.now();
    const next = () => {
      const now = performance.now();
      frames.push(now - before);
      before = now;
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  });
  for (let turn = 0; turn < TURNS_OF_THE_WHEEL; turn += 1)
    await page.mouse.wheel(0, 500);
  const frames = await page.evaluate(() => globalThis.frames60);
  return frames.toSorted((a, b) => b - a);
}

async function measureRows(workbench, groups) {
  const shown = await showAll(workbench);
  tell(`10,000 tasks ${groups}: none shown to first rows`, shown.first, 100);
  tell("... to the last change of what is on screen", shown.last);
  const answers = await typeWords(workbench);
  const first = median(answers.map((each) => each.first));
  tell("... a keystroke of the filter to the first change, median", first, 50);
  tell("... to the last one, median", median(answers.map((each) => each.last)));
  tell("... to the last one, longest", Math.max(...answers.map((each) => each.last)));
}

async function measureScrolling(workbench) {
  const frames = await framesOfScrolling(workbench);
  tell("scrolling through 10,000 rows: longest frame", frames[0], 50);
  tell("... 95th percentile", frames[Math.floor(frames.length / 20)]);
}

const world = await World.make({
  settings: {
    "threadbook.codexHome": home,
    "threadbook.scope": "all",
  },
  env: { CODEX_HOME: home, THREADBOOK_CACHE_DIR: cache, THREADBOOK_DATA_DIR: data },
});
try {
  const workbench = await world.start();
  await workbench.showActivity("Threadbook");
  await expect(workbench.rows().nth(3)).toBeVisible();
  await sleep(ALL_ARE_THERE_MS);
  await workbench.page.evaluate(watchRows, TREE);
  await measureRows(workbench, "by date");
  await workbench.command("Threadbook: Group by folder");
  await sleep(ALL_ARE_THERE_MS);
  await measureRows(workbench, "by folder, all open");
  await measureScrolling(workbench);
} finally {
  await world.end();
}
