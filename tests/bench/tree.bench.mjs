/**
 * The view *Tasks* on a large home in the real VS Code: how soon rows are there once the
 * extension has the tasks, how soon a keystroke in the filter is answered, how long frames
 * take while one scrolls; and beside it a view that holds nothing but rows, which is what
 * VS Code itself needs.
 *
 * `npm run bench -- tree` prints the table. `node tests/bench/tree.bench.mjs HOME CACHE
 * DATA` prints a row a line as JSON: `{what, value, unit, goal, cpu}`; `cpu` is that of the
 * page's main thread and of the extension host together.
 */
import fs from "node:fs";
import path from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";

import { expect as base } from "@playwright/test";

import { ROOT } from "../../scripts/parts/paths.mjs";
import { installVsix } from "../../scripts/parts/vscode_server.mjs";
import { packVsix } from "../../scripts/parts/vsix.mjs";
import { World } from "../end_to_end/vscode/lib/world.mjs";

/** Nothing is tested here: a machine may be slow. */
const expect = base.configure({ timeout: 120_000 });
const [home, cache, data] = process.argv.slice(2);
const PLAIN = path.join(ROOT, "tests", "bench", "plain_tree");
const TREE = ".part.sidebar .pane .monaco-list";
const WORDS = "rolu no";
const QUIET_MS = 400;
/** As fast as people type. */
const BETWEEN_KEYS_MS = 100;
/** All pages have come by then. */
const ALL_ARE_THERE_MS = 5_000;
const TURNS_OF_THE_WHEEL = 240;
const RUNS = 5;
const FIRST_ROWS_MS = 100;
const ANSWER_MS = 50;

function tell(what, value, { goal = null, cpu = null } = {}) {
  console.log(JSON.stringify({ what, value, unit: "ms", goal, cpu }));
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** In the page: when keys went down, and when rows changed. */
function watchRows() {
  const seen = { keys: [], rows: [] };
  globalThis.seen = seen;
  document.addEventListener("keydown", () => seen.keys.push(performance.now()), true);
  new MutationObserver((changes) => {
    const isRow = ({ target }) => target.closest?.(".monaco-list-rows") !== null;
    if (changes.some(isRow)) seen.rows.push(performance.now());
  }).observe(document.querySelector(".part.sidebar"), {
    childList: true,
    subtree: true,
  });
}

class Watch {
  constructor(world, workbench, session) {
    this.page = workbench.page;
    this.session = session;
    [this.host] = world.processes(/--type=extensionHost/);
  }

  static async begin(world, workbench) {
    const session = await workbench.page.context().newCDPSession(workbench.page);
    await session.send("Performance.enable", { timeDomain: "threadTicks" });
    await workbench.page.evaluate(watchRows);
    return new Watch(world, workbench, session);
  }

  /** Milliseconds of processor time so far: of the main thread, of the extension host. */
  async cpu() {
    const { metrics } = await this.session.send("Performance.getMetrics");
    const busy = metrics.find(({ name }) => name === "TaskDuration").value * 1000;
    // User and system time, in hundredths of a second.
    const stat = fs.readFileSync(`/proc/${this.host}/stat`, "utf8").split(" ");
    return busy + 10 * (Number(stat[13]) + Number(stat[14]));
  }

  /** What *act* brings: times of keys, times of changes of rows, processor time. */
  async during(act) {
    await this.page.evaluate(() => {
      globalThis.seen.keys.length = 0;
      globalThis.seen.rows.length = 0;
    });
    const before = await this.cpu();
    await act();
    await this.page.waitForFunction(
      (quiet) => {
        const { keys, rows } = globalThis.seen;
        // A key that changes nothing has no answer.
        const since = rows.at(-1) ?? (keys.at(-1) ?? 0) + 4 * quiet;
        return performance.now() - since > quiet;
      },
      QUIET_MS,
      { timeout: 60_000 },
    );
    const { keys, rows } = await this.page.evaluate(() => globalThis.seen);
    return { keys, rows, cpu: (await this.cpu()) - before };
  }

  /** From a key to the first and to the last change of rows that it brings. */
  async press(key) {
    const { keys, rows, cpu } = await this.during(() => this.page.keyboard.press(key));
    const [pressed] = keys;
    return rows.length === 0
      ? undefined
      : { first: rows[0] - pressed, last: rows.at(-1) - pressed, cpu };
  }
}

async function openBox(workbench, command, placeholder) {
  await workbench.command(command);
  const box = workbench.page.locator(".quick-input-widget");
  await expect(box.getByPlaceholder(placeholder)).toBeVisible();
  await sleep(QUIET_MS);
}

function openFilter(workbench) {
  return openBox(workbench, "Threadbook: Filter tasks...", "Words of a name");
}

function keyOf(letter) {
  return letter === " " ? "Space" : letter;
}

/** Of words, each of which is in some name, one key after the other is answered. */
async function typeSlowly(workbench, watch) {
  await openFilter(workbench);
  const answers = [];
  for (const letter of WORDS) answers.push(await watch.press(keyOf(letter)));
  await watch.press("Escape");
  return answers.filter((answer) => answer !== undefined);
}

/** From each key to the next change of rows, when nobody waits for the answer. */
async function typeFast(workbench, watch) {
  await openFilter(workbench);
  const { keys, rows, cpu } = await watch.during(async () => {
    for (const letter of WORDS) {
      await workbench.page.keyboard.press(keyOf(letter));
      await sleep(BETWEEN_KEYS_MS);
    }
  });
  const waits = keys.map((key) => rows.find((row) => row > key) - key);
  await watch.press("Escape");
  return { waits: waits.filter((wait) => !Number.isNaN(wait)), cpu };
}

/** A list that shows nothing is given all tasks. */
async function showAll(workbench, watch) {
  await openFilter(workbench);
  await workbench.page.keyboard.type("qqq");
  await expect(workbench.rows()).toHaveCount(0);
  // VS Code itself draws a tree anew five times a second at most.
  await sleep(QUIET_MS);
  return watch.press("Escape");
}

/** The frames of the page while the wheel turns over the rows, longest first. */
async function framesOfScrolling(workbench, watch) {
  const { page } = workbench;
  const { x, y, width, height } = await page.locator(TREE).first().boundingBox();
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.evaluate(() => {
    const watched = { frames: [], tasks: [] };
    globalThis.scrolled = watched;
    new PerformanceObserver((list) =>
      watched.tasks.push(...list.getEntries().map(({ duration }) => duration)),
    ).observe({ entryTypes: ["longtask"] });
    let before = performance.now();
    const next = () => {
      const now = performance.now();
      watched.frames.push(now - before);
      before = now;
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  });
  const before = await watch.cpu();
  for (let turn = 0; turn < TURNS_OF_THE_WHEEL; turn += 1)
    await page.mouse.wheel(0, 250);
  const cpu = (await watch.cpu()) - before;
  const { frames, tasks } = await page.evaluate(() => globalThis.scrolled);
  return { frames: frames.toSorted((a, b) => b - a), tasks, cpu };
}

/** The best of some: the machine does other things too. */
async function best(measure) {
  const all = [];
  for (let run = 0; run < RUNS; run += 1) all.push(await measure());
  const least = (part) => Math.min(...all.map((each) => each[part]));
  return { first: least("first"), last: least("last"), cpu: least("cpu") };
}

async function measureRows(workbench, watch, groups) {
  const shown = await best(() => showAll(workbench, watch));
  tell(`10,000 tasks ${groups}: none shown to first rows`, shown.first, {
    goal: FIRST_ROWS_MS,
    cpu: shown.cpu,
  });
  tell("... to the last change of what is on screen", shown.last);
  const answers = await typeSlowly(workbench, watch);
  const cpu = median(answers.map((each) => each.cpu));
  const first = median(answers.map((each) => each.first));
  tell("... a keystroke of the filter to its answer, median", first, {
    goal: ANSWER_MS,
    cpu,
  });
  tell("... the longest", Math.max(...answers.map((each) => each.first)));
  const fast = await typeFast(workbench, watch);
  tell(`... the same, a key each ${BETWEEN_KEYS_MS} ms, median`, median(fast.waits), {
    cpu: fast.cpu / WORDS.length,
  });
  tell("... the longest", Math.max(...fast.waits));
}

async function measureScrolling(workbench, watch) {
  const { frames, tasks, cpu } = await framesOfScrolling(workbench, watch);
  tell("scrolling through thousands of rows: longest frame", frames[0], {
    goal: ANSWER_MS,
    cpu,
  });
  tell("... 99th percentile", frames[Math.floor(frames.length / 100)]);
  tell("... longest task of the main thread", Math.max(0, ...tasks));
}

/** A view with nothing but rows. */
async function measurePlain(workbench, watch) {
  await workbench.showActivity("Plain");
  for (const rows of [100, 300, 1000, 10000]) {
    const answers = [];
    const shown = await best(async () => {
      await openBox(workbench, `Plain: ${rows} rows`, "Plain");
      await watch.press("a");
      answers.push(await watch.press("b"));
      await workbench.page.keyboard.press("Backspace");
      await sleep(QUIET_MS);
      return watch.press("Escape");
    });
    const count = rows.toLocaleString("en");
    tell(`VS Code alone: none to ${count} plain rows`, shown.first, { cpu: shown.cpu });
    const first = median(answers.map((each) => each.first));
    const cpu = median(answers.map((each) => each.cpu));
    tell("... a keystroke that leaves others", first, { cpu });
  }
}

const world = await World.make({
  settings: {
    "threadbook.codexHome": home,
    "threadbook.scope": "all",
  },
  env: { CODEX_HOME: home, THREADBOOK_CACHE_DIR: cache, THREADBOOK_DATA_DIR: data },
});
try {
  const plain = path.join(world.folder, "plain-tree.vsix");
  await packVsix(PLAIN, plain);
  await installVsix(world.profile, plain, world.env);
  const workbench = await world.start();
  await workbench.showActivity("Threadbook");
  await expect(workbench.rows().nth(3)).toBeVisible();
  await sleep(ALL_ARE_THERE_MS);
  const watch = await Watch.begin(world, workbench);
  await measureRows(workbench, watch, "by date");
  await workbench.command("Threadbook: Group by folder");
  await sleep(ALL_ARE_THERE_MS);
  await measureRows(workbench, watch, "by folder");
  await measureScrolling(workbench, watch);
  await measurePlain(workbench, watch);
} finally {
  await world.end();
}
