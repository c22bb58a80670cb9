/**
 * From the click on a row of the sidebar to the steps of its task, in the real VS Code: a
 * task of a gigabyte beside one of some kilobytes.
 *
 * `npm run bench -- click` prints the table. `npx tsx tests/bench/click.bench.mjs [MB]`
 * prints a row a line as JSON: `{what, value, unit, goal, cpu}`.
 */
import path from "node:path";
import process from "node:process";

import { expect } from "@playwright/test";

import { ROOT, VENV_PYTHON } from "../../scripts/parts/paths.mjs";
import { run } from "../../scripts/parts/run.mjs";
import { World } from "../end_to_end/vscode/lib/world.mjs";

const MEGABYTES = Number(process.argv[2] ?? 1024);
const RUNS = 5;
const GOAL_MS = 200;
const TASKS = {
  small: "The cart total is off by one cent",
  big: "Look at this picture",
};
/** In this time a gigabyte is read for the first time, however busy the machine. */
const READ_WITHIN_MS = 180_000;

/**
 * In every frame: when the button of the mouse went down, and when a step was first there
 * to be painted. `Date` is the same in all frames.
 */
function watch() {
  addEventListener("mousedown", () => (window.benchClicked = Date.now()), true);
  const look = () => {
    if (document.querySelector("article") === null) setTimeout(look, 4);
    else requestAnimationFrame(() => (window.benchShown = Date.now()));
  };
  setTimeout(look);
}

async function click(workbench, name) {
  const { page, panel } = workbench;
  await workbench.rows(name).first().click();
  await panel.getByRole("article").last().waitFor();
  await panel.getByRole("heading", { name }).waitFor();
  const shown = await panel.locator("body").evaluate(
    () =>
      new Promise((done) => {
        const look = () =>
          window.benchShown === undefined
            ? setTimeout(look, 20)
            : done(window.benchShown);
        look();
      }),
  );
  const clicked = await page.evaluate(() => window.benchClicked);
  await workbench.tidy();
  return shown - clicked;
}

/** The middle one: here is no best, one waits for all that VS Code does. */
function median(values) {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];
}

function print(what, value) {
  const figure = { what, value, unit: "ms", goal: GOAL_MS, cpu: null };
  process.stdout.write(`${JSON.stringify(figure)}\n`);
}

async function measure(world) {
  const workbench = await world.start();
  await world.browser.addInitScript(watch);
  await workbench.reload();
  await workbench.showActivity("Threadbook");
  await expect(async () => {
    await workbench.expandAll();
    await expect(workbench.rows(TASKS.big)).toBeVisible({ timeout: 1_000 });
  }).toPass({ timeout: READ_WITHIN_MS });
  print("click to steps, first panel of a window", await click(workbench, TASKS.small));
  const took = { small: [], big: [] };
  for (let number = 0; number < RUNS; number++) {
    for (const [name, all] of Object.entries(took)) {
      all.push(await click(workbench, TASKS[name]));
    }
  }
  print("click to steps, a small task (median)", median(took.small));
  const size = `${MEGABYTES.toLocaleString("en")} MB`;
  print(`click to steps, a task of ${size} (median)`, median(took.big));
}

const world = await World.make();
try {
  const args = ["-m", "bench.one_big", world.home, world.workspace, String(MEGABYTES)];
  await run(VENV_PYTHON, args, { cwd: path.join(ROOT, "tests"), quiet: true });
  await measure(world);
} finally {
  await world.end();
}
