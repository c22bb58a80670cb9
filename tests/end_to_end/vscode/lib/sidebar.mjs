/** Rows of the sidebar's views, their menus, and the boxes that commands open. */
import { expect } from "@playwright/test";

export function pane(workbench, title) {
  return workbench.sidebar.locator(".pane", {
    has: workbench.page.locator(".pane-header", { hasText: title }),
  });
}

/** Rows of one view of the sidebar. */
export function rowsOf(workbench, title, label) {
  return pane(workbench, title)
    .locator(".monaco-list-row[role=treeitem]")
    .filter({ hasText: label });
}

/** A button of a row, which shows when the pointer is on it. */
export async function inline(row, action) {
  await expect(async () => {
    // Rows above that come a moment later push it from under the pointer.
    await row.hover({ timeout: 2_000 });
    await row
      .locator(`.action-label[aria-label^="${action}"]`)
      .click({ timeout: 2_000 });
  }).toPass();
}

export async function chooseFromMenu(workbench, row, label) {
  // Where it has a key, the name of the whole item says that as well.
  const menu = workbench.page.locator(".monaco-menu");
  const item = menu.getByText(label, { exact: true });
  await expect(async () => {
    // A menu offers what applied when it opened, and a row that begins to run, or comes
    // to rest, says so a moment later.
    if (await menu.first().isVisible()) await workbench.page.keyboard.press("Escape");
    await row.click({ button: "right" });
    await expect(item).toBeVisible({ timeout: 2_000 });
  }).toPass();
  await expect(async () => {
    // A menu that has only just opened lets a click pass.
    if (await item.isVisible()) await item.click({ timeout: 2_000 });
    await expect(item).toHaveCount(0, { timeout: 1_000 });
  }).toPass();
}

/** The box below the palette. */
export function quickBox(workbench) {
  return workbench.page.locator(".quick-input-widget");
}

/** A row of it, once it has that title; what is typed brings a row that lies far below. */
export async function choose(workbench, title, label, typed) {
  const box = quickBox(workbench);
  await expect(box.locator(".quick-input-title")).toHaveText(title);
  if (typed !== undefined) await box.locator("input[type=text]").fill(typed);
  const row = box.locator(".monaco-list-row", { hasText: label }).first();
  await expect(row).toBeVisible();
  await expect(async () => {
    // A list that has only just been drawn lets a click pass.
    if (await row.isVisible()) await row.click({ timeout: 2_000 });
    await expect(row).toBeHidden({ timeout: 1_000 });
  }).toPass();
}
