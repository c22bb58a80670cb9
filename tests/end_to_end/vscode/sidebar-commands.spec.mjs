/** Commands that ask before they act, and rows that stay where they are, in one VS Code. */
import fs from "node:fs";
import path from "node:path";

import { expect } from "@playwright/test";

import { choosePath } from "./lib/file-box.mjs";
import { CART, send } from "./lib/cart.mjs";
import { showThreadbook, testTogether } from "./lib/shared.mjs";
import { choose, chooseFromMenu } from "./lib/sidebar.mjs";
import { screenshot } from "./lib/world.mjs";

const PARSER = "Product search takes two";

const test = testTogether({
  options: { user: { "git.enabled": true } },
  opened: showThreadbook,
});

test("what is selected and in view stays so while a task runs", async ({
  workbench,
}) => {
  const stop = workbench.panel.getByRole("button", { name: "Stop" });
  await workbench.command("Threadbook: Resume last session");
  // When it ends its group goes, and with it a row: not while one looks.
  await send(workbench, "Count [[slow:60]]");
  await expect(stop).toBeVisible();
  await expect(workbench.rows("Running & waiting")).toBeVisible();
  const row = workbench.rows(PARSER).first();
  await row.click({ modifiers: ["ControlOrMeta"] });
  const list = workbench.sidebar.locator(".pane .monaco-list").first();
  await expect(row).toHaveAttribute("aria-selected", "true");
  const watched = await list.evaluate(async (tree) => {
    const rows = () => tree.querySelectorAll(".monaco-list-row").length;
    const top = () => tree.querySelector(".monaco-list-rows").style.top;
    const before = { rows: rows(), top: top() };
    const seen = { least: before.rows, tops: new Set([before.top]), isSelected: true };
    for (const until = performance.now() + 4_000; performance.now() < until;) {
      await new Promise(requestAnimationFrame);
      seen.least = Math.min(seen.least, rows());
      seen.tops.add(top());
      seen.isSelected &&= tree.querySelector(".monaco-list-row.selected") !== null;
    }
    return { ...seen, tops: [...seen.tops], before };
  });

  expect(watched.isSelected).toBe(true);
  expect(watched.tops).toEqual([watched.before.top]);
  expect(watched.least).toBe(watched.before.rows);
  await stop.click();
  await expect(stop).toHaveCount(0);
});

test("Edit tags gives a task tags that the list can be grouped by", async ({
  workbench,
  world,
}) => {
  await chooseFromMenu(workbench, workbench.rows(CART).first(), "Edit tags...");
  const input = workbench.page.locator(".quick-input-widget input[type=text]");
  await expect(input).toBeVisible();
  await screenshot(workbench, "tags");
  await input.fill("money");
  await workbench.page.keyboard.press("Enter");
  await expect
    .poll(
      () =>
        world.listed("--all").find((task) => task.displayName.startsWith(CART)).tags,
    )
    .toContain("money");
});

test("Export writes a task as Markdown, without secrets", async ({
  workbench,
  world,
}) => {
  const file = path.join(world.folder, "cart.md");
  await chooseFromMenu(workbench, workbench.rows(CART).first(), "Export...");
  await choose(workbench, "Export as", "Markdown");
  await choose(workbench, "What goes into the file?", "Without secrets");
  await choosePath(workbench, file, /\.md$/);

  await expect(workbench.toast("Exported 1 task")).toBeVisible();
  expect(fs.readFileSync(file, "utf8")).toContain(CART);
});

test("Export writes several tasks into a folder, as pages without pictures", async ({
  workbench,
  world,
}) => {
  const folder = path.join(world.folder, "pages");
  fs.mkdirSync(folder);
  await workbench
    .rows(CART)
    .first()
    .click({ modifiers: ["ControlOrMeta"] });
  await workbench
    .rows(PARSER)
    .first()
    .click({ modifiers: ["ControlOrMeta"] });
  await chooseFromMenu(workbench, workbench.rows(PARSER).first(), "Export...");
  await choose(workbench, "Export as", "HTML");
  await choose(workbench, "What goes into the file?", "Without pictures");
  await choosePath(workbench, folder);

  await expect(workbench.toast("Exported 2 tasks")).toBeVisible();
  const pages = fs
    .readdirSync(folder)
    .map((name) => fs.readFileSync(path.join(folder, name), "utf8"));
  expect(pages.every((page) => page.startsWith("<!doctype html>"))).toBe(true);
  expect(
    [CART, PARSER].map((task) => pages.findIndex((page) => page.includes(task))).sort(),
  ).toEqual([0, 1]);
});

test("Show changes says when the commit at which a task began is gone", async ({
  workbench,
}) => {
  await chooseFromMenu(workbench, workbench.rows(CART).first(), "Show changes");

  await expect(workbench.toast("Git does not find commit")).toBeVisible();
});

test("Review changes begins a task that reviews", async ({ workbench, world }) => {
  const before = world.listed("--all").length;
  await workbench.command("Threadbook: Review changes...");
  await choose(workbench, "Review changes", "Uncommitted changes");

  await expect(workbench.tab(/./)).toHaveCount(1);
  await expect.poll(() => world.listed("--all").length).toBeGreaterThan(before);
});

test("Purge names what goes for good, and leaves all else", async ({
  workbench,
  world,
}) => {
  const archived = world.listed("--all", "--state", "archived");
  expect(archived.length).toBeGreaterThan(0);
  await workbench.command("Threadbook: Purge...");
  await choose(workbench, "Purge tasks of which folder?", "Tasks of all folders");
  await choose(workbench, "Which tasks?", "Archived");
  await choose(workbench, "Not active for how long?", "However long");
  const dialog = workbench.page.locator(".monaco-dialog-box");
  await expect(dialog).toContainText(archived[0].displayName.slice(0, 20));
  await screenshot(workbench, "purge");
  const active = world.listed("--all").length;
  await dialog.getByRole("button", { name: "Delete permanently" }).click();

  await expect(workbench.toast("Purged")).toBeVisible();
  expect(world.listed("--all", "--state", "archived")).toEqual([]);
  expect(world.listed("--all").length).toBe(active);
});
