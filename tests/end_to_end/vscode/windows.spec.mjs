/** A turn and the windows that show it: one reloads, one closes, two share it. */
import { expect, test as base } from "@playwright/test";

import { CART, openCart, send } from "./lib/cart.mjs";
import { Workbench } from "./lib/workbench.mjs";
import { screenshot, World } from "./lib/world.mjs";

/** As many words as one can tell from a part of them. */
const STORY = Array.from({ length: 40 }, (_, index) => `word${index}`).join(" ");

const test = base.extend({
  world: async ({}, use, info) => {
    const world = await World.make();
    await use(world);
    const pages = world.browser?.pages() ?? [];
    if (info.status !== info.expectedStatus) {
      for (const [index, page] of pages.entries()) {
        const name = `failed-${info.title.replaceAll(/\W+/g, "-")}-${index}`;
        await screenshot({ page }, name);
      }
    }
    await world.end();
  },
});

function stop(workbench) {
  return workbench.panel.getByRole("button", { name: "Stop" });
}

function said(workbench) {
  return workbench.panel.locator(".agent").last();
}

test("Reload Window in the middle of a turn: the panel streams on, and the turn ends", async ({
  world,
}) => {
  const workbench = await world.start();
  await openCart(workbench);
  await send(workbench, `${STORY} [[slow:25]]`);
  await expect(said(workbench)).toContainText("word0");
  await workbench.writtenDown();
  const before = await said(workbench).innerText();

  // Where the focus is in the composer, the Escape before a command stops the turn.
  await workbench.tab(CART).click();
  await workbench.command("Developer: Reload Window");

  await expect(workbench.page.locator(".monaco-workbench")).toHaveCount(0);
  await workbench.opened();
  await expect(workbench.tab(CART)).toBeVisible();
  await expect(stop(workbench)).toBeVisible();
  const restored = await said(workbench).innerText();
  await screenshot(workbench, "reloaded");
  await expect.poll(() => said(workbench).innerText()).not.toBe(restored);
  await expect(stop(workbench)).toHaveCount(0, { timeout: 40_000 });
  const end = await said(workbench).innerText();

  expect(before.length).toBeGreaterThan(0);
  expect(restored.startsWith(before.slice(0, 20))).toBe(true);
  expect(end.match(/word0\b/g)).toHaveLength(1);
  const rollout = world.rolloutText(world.threadId(CART));
  expect(rollout).not.toContain("turn_aborted");
  // The one that drove it is gone; the window's own remains.
  await expect.poll(() => world.sidecars().length).toBe(1);
});

test("two windows show one turn and one question, answered in one of them", async ({
  world,
}) => {
  const first = await world.start();
  await openCart(first);
  const second = new Workbench(await world.browser.newPage());
  await second.open(world.server.url, world.workspace);
  await openCart(second);
  await send(first, "Make it [[escalate:touch made-by-two]]");
  const cards = [first, second].map((each) => each.panel.locator(".approval"));
  for (const card of cards) await expect(card).toContainText("touch made-by-two");
  await screenshot(second, "shared-question");

  await cards[1].getByRole("button", { name: "Accept", exact: true }).click();

  for (const card of cards) await expect(card).toHaveCount(0);
  for (const each of [first, second]) {
    await expect(stop(each)).toHaveCount(0);
    await expect(each.panel.getByRole("article").last()).toContainText("Make it");
  }
  await send(second, `${STORY} [[slow:4]]`);
  for (const each of [first, second]) {
    await expect(said(each)).toContainText("word0");
  }
  for (const each of [first, second]) await expect(stop(each)).toHaveCount(0);
  const [one, other] = await Promise.all(
    [first, second].map((each) => said(each).innerText()),
  );
  expect(one).toBe(other);
});

test("a turn ends by itself after its window was closed, and leaves no process", async ({
  world,
}) => {
  const workbench = await world.start();
  await openCart(workbench);
  const threadId = world.threadId(CART);
  await send(workbench, "On your own [[slow:8]]");
  await expect(said(workbench)).toContainText("On your own");
  const processes = world.processes(/threadbook serve|app-server/);

  await world.stop();

  expect(processes.length).toBeGreaterThan(1);
  expect(isAlive(processes[0])).toBe(true);
  await expect.poll(() => processes.filter(isAlive), { timeout: 40_000 }).toEqual([]);
  const ended = world.rolloutText(threadId).split("\n").filter(isEnd);
  expect(ended.at(-1)).toContain("task_complete");
});

function isEnd(line) {
  return /"(task_complete|turn_aborted)"/.test(line);
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
