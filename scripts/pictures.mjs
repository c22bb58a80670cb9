/**
 * `npm run pictures`: writes docs/images/*.png and the walkthrough's pictures from the
 * demo's home in the real VS Code.
 * Pictures are looked at by people before they are committed; no test compares them.
 */
import path from "node:path";
import process from "node:process";

import { expect as base } from "@playwright/test";

import { rowsOf } from "../tests/end_to_end/vscode/lib/sidebar.mjs";
import { World } from "../tests/end_to_end/vscode/lib/world.mjs";
import { ROOT } from "./parts/paths.mjs";

/** Nothing is tested here: a machine may be slow. */
const expect = base.configure({ timeout: 60_000 });
const IMAGES = path.join(ROOT, "docs", "images");
const WALKTHROUGH = path.join(ROOT, "extension", "media", "walkthrough");
const CART = "The cart total";
const LIMITED = "Migrate the checkout";
const SIDEBAR_WIDTH = 400;
const WIDE = { width: 1400, height: 900 };

const TRASHED = "The Docker image is 1.2 GB";
const SOUGHT = "test";

/**
 * Each takes the window to where there is something to see, and names the picture.
 * What it returns undoes what it did; `part` is what of the window is in the picture.
 */
const SCENES = [
  { name: "sidebar", prepare: openCart, part: ".part.sidebar" },
  { name: "panel", prepare: openCart },
  { name: "limited", prepare: openLimited },
  { name: "search", prepare: searchAll },
  { name: "usage", prepare: openUsage },
  { name: "trash", prepare: putIntoTrash },
  { name: "approval", prepare: askForApproval },
];

/** Pictures of the walkthrough: a part of the scene of that name, that far from its top. */
const STEPS = {
  sidebar: { step: "find", part: ".part.sidebar", top: 0, height: 560 },
  panel: { step: "resume", part: ".part.editor", top: 225, height: 640 },
  search: { step: "search", part: ".quick-input-widget", top: 0, height: 390 },
  usage: { step: "usage", part: ".part.editor", top: 32, height: 680 },
  trash: { step: "keep", part: ".part.sidebar", top: 653, height: 145 },
};

async function openCart(workbench) {
  await openTask(workbench, CART);
}

async function openLimited(workbench) {
  await openTask(workbench, LIMITED);
}

async function openTask(workbench, name) {
  await workbench.rows(name).first().click();
  await expect(workbench.panel.getByRole("heading", { name })).toBeVisible();
}

async function searchAll(workbench) {
  await openTask(workbench, CART);
  await workbench.command("Threadbook: Search all tasks");
  const box = workbench.page.locator(".quick-input-widget");
  await box.locator("input[type=text]").fill(SOUGHT);
  await expect(box.locator(".monaco-list-row").nth(3)).toBeVisible();
}

async function openUsage(workbench) {
  await workbench.command("Threadbook: Open usage page");
  await expect(
    workbench.panel.getByRole("heading", { name: "Codex usage" }),
  ).toBeVisible();
}

async function putIntoTrash(workbench) {
  await openTask(workbench, CART);
  const row = workbench.rows(TRASHED).first();
  // A plain click would open it; this one adds to what is selected, or takes away.
  await workbench
    .rows(CART)
    .first()
    .click({ modifiers: ["ControlOrMeta"] });
  await row.click({ modifiers: ["ControlOrMeta"] });
  await workbench.page.keyboard.press("Delete");
  const toast = workbench.page.locator(".notifications-toasts");
  await expect(toast.getByRole("button", { name: "Undo" })).toBeVisible();
  await showView(workbench, "Archive and trash");
  await expect(workbench.rows(TRASHED).first()).toBeVisible({ timeout: 15_000 });
  return async () => {
    await toast.getByRole("button", { name: "Undo" }).click();
    await expect(rowsOf(workbench, "Tasks", "The Docker image")).toBeVisible();
    await showView(workbench, "Archive and trash", false);
  };
}

/** Opens or shuts a view of the sidebar. */
async function showView(workbench, title, isOpen = true) {
  const header = workbench.sidebar.locator(".pane-header", { hasText: title });
  const wanted = String(isOpen);
  if ((await header.getAttribute("aria-expanded")) !== wanted) await header.click();
  await expect(header).toHaveAttribute("aria-expanded", wanted);
}

async function askForApproval(workbench) {
  await workbench.command("Threadbook: Resume last session");
  const composer = workbench.panel.getByRole("textbox", { name: "Message to Codex" });
  await composer.fill("Add a linter: run `pip install ruff` outside of the sandbox");
  await composer.press("Enter");
  const card = workbench.panel.locator(".approval");
  await expect(card).toContainText("pip install ruff");
  // Its buttons can't be hit by accident: they come alive after a moment.
  await expect(card.getByRole("button", { name: "Decline" })).toBeEnabled();
  return () => card.getByRole("button", { name: "Decline" }).click();
}

/** In a world of its own: one theme's pictures must not show what another's did. */
async function take(theme, suffix) {
  const user = { "workbench.colorTheme": theme, "threadbook.scope": "all" };
  const world = await World.make({ user });
  try {
    await takeScenes(await world.start(), suffix);
  } finally {
    await world.end();
  }
}

async function takeScenes(workbench, suffix) {
  await workbench.page.setViewportSize(WIDE);
  await workbench.showActivity("Threadbook");
  await widen(workbench);
  await expect(workbench.rows(CART).first()).toBeVisible();
  await workbench.expandAll();
  for (const { name, prepare, part } of SCENES) {
    if (!wanted(name)) continue;
    const undo = await prepare(workbench);
    await workbench.page.mouse.move(0, 0);
    await workbench.page.waitForTimeout(800);
    const of = part === undefined ? workbench.page : workbench.page.locator(part);
    await of.screenshot({ path: path.join(IMAGES, `${name}-${suffix}.png`) });
    if (STEPS[name] !== undefined) await takeStep(workbench, STEPS[name], suffix);
    await undo?.();
    await workbench.tidy();
  }
}

async function takeStep({ page }, { step, part, top, height }, suffix) {
  const box = await page.locator(part).boundingBox();
  const clip = { ...box, y: box.y + top, height: Math.min(height, box.height - top) };
  await page.screenshot({
    path: path.join(WALKTHROUGH, `${step}-${suffix}.png`),
    clip,
  });
}

/** Pulls the sidebar to a width at which names can be read. */
async function widen(workbench) {
  const { x, y, width } = await workbench.sidebar.boundingBox();
  const { mouse } = workbench.page;
  await mouse.move(x + width, y + 200);
  await mouse.down();
  await mouse.move(x + SIDEBAR_WIDTH, y + 200, { steps: 8 });
  await mouse.up();
}

/** `npm run pictures -- usage trash` takes only these. */
function wanted(name) {
  const names = process.argv.slice(2);
  return names.length === 0 || names.includes(name);
}

await take("Dark Modern", "dark");
await take("Light Modern", "light");
process.stdout.write("The pictures are new; look at each.\n");
