/** Commands on one task, each from its row or the palette, in one VS Code. */
import fs from "node:fs";
import path from "node:path";

import { expect } from "@playwright/test";

import { CART, send } from "./lib/cart.mjs";
import { codexExec } from "./lib/codex.mjs";
import { testTogether } from "./lib/shared.mjs";
import { choose, chooseFromMenu, inline, quickBox, rowsOf } from "./lib/sidebar.mjs";
import { screenshot } from "./lib/world.mjs";

/** What a row shows of it. */
const CART_ROW = "The cart total";
const SEARCH = "Product search takes two";
const CHECKOUT = "Migrate the checkout";
const OTHER_FOLDER = "Fuzz the string parser";

const test = testTogether({
  options: { user: { "git.enabled": true } },
  opened: async (workbench) => {
    await workbench.showActivity("Threadbook");
    await expect(tasks(workbench, CART_ROW)).toBeVisible();
  },
});

function tasks(workbench, label) {
  return rowsOf(workbench, "Tasks", label).first();
}

function agent(workbench, text) {
  return workbench.panel.locator(".agent").filter({ hasText: text });
}

/** The turn has ended. */
async function ended({ panel }) {
  await expect(panel.getByRole("button", { name: "Stop" })).toHaveCount(0);
}

test("Open task offers tasks of all folders, and opens one", async ({ workbench }) => {
  await workbench.command("Threadbook: Open task");
  await choose(workbench, "Open task", "All folders...", "fuzz");
  await choose(workbench, "Open task", OTHER_FOLDER, "fuzz");

  await expect(workbench.tab(OTHER_FOLDER)).toBeVisible();
  await expect(
    workbench.panel.getByRole("heading", { name: OTHER_FOLDER }),
  ).toBeVisible();
});

test("Copy task id puts the id on the clipboard", async ({ workbench, world }) => {
  const { page } = workbench;
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await chooseFromMenu(workbench, tasks(workbench, CART_ROW), "Copy task id");

  await expect
    .poll(() => page.evaluate(() => navigator.clipboard.readText()))
    .toBe(world.threadId(CART));
});

test("Reveal rollout file shows the file of the task", async ({ workbench, world }) => {
  await chooseFromMenu(workbench, tasks(workbench, CART_ROW), "Reveal rollout file");

  await expect(workbench.tab(world.threadId(CART))).toBeVisible();
});

test("Fork task... copies the steps up to one into a new task, and each leads to the other", async ({
  workbench,
  world,
}) => {
  const before = world.listed("--all").map(({ threadId }) => threadId);
  const original = world.threadId(CART);
  await chooseFromMenu(workbench, tasks(workbench, CART_ROW), "Fork task...");
  await choose(workbench, "Fork task", "1. ");

  await expect(workbench.tab(CART)).toBeVisible();
  await expect(workbench.panel.getByRole("article")).toHaveCount(1);
  const made = world.listed("--all").filter((task) => !before.includes(task.threadId));
  expect(made).toMatchObject([{ forkedFromId: original, turnCount: 1 }]);

  const { panel } = workbench;
  await panel.getByRole("button", { name: "Forked from another task" }).click();
  await expect(panel.getByRole("article")).toHaveCount(2);
  await panel.getByRole("button", { name: "1 fork" }).click();
  await expect(panel.getByRole("article")).toHaveCount(1);
});

test("Amend and resume... says a step anew, in a new task", async ({
  workbench,
  world,
}) => {
  const original = world.threadId(SEARCH);
  const before = world.rolloutText(original);
  await chooseFromMenu(workbench, tasks(workbench, SEARCH), "Amend and resume...");
  await choose(workbench, "Amend and resume", "1. ");
  const box = quickBox(workbench);
  await expect(box.locator(".quick-input-title")).toHaveText(
    "Instead of what was said at step 1",
  );
  const input = box.locator("input[type=text]");
  await expect(input).toHaveValue(new RegExp(SEARCH));
  await screenshot(workbench, "amend-and-resume");
  await input.fill("Make it fast [[say:It is fast now.]]");
  await workbench.page.keyboard.press("Enter");

  await expect(agent(workbench, "It is fast now.")).toBeVisible();
  await expect(workbench.panel.getByRole("article")).toHaveCount(1);
  await ended(workbench);
  expect(world.rolloutText(original)).toBe(before);
});

test("Interrupt stops the turn that runs", async ({ workbench, world }) => {
  const threadId = codexExec(world, "A task to stop [[say:Ready.]]");
  await tasks(workbench, "A task to stop").click();
  await send(workbench, "Take a minute [[slow:60]]");
  await expect(workbench.panel.getByRole("button", { name: "Stop" })).toBeVisible();

  await chooseFromMenu(workbench, tasks(workbench, "A task to stop"), "Interrupt");

  await ended(workbench);
  await expect.poll(() => world.rolloutText(threadId)).toContain("turn_aborted");
});

test("Compact sums up what was said", async ({ workbench, world }) => {
  const threadId = codexExec(world, "A task to sum up [[say:Ready.]]");
  await chooseFromMenu(workbench, tasks(workbench, "A task to sum up"), "Compact");

  await expect(workbench.tab("A task to sum up")).toBeVisible();
  await expect.poll(() => world.rolloutText(threadId)).toContain('"compacted"');
  await ended(workbench);
  await screenshot(workbench, "compacted");
});

test("Show changes opens what differs since the task began", async ({
  workbench,
  world,
}) => {
  codexExec(world, "A task with changes [[say:Ready.]]");
  fs.appendFileSync(path.join(world.workspace, "README.md"), "\nOne line more.\n");
  await chooseFromMenu(
    workbench,
    tasks(workbench, "A task with changes"),
    "Show changes",
  );

  await expect(workbench.tab("changes since")).toBeVisible();
  const editor = workbench.page.locator(".multiDiffEntry");
  await expect(editor.filter({ hasText: "README.md" })).toContainText("One line more.");
  await screenshot(workbench, "show-changes");
});

test("Unpin takes a task out of the group of pinned ones", async ({
  workbench,
  world,
}) => {
  const isPinned = () =>
    world.listed("--all").find(({ displayName }) => displayName.startsWith(SEARCH))
      .pinned;
  await chooseFromMenu(workbench, tasks(workbench, SEARCH), "Pin");
  await expect.poll(isPinned).toBe(true);
  await expect(tasks(workbench, /^Pinned/)).toBeVisible();
  await chooseFromMenu(workbench, tasks(workbench, SEARCH), "Unpin");

  await expect.poll(isPinned).toBe(false);
  await expect(tasks(workbench, /^Pinned/)).toHaveCount(0);
  await workbench.command("Threadbook: Unpin");
  await expect(quickBox(workbench)).toContainText("There is no such task.");
});

test("Restore brings back what was deleted, from the palette", async ({
  workbench,
  world,
}) => {
  const threadId = codexExec(world, "A task to delete [[say:Ready.]]");
  const state = () =>
    world.listed("--all", "--state", "any").find((task) => task.threadId === threadId)
      .state;
  await chooseFromMenu(workbench, tasks(workbench, "A task to delete"), "Delete");
  await expect.poll(state).toBe("trashed");
  await workbench.tidy();

  await workbench.command("Threadbook: Restore");
  await choose(workbench, "Restore", "A task to delete");

  await expect.poll(state).toBe("active");
  await expect(tasks(workbench, "A task to delete")).toBeVisible();
});

test("a task that waits for its limit does not go on by itself once that is taken back", async ({
  workbench,
  world,
}) => {
  const threadId = world.threadId(CHECKOUT);
  const scheduled = () =>
    world.listed("--all").find((task) => task.threadId === threadId).scheduledResumeAt;
  await tasks(workbench, CHECKOUT).click();
  await workbench.panel.getByRole("button", { name: /^Resume automatically/ }).click();
  await expect.poll(scheduled).not.toBe(null);

  await workbench.command("Threadbook: Show usage limits");
  const row = rowsOf(workbench, "Usage", CHECKOUT).first();
  await expect(row).toBeVisible();
  await inline(row, "Do not go on by itself");

  await expect.poll(scheduled).toBe(null);
  await expect(row).toHaveCount(0);
});
