/** What a user does in VS Code, one after the other on one page. */
import fs from "node:fs";
import path from "node:path";

import { expect } from "@playwright/test";

import { VIEWPORT } from "./lib/browser.mjs";
import { CART } from "./lib/cart.mjs";
import { testTogether } from "./lib/shared.mjs";
import { screenshot } from "./lib/world.mjs";

const OTHER_FOLDER = "Fuzz the string parser";

const test = testTogether({
  opened: ({ page }) => {
    const offsite = watchForeignRequests(page);
    return () => expect(offsite, "nothing outside this machine is asked").toEqual([]);
  },
});

/** VS Code's resource host never leaves the browser: a service worker answers for it. */
function watchForeignRequests(page) {
  const seen = [];
  page.on("request", (request) => {
    const { protocol, hostname } = new URL(request.url());
    const isOurs = hostname === "127.0.0.1" || hostname.endsWith(".vscode-cdn.net");
    if (/^(http|ws)/.test(protocol) && !isOurs) seen.push(request.url());
  });
  return seen;
}

test("Resume last session works from cold: the cursor is in the composer, the reply streams and is in the rollout", async ({
  workbench,
  world,
}) => {
  await workbench.command("Threadbook: Resume last session");

  await expect(workbench.tab(CART)).toBeVisible();
  const composer = workbench.panel.getByRole("textbox", { name: "Message to Codex" });
  await expect(composer).toBeFocused();
  await workbench.page.keyboard.type("Say it once more [[slow:3]]");
  await workbench.page.keyboard.press("Enter");
  await expect(workbench.panel.getByRole("button", { name: "Stop" })).toBeVisible();
  await screenshot(workbench, "streaming");
  const reply = workbench.panel.locator(".agent").last();
  await expect(reply).toContainText("Say it once more");
  await expect(workbench.panel.getByRole("button", { name: "Stop" })).toHaveCount(0);

  expect(world.rolloutText(world.threadId(CART))).toContain("Say it once more");
});

test("the tree lists all tasks of the folder in groups, and those of all folders", async ({
  workbench,
  world,
}) => {
  // Rows that don't fit are not in the page.
  await workbench.page.setViewportSize({ width: 1400, height: 1400 });
  await workbench.showActivity("Threadbook");
  await expect(workbench.rows(CART)).toBeVisible();
  await workbench.expandAll();
  const here = world.listed("--cwd", world.workspace);
  await expect.poll(() => workbench.taskCount()).toBe(here.length);
  await screenshot(workbench, "tree-dark");

  await workbench.command("Threadbook: Show tasks of all folders");
  await expect(workbench.rows(OTHER_FOLDER)).toBeVisible();
  await workbench.expandAll();
  const everywhere = world.listed("--all");
  await expect.poll(() => workbench.taskCount()).toBe(everywhere.length);

  await workbench.command("Threadbook: Show tasks of this workspace");
  await expect(workbench.rows(OTHER_FOLDER)).toHaveCount(0);
  await workbench.page.setViewportSize(VIEWPORT);
});

test("a click opens the conversation: markdown, commands with exit code and output, changed files", async ({
  workbench,
}) => {
  await workbench.showActivity("Threadbook");
  await workbench.rows(CART).click();

  const { panel } = workbench;
  await expect(panel.getByRole("heading", { name: CART })).toBeVisible();
  await expect(
    panel.locator(".agent strong").filter({ hasText: "each" }),
  ).toBeVisible();
  await expect(
    panel.locator(".agent table").filter({ hasText: "9c07d11" }),
  ).toBeVisible();
  const failing = panel
    .locator(".command")
    .filter({ hasText: "python -m pytest -q tests/test_cart.py" });
  await expect(failing.getByText("exit 1")).toBeVisible();
  await expect(failing).toContainText("assert 1110 == 1111");
  await expect(panel.locator(".changes").first()).toContainText("cart.py");
  await screenshot(workbench, "panel-dark");
});

test("an approval accepted in the panel runs the command, one declined does not", async ({
  workbench,
  world,
}) => {
  const made = (name) => path.join(world.workspace, name);
  await workbench.command("Threadbook: Resume last session");
  const ask = async (name) => {
    const composer = workbench.panel.getByRole("textbox", { name: "Message to Codex" });
    await composer.fill(`Make ${name} [[escalate:touch ${name}]]`);
    await composer.press("Enter");
    const card = workbench.panel.locator(".approval");
    await expect(card).toContainText(`touch ${name}`);
    return card;
  };

  const first = await ask("accepted.txt");
  await screenshot(workbench, "approval");
  await first.getByRole("button", { name: "Accept", exact: true }).click();
  await expect(workbench.panel.locator(".approval")).toHaveCount(0);
  await expect.poll(() => fs.existsSync(made("accepted.txt"))).toBe(true);
  await expect(workbench.panel.getByRole("button", { name: "Stop" })).toHaveCount(0);

  const second = await ask("declined.txt");
  await second.getByRole("button", { name: "Decline" }).click();
  await expect(workbench.panel.locator(".approval")).toHaveCount(0);
  await expect(workbench.panel.getByRole("button", { name: "Stop" })).toHaveCount(0);
  await expect(workbench.panel.getByText("declined", { exact: true })).toBeVisible();
  expect(fs.existsSync(made("declined.txt"))).toBe(false);
});

test("a narrow window shows the panel without scrolling sideways", async ({
  workbench,
}) => {
  await workbench.page.setViewportSize({ width: 720, height: 800 });
  await workbench.showActivity("Threadbook");
  await workbench.rows(CART).click();
  const { panel } = workbench;
  await expect(panel.getByRole("heading", { name: CART })).toBeVisible();
  await screenshot(workbench, "panel-narrow");

  const overflow = await panel
    .locator("html")
    .evaluate((page) => page.scrollWidth - page.clientWidth);
  expect(overflow).toBe(0);
  await workbench.page.setViewportSize(VIEWPORT);
});

for (const [theme, name, kind] of [
  ["Light Modern", "light", "vscode-light"],
  ["Default High Contrast", "contrast", "vscode-high-contrast"],
]) {
  test(`the tree and a panel can be read in ${theme}`, async ({ workbench, world }) => {
    world.setUser({ "workbench.colorTheme": theme });
    await workbench.reload();
    await workbench.showActivity("Threadbook");
    await workbench.rows("Migrate the checkout").click();
    await expect(workbench.panel.locator("body")).toHaveAttribute(
      "data-vscode-theme-kind",
      kind,
    );
    await expect(
      workbench.panel.getByText("Usage limit reached").first(),
    ).toBeVisible();
    await screenshot(workbench, `panel-${name}`);
  });
}
