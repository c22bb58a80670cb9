/** Tasks archived, deleted, renamed, pinned and found from the sidebar, on one page. */
import { expect } from "@playwright/test";
import fs from "node:fs";

import { CART } from "./lib/cart.mjs";
import { choosePath } from "./lib/file-box.mjs";
import { showThreadbook, testTogether } from "./lib/shared.mjs";
import { chooseFromMenu, inline, pane, rowsOf } from "./lib/sidebar.mjs";
import { screenshot } from "./lib/world.mjs";

const CHECKOUT = "Migrate the checkout";
const DOCKER = "The Docker image";

const test = testTogether({ opened: showThreadbook });

/** The state of the task, as the command line tells it. */
function stateOf(world, threadId) {
  return world
    .listed("--all", "--state", "any")
    .find((task) => task.threadId === threadId)?.state;
}

/** A click on the row itself would open the task. */
async function select(workbench, label) {
  const row = rowsOf(workbench, "Tasks", label);
  await expect(row).toBeVisible();
  await row.click({ modifiers: ["ControlOrMeta"] });
  await expect(row).toHaveAttribute("aria-selected", "true");
}

test("a row says its age in a sidebar of 300 pixels", async ({ workbench }) => {
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

test("a group that was opened is open again when its only task comes back", async ({
  workbench,
}) => {
  const groups = pane(workbench, "Tasks").locator(".monaco-list-row[aria-level='1']");
  const label = await groups
    .and(workbench.page.locator("[aria-expanded=false]"))
    .first()
    .getAttribute("aria-label");
  const month = groups.and(workbench.page.getByLabel(label, { exact: true }));
  await month.locator(".monaco-tl-twistie").click();
  await select(workbench, DOCKER);

  await workbench.page.keyboard.press("Delete");

  await expect(month).toHaveCount(0);
  await workbench.toast("Deleted").getByRole("button", { name: "Undo" }).click();
  await expect(rowsOf(workbench, "Tasks", DOCKER)).toBeVisible();
  await expect(month).toHaveAttribute("aria-expanded", "true");
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

test("several selected tasks are deleted together, and come back together", async ({
  workbench,
  world,
}) => {
  const tasks = [CHECKOUT, "Product search takes"];
  const ids = tasks.map((task) => world.threadId(task));
  for (const task of tasks) await select(workbench, task);

  await workbench.page.keyboard.press("Delete");

  const toast = workbench.toast("Deleted 2 tasks");
  await expect(toast).toBeVisible();
  expect(ids.map((id) => stateOf(world, id))).toEqual(["trashed", "trashed"]);
  await toast.getByRole("button", { name: "Undo" }).click();
  for (const task of tasks)
    await expect(rowsOf(workbench, "Tasks", task)).toBeVisible();
  expect(ids.map((id) => stateOf(world, id))).toEqual(["active", "active"]);
});

test("Delete permanently asks, says how much goes, and does it", async ({
  workbench,
  world,
}) => {
  const archived = "Upgrade the asset build";
  const threadId = world
    .listed("--all", "--state", "archived")
    .find((task) => task.displayName.startsWith(archived)).threadId;
  await workbench.command("Threadbook: Focus on Archive and trash View");
  const row = rowsOf(workbench, "Archive and trash", archived);
  await inline(row, "Delete");
  await expect.poll(() => stateOf(world, threadId)).toBe("trashed");

  await inline(row, "Delete permanently");
  const dialog = workbench.page.locator(".monaco-dialog-box");
  await expect(dialog).toContainText(/[0-9.]+ [KM]?B on disk/);
  await screenshot(workbench, "delete-permanently");
  await dialog.getByRole("button", { name: "Delete permanently" }).click();

  await expect(row).toHaveCount(0);
  await expect.poll(() => stateOf(world, threadId)).toBeUndefined();
});

test("F2 renames a task, for Codex too", async ({ workbench, world }) => {
  await select(workbench, CHECKOUT);
  await workbench.page.keyboard.press("F2");
  const box = workbench.page.locator(".quick-input-widget input[type=text]");
  await expect(box).toHaveValue(new RegExp(CHECKOUT));
  await box.fill("Checkout, second attempt");
  await workbench.page.keyboard.press("Enter");

  await expect(rowsOf(workbench, "Tasks", "Checkout, second attempt")).toBeVisible();
  expect(world.threadId("Checkout, second attempt")).toBeTruthy();
});

test("a pinned task stands in a group of its own", async ({ workbench }) => {
  await chooseFromMenu(workbench, rowsOf(workbench, "Tasks", "The cart total"), "Pin");

  await expect(rowsOf(workbench, "Tasks", "Pinned")).toBeVisible();
  await screenshot(workbench, "pinned");
});

test("what was said is found as one types, and leads to that very message", async ({
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
  const message = workbench.panel.locator("[data-item]:focus");
  await expect(message).toContainText("off by one cent");
  await expect(message).toBeInViewport();
});

test("a task whose folder moved is pointed to it, and back with Undo", async ({
  workbench,
  world,
}) => {
  const { threadId, displayName, cwd } = world
    .listed("--all")
    .find((task) => task.cwdExists && !task.cwd.startsWith(world.workspace));
  const folderOf = () =>
    world.listed("--all").find((task) => task.threadId === threadId).cwd;
  const moved = `${cwd}-moved`;
  fs.renameSync(cwd, moved);

  await workbench.command("Threadbook: Point to moved folder...");
  const box = workbench.page.locator(".quick-input-widget");
  await box.locator(".monaco-list-row", { hasText: displayName }).first().click();
  await expect(box.getByText("Where is")).toBeVisible();
  await choosePath(workbench, `${moved}/`);
  const only = workbench.page.getByRole("button", { name: "Only this task" });
  const toast = workbench.toast("now.");
  await expect(only.or(toast)).toBeVisible();
  await screenshot(workbench, "relink");
  if (await only.isVisible()) await only.click();

  await expect(toast).toContainText("1 task belongs to");
  expect(folderOf()).toBe(moved);
  await toast.getByRole("button", { name: "Undo" }).click();
  await expect.poll(folderOf).toBe(cwd);
  fs.renameSync(moved, cwd);
});

test("the view Usage tells of windows, days and folders", async ({ workbench }) => {
  await workbench.command("Threadbook: Show usage limits");
  const usage = (label) => rowsOf(workbench, "Usage", label);

  await expect(usage("Usage windows")).toBeVisible();
  await expect(usage("Disk by folder")).toBeVisible();
  await screenshot(workbench, "usage");
});

test("a fork at a step opens as a task of its own, and goes on", async ({
  workbench,
  world,
}) => {
  const before = world.listed("--all").length;
  await rowsOf(workbench, "Tasks", "The cart total").click();
  await expect(workbench.panel.getByRole("heading", { name: CART })).toBeVisible();

  await workbench.command("Threadbook: Resume from step...");
  const box = workbench.page.locator(".quick-input-widget");
  const first = box.locator(".monaco-list-row", { hasText: "1. " });
  await expect(first).toBeVisible();
  await screenshot(workbench, "steps");
  await first.click();

  await expect(workbench.tab(/./)).toHaveCount(2);
  const composer = workbench.panel.getByRole("textbox", { name: "Message to Codex" });
  await expect(composer).toBeFocused();
  await composer.fill("Go on [[say:Went on in the fork.]]");
  await composer.press("Enter");
  await expect(
    workbench.panel.locator(".agent").filter({ hasText: "Went on in the fork." }),
  ).toBeVisible();
  expect(world.listed("--all").length).toBe(before + 1);
});

test("a filter narrows the list, says so, and each part of it is taken back with two keys", async ({
  workbench,
}) => {
  const { keyboard } = workbench.page;
  const tasks = pane(workbench, "Tasks");
  const cart = rowsOf(workbench, "Tasks", "The cart total").first();
  const box = workbench.page.locator(".quick-input-widget");
  await workbench.command("Threadbook: Filter tasks...");
  // The palette, which looks alike, has gone.
  await expect(box.getByPlaceholder("Words of a name")).toBeVisible();
  await box.locator("input[type=text]").pressSequentially("usage limit");
  // What is typed narrows the list before anything is chosen.
  await expect(tasks).toContainText("Filter: “usage limit” (0 of");
  await box.locator(".monaco-list-row", { hasText: "usage limit reached" }).click();
  await expect(tasks).toContainText("Filter: usage limit reached (1 of");
  await box.locator("input[type=text]").fill("checkout");
  await keyboard.press("Enter");
  await expect(tasks).toContainText("Filter: “checkout” · usage limit reached (1 of");
  await screenshot(workbench, "filter-box");
  await keyboard.press("Escape");
  await expect(cart).toHaveCount(0);
  await screenshot(workbench, "filtered");

  await rowsOf(workbench, "Tasks", "Checkout")
    .first()
    .click({ modifiers: ["ControlOrMeta"] });
  await keyboard.press("Control+Alt+f");
  // A box that was shut keeps its rows, unseen.
  await expect(box).toBeVisible();
  await expect(box.locator("input[type=text]")).toBeFocused();
  await expect(box.locator(".monaco-list-row.focused")).toContainText("checkout");
  await keyboard.press("Enter");
  await expect(tasks).toContainText("Filter: usage limit reached (1 of");
  await keyboard.press("Escape");
  await workbench.command("Threadbook: Clear filters");

  await expect(cart).toBeVisible();
  await expect(tasks).not.toContainText("Filter:");
});

test("a filter is saved under a name, chosen, renamed and removed", async ({
  workbench,
}) => {
  const { keyboard } = workbench.page;
  const tasks = pane(workbench, "Tasks");
  const box = workbench.page.locator(".quick-input-widget");
  const input = box.locator("input[type=text]");
  const row = (label) => box.locator(".monaco-list-row", { hasText: label }).first();
  await workbench.command("Threadbook: Filter tasks...");
  await row("usage limit reached").click();
  await row("Save filter...").click();
  await expect(input).toHaveValue("usage limit reached");
  await input.fill("Stuck");
  await keyboard.press("Enter");
  await expect(box).toBeHidden();
  await workbench.command("Threadbook: Clear filters");
  await expect(tasks).not.toContainText("Filter:");

  // The box goes when VS Code gives the focus back to where it was, late on a busy machine.
  const pointAtSaved = (label) =>
    expect(async () => {
      await workbench.command("Threadbook: Saved searches...");
      await row(label).hover({ timeout: 5_000 });
    }).toPass();
  await pointAtSaved("Stuck");
  await row("Stuck").locator('.action-label[aria-label^="Rename"]').click();
  await expect(input).toHaveValue("Stuck");
  await input.fill("Waits for a reset");
  await keyboard.press("Enter");
  await row("Waits for a reset").click();
  await expect(tasks).toContainText("Filter: usage limit reached (1 of");
  await workbench.command("Threadbook: Clear filters");

  await pointAtSaved("Waits for a reset");
  await row("Waits for a reset").locator('.action-label[aria-label^="Remove"]').click();
  await expect(row("Nothing is saved yet.")).toBeVisible();
  await keyboard.press("Escape");
});

test("a search is saved, and stands first in the box that searches", async ({
  workbench,
}) => {
  const { keyboard } = workbench.page;
  const box = workbench.page.locator(".quick-input-widget");
  const input = box.locator("input[type=text]");
  await workbench.command("Threadbook: Search all tasks");
  await input.fill('"off by one cent"');
  await expect(
    box.locator(".monaco-list-row", { hasText: "step" }).first(),
  ).toBeVisible();
  await box.locator('.action-label[aria-label^="Save search"]').click();
  await expect(box.locator(".quick-input-title")).toHaveText("Save search");
  await expect(input).toHaveValue('"off by one cent"');
  await input.fill("Cents");
  await keyboard.press("Enter");
  await expect(box).toBeHidden();

  await workbench.command("Threadbook: Search all tasks");
  await expect(box.locator(".monaco-list-row").first()).toContainText("Cents");
  await keyboard.press("Enter");
  await expect(input).toHaveValue('"off by one cent"');
  await expect(
    box.locator(".monaco-list-row", { hasText: "step" }).first(),
  ).toBeVisible();
  await keyboard.press("Escape");
});

test("tasks are grouped by tag, those without one last", async ({
  workbench,
  world,
}) => {
  world.threadbook("tag", world.threadId("The cart total"), "+bugs", "--json");
  await workbench.command("Threadbook: Group by tag");

  await expect(rowsOf(workbench, "Tasks", /^bugs/)).toBeVisible();
  await expect(rowsOf(workbench, "Tasks", /^No tag/)).toBeVisible();
  await screenshot(workbench, "by-tag");
  await workbench.command("Threadbook: Group by date");
  await expect(rowsOf(workbench, "Tasks", /^bugs/)).toHaveCount(0);
});

test("a cleared task is listed nowhere, and comes back by a command", async ({
  workbench,
}) => {
  const name = "Product search takes two";
  const row = rowsOf(workbench, "Tasks", name);
  const box = workbench.page.locator(".quick-input-widget");
  await chooseFromMenu(workbench, row.first(), "Clear");
  await expect(workbench.toast("Cleared")).toBeVisible();
  await expect(row).toHaveCount(0);
  await workbench.tidy();

  await workbench.command("Threadbook: Undo clear...");
  await box.locator(".monaco-list-row", { hasText: name }).first().click();
  await expect(row.first()).toBeVisible();
  await workbench.command("Threadbook: Undo clear...");
  await expect(box).toContainText("No task is cleared.");
});
