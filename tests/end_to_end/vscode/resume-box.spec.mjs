/** The box of *Resume task...*: the latest on top, and what is done to a task shows at once. */
import { expect, test } from "@playwright/test";

import { CART } from "./lib/cart.mjs";
import { World } from "./lib/world.mjs";

const ARCHIVED = "Migrate the checkout to version 2";

test("Resume task... has the latest on top, archives and opens from a row, and follows what changes", async () => {
  test.setTimeout(180_000);
  const world = await World.make();
  try {
    const workbench = await world.start();
    await workbench.showActivity("Threadbook");
    await expect(workbench.rows(CART)).toBeVisible();
    await workbench.command("Threadbook: Resume task...");
    const box = workbench.page.locator(".quick-input-widget");
    const rows = box.locator(".monaco-list-row");
    const row = rows.filter({ hasText: ARCHIVED });
    await expect(rows.first()).toContainText(CART);

    await row.hover();
    await row.locator('[aria-label="Archive"]').click();
    await expect(row).toHaveCount(0);
    await expect(box).toBeVisible();
    const { state } = world
      .listed("--all", "--state", "any")
      .find((task) => task.displayName.startsWith(ARCHIVED));
    expect(state).toBe("archived");

    await rows.first().hover();
    await rows.first().locator('[aria-label="Open task"]').click();
    await expect(workbench.tab(CART)).toBeVisible();
  } finally {
    await world.end();
  }
});
