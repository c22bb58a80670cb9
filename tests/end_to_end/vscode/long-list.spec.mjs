/** A list of more tasks than are shown at once: its pages, and that it stays where it is. */
import fs from "node:fs";

import { expect, test } from "@playwright/test";

import { addStep, writeTask } from "./lib/rollouts.mjs";
import { rowsOf } from "./lib/sidebar.mjs";
import { screenshot, World } from "./lib/world.mjs";

const TREE = ".part.sidebar .pane:first-child .monaco-list";
const DAY = 24 * 60 * 60_000;
const OLD_TASKS = 400;
const UPDATES = 50;

let world;
let workbench;
/** Files of tasks that are active today. */
let busy;

/** The home of the demo lists first what is of today; it would stand among ours. */
test.beforeAll(async () => {
  test.setTimeout(180_000);
  // A tooltip that opens where the mouse is takes the wheel from the list.
  world = await World.make({ user: { "workbench.hover.delay": 100_000 } });
  for (const file of world.rollouts()) fs.rmSync(file);
  const cwd = world.workspace;
  const now = Date.now();
  busy = Array.from({ length: 8 }, (_, at) =>
    writeTask(world.home, { cwd, said: `Busy number ${at}`, at: now - 60_000 - at }),
  );
  for (let at = 0; at < OLD_TASKS; at += 1) {
    const said = `Old number ${String(at).padStart(3, "0")}`;
    writeTask(world.home, { cwd, said, at: now - 8 * DAY - at * 60_000 });
  }
  workbench = await world.start();
  await workbench.showActivity("Threadbook");
  await expect(workbench.rows("Old number 001")).toBeVisible();
});

test.afterEach(async ({}, info) => {
  if (info.status !== info.expectedStatus)
    await screenshot(workbench, `failed-${info.title.replaceAll(/\W+/g, "-")}`);
});

test.afterAll(() => world?.end());

/** Turns the wheel over the list until that is in view. */
async function scrollTo(row) {
  const { page } = workbench;
  const { x, y, width, height } = await page.locator(TREE).first().boundingBox();
  await page.mouse.move(x + width / 2, y + height / 2);
  await expect(async () => {
    if (!(await row.isVisible())) await page.mouse.wheel(0, 300);
    await expect(row).toBeVisible({ timeout: 150 });
  }).toPass({ intervals: [20] });
}

/**
 * Looks at the list in every frame until `globalThis.watched.stop` is called, which answers
 * all that was at its top, all that was selected, and the least rows that were there.
 */
async function watchList() {
  await workbench.page
    .locator(TREE)
    .first()
    .evaluate((list) => {
      const labelOf = (row) => row.getAttribute("aria-label").split(",")[0];
      const seen = { tops: new Set(), selected: new Set(), least: Infinity, frames: 0 };
      let isOver = false;
      const look = () => {
        const { top } = list.getBoundingClientRect();
        const rows = [...list.querySelectorAll(".monaco-list-row")]
          .map((row) => ({ row, y: Math.round(row.getBoundingClientRect().top - top) }))
          .filter(({ y }) => y >= 0)
          .sort((a, b) => a.y - b.y);
        seen.frames += 1;
        seen.least = Math.min(seen.least, rows.length);
        seen.tops.add(
          rows.length === 0 ? "nothing" : `${labelOf(rows[0].row)} at ${rows[0].y}`,
        );
        const chosen = rows.filter(({ row }) => row.ariaSelected === "true");
        seen.selected.add(chosen.map(({ row }) => labelOf(row)).join("; "));
        if (!isOver) requestAnimationFrame(look);
      };
      look();
      globalThis.watched = {
        rows: seen.least,
        stop: () => {
          isOver = true;
          return { ...seen, tops: [...seen.tops], selected: [...seen.selected] };
        },
      };
    });
}

function stopWatching() {
  return workbench.page.evaluate(() => globalThis.watched.stop());
}

function isIndexed(count) {
  return () => world.listed("--all").length === count;
}

test("a group of hundreds begins with its first rows, and has more as one scrolls", async () => {
  const group = rowsOf(workbench, "Tasks", "Last 30 days");
  await expect(group).toContainText(String(OLD_TASKS));
  await watchList();

  await scrollTo(workbench.rows(`Old number ${OLD_TASKS - 1}`));

  const { least } = await stopWatching();
  expect(least, "rows are there in every frame").toBeGreaterThan(10);
  await expect(workbench.rows("more task")).toHaveCount(0);
});

test("a group that was shut begins with its first rows again", async () => {
  const { page } = workbench;
  await page.locator(TREE).first().focus();
  await page.keyboard.press("Home");
  const group = rowsOf(workbench, "Tasks", "Last 30 days");
  await group.locator(".monaco-tl-twistie").click();
  await expect(workbench.rows("Old number 001")).toHaveCount(0);
  await group.locator(".monaco-tl-twistie").click();
  await expect(workbench.rows("Old number 001")).toBeVisible();
  await page.keyboard.press("End");

  await expect(workbench.rows(`Old number ${OLD_TASKS - 1}`)).toHaveCount(0);
});

test("what is selected and what is on top stay so while tasks change, move and appear", async () => {
  test.setTimeout(180_000);
  const { page } = workbench;
  await page.locator(TREE).first().focus();
  await page.keyboard.press("Home");
  await scrollTo(workbench.rows("Old number 070"));
  const chosen = workbench.rows("Old number 060");
  await chosen.click({ modifiers: ["ControlOrMeta"] });
  await expect(chosen).toHaveAttribute("aria-selected", "true");
  await watchList();
  const all = world.listed("--all").length;
  let appeared = 0;

  for (let update = 0; update < UPDATES; update += 1) {
    if (update % 5 === 4) {
      const at = Date.now() - 20 * DAY + update;
      const said = `Found number ${update}`;
      writeTask(world.home, { cwd: world.workspace, said, at });
      appeared += 1;
    } else {
      addStep(busy[(update * 3) % busy.length], `Step ${update}`);
    }
    await page.waitForTimeout(100);
  }
  await expect.poll(isIndexed(all + appeared)).toBe(true);
  await expect(rowsOf(workbench, "Tasks", "Old number 060")).toBeVisible();
  await page.waitForTimeout(1_000);

  const seen = await stopWatching();
  expect(seen.tops).toHaveLength(1);
  expect(seen.selected).toEqual(["Old number 060"]);
  expect(seen.least).toBeGreaterThan(10);
  expect(seen.frames).toBeGreaterThan(50);
  await page.keyboard.press("Home");
  const first = workbench.rows("Busy number").first();
  const latest = busy[((UPDATES - 2) * 3) % busy.length];
  await expect(first).toContainText(`Busy number ${busy.indexOf(latest)}`);
});

test("a task that comes on top moves the list by its own row, and takes no selection", async () => {
  const { page } = workbench;
  await scrollTo(workbench.rows("Old number 070"));
  await watchList();
  const all = world.listed("--all").length;

  writeTask(world.home, { cwd: world.workspace, said: "Brand new" });
  await expect.poll(isIndexed(all + 1)).toBe(true);
  await page.waitForTimeout(1_000);

  const { tops, selected } = await stopWatching();
  const numbers = tops.map((top) => Number(/\d+/.exec(top)[0]));
  expect(tops.length).toBeLessThanOrEqual(2);
  expect(Math.max(...numbers) - Math.min(...numbers)).toBeLessThanOrEqual(1);
  expect(selected).toEqual(["Old number 060"]);
});
