/**
 * From the click on a row of the sidebar to the steps of its task, in the real VS Code: a
 * task of a gigabyte beside one of some kilobytes, and beside a webview with one word in it,
 * which is what VS Code itself needs.
 *
 * `npm run bench -- click` prints the table. `npx tsx tests/bench/click.bench.mjs [MB]`
 * prints a row a line as JSON: `{what, value, unit, goal, cpu}`.
 */
import fs from "node:fs";
import path from "node:path";
import process from "node:process";

import { expect } from "@playwright/test";

import { ROOT, VENV_PYTHON } from "../../scripts/parts/paths.mjs";
import { run } from "../../scripts/parts/run.mjs";
import { installVsix } from "../../scripts/parts/vscode_server.mjs";
import { packVsix } from "../../scripts/parts/vsix.mjs";
import { World } from "../end_to_end/vscode/lib/world.mjs";

const MEGABYTES = Number(process.argv[2] ?? 1024);
const RUNS = 9;
const GOAL_MS = 200;
const EMPTY = path.join(ROOT, "tests", "bench", "empty_webview");
const ROWS = {
  empty: "Open an empty webview",
  small: "The cart total is off by one cent",
  big: "Look at this picture",
};
/** In this time a gigabyte is read for the first time, however busy the machine. */
const READ_WITHIN_MS = 180_000;
/** After what one click left to do, the next one begins. */
const RESTS_MS = 500;

/**
 * In every frame: when the button of the mouse was let go, which is when VS Code acts, and
 * when a step was first there to be painted, in a page that VS Code shows. `Date` is the
 * same in all frames.
 */
function watch() {
  addEventListener("mouseup", () => (window.benchClicked = Date.now()), true);
  const look = () => {
    // VS Code shows a page when it is loaded.
    const isThere = document.querySelector("article") !== null;
    if (!isThere || document.readyState !== "complete") setTimeout(look, 4);
    else requestAnimationFrame(() => (window.benchShown = Date.now()));
  };
  setTimeout(look);
}

/** Milliseconds from the click to when VS Code made the frame of the page, and to the steps. */
async function click(workbench, name) {
  const { page, panel } = workbench;
  await workbench.showActivity(name === ROWS.empty ? "Empty" : "Threadbook");
  await page.waitForTimeout(RESTS_MS);
  await workbench.rows(name).first().click();
  await panel.getByRole("article").last().waitFor();
  const { made, shown } = await panel.locator("body").evaluate(
    () =>
      new Promise((done) => {
        const look = () =>
          window.benchShown === undefined
            ? setTimeout(look, 20)
            : done({ made: performance.timeOrigin, shown: window.benchShown });
        look();
      }),
  );
  const clicked = await page.evaluate(() => window.benchClicked);
  await workbench.tidy();
  return { made: made - clicked, shown: shown - clicked };
}

/** The middle one: here is no best, one waits for all that VS Code does. */
function median(values) {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];
}

function print(what, value, goal = null) {
  const figure = { what, value, unit: "ms", goal, cpu: null };
  process.stdout.write(`${JSON.stringify(figure)}\n`);
}

async function measure(world) {
  const workbench = await world.start();
  await world.browser.addInitScript(watch);
  await workbench.reload();
  await workbench.showActivity("Threadbook");
  await expect(async () => {
    await workbench.expandAll();
    await expect(workbench.rows(ROWS.big)).toBeVisible({ timeout: 1_000 });
  }).toPass({ timeout: READ_WITHIN_MS });
  const first = await click(workbench, ROWS.small);
  print("click to steps, first panel of a window", first.shown, GOAL_MS);
  const took = { empty: [], small: [], big: [] };
  for (let number = 0; number < RUNS; number++) {
    for (const [name, all] of Object.entries(took)) {
      all.push(await click(workbench, ROWS[name]));
    }
  }
  const middle = (name, part) => median(took[name].map((each) => each[part]));
  const size = `${MEGABYTES.toLocaleString("en")} MB`;
  const empty = middle("empty", "shown");
  print("click to one word in an empty webview: VS Code alone (median)", empty);
  print("click to steps, a small task (median)", middle("small", "shown"), GOAL_MS);
  print("... until VS Code has made its frame", middle("small", "made"));
  print("... more than the empty webview", middle("small", "shown") - empty);
  print(`click to steps, a task of ${size} (median)`, middle("big", "shown"), GOAL_MS);
  print("... more than the empty webview", middle("big", "shown") - empty);
}

const world = await World.make();
try {
  const empty = path.join(world.folder, "empty-webview.vsix");
  await packVsix(EMPTY, empty);
  await installVsix(world.profile, empty, world.env);
  fs.rmSync(empty);
  const args = ["-m", "bench.one_big", world.home, world.workspace, String(MEGABYTES)];
  await run(VENV_PYTHON, args, { cwd: path.join(ROOT, "tests"), quiet: true });
  await measure(world);
} finally {
  await world.end();
}
