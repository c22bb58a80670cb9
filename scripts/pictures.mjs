/**
 * `npm run pictures`: writes docs/images/*.png from the demo's home in the real VS Code.
 * Pictures are looked at by people before they are committed; no test compares them.
 */
import path from "node:path";
import process from "node:process";

import { expect } from "@playwright/test";

import { World } from "../tests/end_to_end/vscode/lib/world.mjs";
import { ROOT } from "./parts/paths.mjs";

const IMAGES = path.join(ROOT, "docs", "images");
const CART = "The cart total";
const LIMITED = "Migrate the checkout";
const WIDE = { width: 1400, height: 900 };

/** Each takes the window to where there is something to see, and names the picture. */
const SCENES = [
  ["panel", openCart],
  ["limited", openLimited],
  ["approval", askForApproval],
];

async function openCart(workbench) {
  await workbench.rows(CART).click();
  await expect(workbench.panel.getByRole("heading", { name: CART })).toBeVisible();
}

async function openLimited(workbench) {
  await workbench.rows(LIMITED).click();
  await expect(workbench.panel.getByRole("heading", { name: LIMITED })).toBeVisible();
}

async function askForApproval(workbench) {
  await workbench.command("Threadbook: Resume last session");
  const composer = workbench.panel.getByRole("textbox", { name: "Message to Codex" });
  await composer.fill("Install the linter, then run it [[escalate:pip install ruff]]");
  await composer.press("Enter");
  const card = workbench.panel.locator(".approval");
  await expect(card).toContainText("pip install ruff");
  // Its buttons can't be hit by accident: they come alive after a moment.
  await expect(card.getByRole("button", { name: "Decline" })).toBeEnabled();
  return () => card.getByRole("button", { name: "Decline" }).click();
}

async function take(world, workbench, theme, suffix) {
  world.setUser({ "workbench.colorTheme": theme });
  await workbench.reload();
  await workbench.page.setViewportSize(WIDE);
  await workbench.showActivity("Threadbook");
  await workbench.expandAll();
  for (const [name, prepare] of SCENES) {
    const undo = await prepare(workbench);
    await workbench.page.mouse.move(0, 0);
    await workbench.page.waitForTimeout(800);
    await workbench.page.screenshot({
      path: path.join(IMAGES, `${name}-${suffix}.png`),
    });
    await undo?.();
    await workbench.tidy();
  }
}

const world = await World.make();
try {
  const workbench = await world.start();
  await take(world, workbench, "Dark Modern", "dark");
  await take(world, workbench, "Light Modern", "light");
} finally {
  await world.end();
}
process.stdout.write("docs/images is new; look at each picture.\n");
