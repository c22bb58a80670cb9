/** Rows dragged by the mouse, to be pinned or to be given another tag. */
import { expect } from "@playwright/test";

import { showThreadbook, testTogether } from "./lib/shared.mjs";
import { rowsOf } from "./lib/sidebar.mjs";
import { screenshot } from "./lib/world.mjs";

const SEARCH = "Product search takes two";
const CART_ROW = "The cart total";
const CHECKOUT = "Migrate the checkout";

const test = testTogether({ opened: showThreadbook });

function row(workbench, label) {
  return rowsOf(workbench, "Tasks", label).first();
}

/** The task, as the command line tells of it. */
function told(world, name) {
  return world.listed("--all").find((task) => task.displayName.startsWith(name));
}

/** Rows that still move are taken hold of, and let go, at the wrong place. */
async function placeOf(target) {
  let before;
  await expect(async () => {
    const now = JSON.stringify(await target.boundingBox());
    const isStill = now === before;
    before = now;
    expect(isStill).toBe(true);
  }).toPass({ intervals: [400] });
  return JSON.parse(before);
}

/**
 * Takes a row by the mouse, lets go of it on another; what is there only while one drags,
 * *shown*, has come by then.
 */
async function drag(workbench, from, to, shown = to) {
  const { mouse } = workbench.page;
  const start = await placeOf(from);
  await mouse.move(start.x + 60, start.y + start.height / 2);
  await mouse.down();
  await mouse.move(start.x + 70, start.y + start.height / 2 + 20, { steps: 4 });
  await expect(shown).toBeVisible();
  const end = await placeOf(to);
  await mouse.move(end.x + 60, end.y + end.height / 2, { steps: 8 });
  await mouse.move(end.x + 64, end.y + end.height / 2, { steps: 2 });
  await mouse.up();
}

test("a row dragged to Pinned is pinned, also when nothing was; dragged away, no longer", async ({
  workbench,
  world,
}) => {
  const isPinned = () => told(world, SEARCH).pinned;
  await drag(workbench, row(workbench, SEARCH), row(workbench, /^Pinned/));
  await expect.poll(isPinned).toBe(true);
  await expect(row(workbench, /^Pinned/)).toContainText("1");

  await drag(workbench, row(workbench, SEARCH), row(workbench, /^Today/));
  await expect.poll(isPinned).toBe(false);
  await expect(row(workbench, /^Pinned/)).toHaveCount(0);
});

test("a row dragged from one tag to another has that tag, and to No tag none", async ({
  workbench,
  world,
}) => {
  const tagsOf = (name) => () => told(world, name).tags;
  world.threadbook("tag", world.threadId(CART_ROW), "+bugs", "--json");
  world.threadbook("tag", world.threadId(CHECKOUT), "+later", "--json");
  await workbench.command("Threadbook: Group by tag");
  const bugs = row(workbench, /^bugs/);
  const later = row(workbench, /^later/);
  const pinned = row(workbench, /^Pinned/);
  await expect(later).toBeVisible();
  await screenshot(workbench, "by-tag");

  await drag(workbench, row(workbench, CART_ROW), later, pinned);
  await expect.poll(tagsOf(CART_ROW)).toEqual(["later"]);
  await expect(bugs).toHaveCount(0);
  await expect(later).toContainText("2");

  await drag(workbench, row(workbench, CART_ROW), row(workbench, /^No tag/), pinned);
  await expect.poll(tagsOf(CART_ROW)).toEqual([]);
  await expect(later).toContainText("1");
  expect(told(world, CHECKOUT).tags).toEqual(["later"]);
  await workbench.command("Threadbook: Group by date");
  await expect(later).toHaveCount(0);
});
