/** The panel in VS Code: finding one's way, and saying something anew from a step. */
import { expect } from "@playwright/test";

import { CART, openCart } from "./lib/cart.mjs";
import { testTogether } from "./lib/shared.mjs";
import { screenshot } from "./lib/world.mjs";

const test = testTogether({ begin: openCart });

test("Ctrl+F finds in the panel, not in VS Code", async ({ workbench }) => {
  const { panel, page } = workbench;
  await panel.getByRole("textbox", { name: "Message to Codex" }).click();
  await page.keyboard.press("Control+f");
  const find = panel.getByRole("search");
  await expect(find.getByRole("textbox")).toBeFocused();
  await page.keyboard.type("discounts");
  await expect(find.getByRole("status")).toHaveText(/^\d+ of \d+$/);
  await screenshot(workbench, "panel-find");
  await page.keyboard.press("Escape");

  await expect(find).toHaveCount(0);
});

test("the list of steps leads to any of them", async ({ workbench }) => {
  const { panel, page } = workbench;
  await panel.getByRole("textbox", { name: "Message to Codex" }).click();
  await page.keyboard.press("Control+Shift+o");
  await expect(panel.getByRole("option").first()).toContainText(CART);
  await screenshot(workbench, "panel-outline");
  await page.keyboard.type("1");
  await page.keyboard.press("Enter");

  await expect(
    panel.getByRole("article", { name: "Step 1", exact: true }),
  ).toBeFocused();
});

test("a step said anew runs in a task of its own; the first stays as it was", async ({
  workbench,
  world,
}) => {
  const { panel, page } = workbench;
  const original = world.threadId(CART);
  const before = world.rolloutText(original);
  const step = panel.getByRole("article", { name: "Step 2", exact: true });
  await step.hover();
  await step.getByRole("button", { name: "Edit and resend (new task)" }).click();
  const composer = panel.getByRole("textbox", { name: "Message to Codex" });
  await expect(composer).toBeFocused();
  await composer.fill("Rather write a test for it");
  await screenshot(workbench, "panel-amend");
  await page.keyboard.press("Enter");

  await expect(panel.locator(".agent").last()).toContainText("Rather write a test");
  await expect(panel.getByRole("article")).toHaveCount(2);
  await expect(page.locator(".tabs-container .tab")).toHaveCount(2);
  await screenshot(workbench, "panel-amended");
  expect(world.rolloutText(original) === before).toBe(true);
});
