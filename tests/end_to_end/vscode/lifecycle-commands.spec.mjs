/** Tasks archived, deleted, renamed, pinned and found from the sidebar, on one page. */
import { expect, test as base } from "@playwright/test";

import { screenshot, World } from "./lib/world.mjs";

const CART = "The cart total is off by one cent";
const CHECKOUT = "Migrate the checkout";

const test = base.extend({
  world: [
    async ({}, use) => {
      const world = await World.make();
      await use(world);
      await world.end();
    },
    { scope: "worker", timeout: 120_000 },
  ],
  shared: [
    async ({ world }, use) => {
      const workbench = await world.start();
      await workbench.showActivity("Threadbook");
      await use(workbench);
    },
    { scope: "worker", timeout: 120_000 },
  ],
  workbench: async ({ shared }, use, info) => {
    await use(shared);
    const failed = info.status !== info.expectedStatus;
    if (failed)
      await screenshot(shared, `failed-${info.title.replaceAll(/\W+/g, "-")}`);
    await shared.tidy();
  },
});

/** The state of the task, as the command line tells it. */
function stateOf(world, threadId) {
  return world
    .listed("--all", "--state", "any")
    .find((task) => task.threadId === threadId)?.state;
}

function pane(workbench, title) {
  return workbench.sidebar.locator(".pane", {
    has: workbench.page.locator(".pane-header", { hasText: title }),
  });
}

/** Rows of one view of the sidebar. */
function rowsOf(workbench, title, label) {
  return pane(workbench, title)
    .locator(".monaco-list-row[role=treeitem]")
    .filter({ hasText: label });
}

/** A click on the row itself would open the task. */
async function select(workbench, label) {
  const row = rowsOf(workbench, "Tasks", label);
  await expect(row).toBeVisible();
  await row.click({ modifiers: ["ControlOrMeta"] });
  await expect(row).toHaveAttribute("aria-selected", "true");
}

async function inline(row, action) {
  await row.hover();
  await row.locator(`.action-label[aria-label="${action}"]`).click();
}

test("a row says its model, age and messages in a sidebar of 300 pixels", async ({
  workbench,
}) => {
  const row = rowsOf(workbench, "Tasks", "The cart total");
  await expect(row).toBeVisible();
  const description = row.locator(".label-description");
  const [outer, inner] = await Promise.all([
    row.boundingBox(),
    description.boundingBox(),
  ]);
  await screenshot(workbench, "sidebar");

  expect(outer.width).toBeLessThanOrEqual(310);
  expect(inner.x).toBeLessThan(outer.x + outer.width - 40);
});

test("Delete asks nothing, and Undo brings the task back as it was", async ({
  workbench,
  world,
}) => {
  const threadId = world.threadId(CHECKOUT);
  await select(workbench, CHECKOUT);

  await workbench.page.keyboard.press("Delete");

  const toast = workbench.toast("Deleted");
  await expect(toast).toBeVisible();
  await expect(rowsOf(workbench, "Tasks", CHECKOUT)).toHaveCount(0);
  await screenshot(workbench, "deleted");
  expect(stateOf(world, threadId)).toBe("trashed");
  await toast.getByRole("button", { name: "Undo" }).click();
  await expect(rowsOf(workbench, "Tasks", CHECKOUT)).toBeVisible();
  expect(stateOf(world, threadId)).toBe("active");
});

test("an archived task moves to the other view, and back", async ({
  workbench,
  world,
}) => {
  const threadId = world.threadId(CHECKOUT);
  await inline(rowsOf(workbench, "Tasks", CHECKOUT), "Archive");
  await expect(rowsOf(workbench, "Tasks", CHECKOUT)).toHaveCount(0);
  expect(stateOf(world, threadId)).toBe("archived");

  await workbench.command("Threadbook: Focus on Archive and trash View");
  const row = rowsOf(workbench, "Archive and trash", CHECKOUT);
  await expect(row).toBeVisible();
  await screenshot(workbench, "archive");
  await inline(row, "Unarchive");

  await expect(rowsOf(workbench, "Tasks", CHECKOUT)).toBeVisible();
  await expect(row).toHaveCount(0);
  expect(stateOf(world, threadId)).toBe("active");
});

test("F2 renames a task, for Codex too", async ({ workbench, world }) => {
  await select(workbench, CHECKOUT);
  await workbench.page.keyboard.press("F2");
  const box = workbench.page.locator(".quick-input-widget input[type=text]");
  await expect(box).toHaveValue(new RegExp(CHECKOUT));
  await box.fill("Checkout, second attempt");
  await workbench.page.keyboard.press("Enter");

  await expect(
    rowsOf(workbench, "Tasks", "Checkout, second attempt"),
  ).toBeVisible();
  expect(world.threadId("Checkout, second attempt")).toBeTruthy();
});

test("a pinned task stands in a group of its own", async ({ workbench }) => {
  const row = rowsOf(workbench, "Tasks", "The cart total");
  await row.click({ button: "right" });
  const pin = workbench.page.getByRole("menuitem", { name: "Pin", exact: true });
  await expect(async () => {
    // A menu that has only just opened lets a click pass.
    if (await pin.isVisible()) await pin.click();
    await expect(pin).toHaveCount(0, { timeout: 1_000 });
  }).toPass();

  await expect(rowsOf(workbench, "Tasks", "Pinned")).toBeVisible();
  await screenshot(workbench, "pinned");
});

test("what was said is found as one types, and opens at its step", async ({
  workbench,
}) => {
  await workbench.command("Threadbook: Search all tasks");
  const box = workbench.page.locator(".quick-input-widget");
  await box.locator("input[type=text]").fill('"off by one cent"');
  const hit = box.locator(".monaco-list-row", { hasText: "step" }).first();
  await expect(hit).toBeVisible();
  await screenshot(workbench, "search");
  await hit.click();

  await expect(workbench.panel.getByRole("heading", { name: CART })).toBeVisible();
});

test("the view Usage tells of windows, days and folders", async ({ workbench }) => {
  await workbench.command("Threadbook: Show usage limits");
  const usage = (label) => rowsOf(workbench, "Usage", label);

  await expect(usage("Usage windows")).toBeVisible();
  await expect(usage("Disk by folder")).toBeVisible();
  await screenshot(workbench, "usage");
});
