/** *Open demo* on a machine with neither codex nor git nor a home, and beside tasks of one's own. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

import { expect, test } from "@playwright/test";

import { CART } from "./lib/cart.mjs";
import { writeTask } from "./lib/rollouts.mjs";
import { screenshot, World } from "./lib/world.mjs";

const OWN = "Water the tomatoes at noon";

/** Every file with its content and the time of its last change. */
function contents(home) {
  return fs
    .readdirSync(home, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort()
    .map((file) => [file, fs.statSync(file).mtimeMs, fs.readFileSync(file, "utf8")]);
}

test("the demo shows example tasks, survives a reload, and leads back to one's own", async () => {
  test.setTimeout(240_000);
  const own = fs.mkdtempSync(path.join(os.tmpdir(), "threadbook-own-"));
  const home = path.join(own, "codex-home");
  const world = await World.make({
    env: { PATH: "/nonexistent" },
    settings: { "threadbook.codexHome": home, "threadbook.codexPath": "" },
  });
  try {
    const workbench = await world.start();
    const demoTitle = workbench.sidebar.locator(".pane-header").first();
    await workbench.showActivity("Threadbook");
    const welcome = workbench.sidebar.locator(".welcome-view-content");
    await expect(welcome.first()).toContainText("does not exist yet");

    await welcome.getByRole("button", { name: "Open demo" }).click();
    await expect(workbench.rows(CART)).toBeVisible();
    await expect(demoTitle).toContainText("Demo");
    await expect(workbench.sidebar).toContainText("Example tasks: try them out");
    await screenshot(workbench, "demo");
    await workbench
      .toast("example tasks")
      .getByRole("button", { name: "Close demo" })
      .click();
    await expect(welcome.first()).toContainText("does not exist yet");
    expect(fs.existsSync(home)).toBe(false);

    writeTask(home, { cwd: world.workspace, said: OWN });
    await workbench.command("Threadbook: Refresh");
    await expect(workbench.rows(OWN)).toBeVisible();
    const before = contents(home);
    await workbench.rows(OWN).click();
    await expect(workbench.panel.getByRole("heading", { name: OWN })).toBeVisible();
    const composer = workbench.panel.getByRole("textbox", { name: "Message to Codex" });
    await composer.fill("Two litres each");

    await workbench.command("Threadbook: Open demo");
    await expect(workbench.rows(CART)).toBeVisible();
    await expect(workbench.rows(OWN)).toHaveCount(0);
    await expect(workbench.tab(OWN)).toHaveCount(0);
    await workbench.rows(CART).click();
    await expect(workbench.panel.getByText("The total is right now.")).toBeVisible();
    await expect(composer).toHaveAttribute("placeholder", /no Codex behind it/);
    await expect(composer).not.toBeEditable();
    await workbench.command("Threadbook: New task");
    await expect(workbench.toast("There is no Codex behind the demo")).toBeVisible();
    await workbench.command("Notifications: Clear All Notifications");
    await screenshot(workbench, "demo-panel");

    await workbench.writtenDown();
    await workbench.reload();
    await workbench.showActivity("Threadbook");
    await expect(workbench.rows(CART)).toBeVisible();
    await expect(demoTitle).toContainText("Demo");
    await expect(workbench.panel.getByText("The total is right now.")).toBeVisible();

    await workbench.panel.getByRole("button", { name: "Close demo" }).click();
    await expect(workbench.rows(OWN)).toBeVisible();
    await expect(workbench.rows(CART)).toHaveCount(0);
    await expect(workbench.tab(CART)).toHaveCount(0);
    await expect(workbench.tab(OWN)).toBeVisible();
    await expect(workbench.panel.getByRole("heading", { name: OWN })).toBeVisible();
    await expect(composer).toHaveValue("Two litres each");
    await expect(demoTitle).not.toContainText("Demo");
    await workbench.command("Threadbook: Open demo");
    await expect(workbench.rows(CART)).toBeVisible();
    await workbench.command("Threadbook: Close demo");
    await expect(workbench.rows(OWN)).toBeVisible();
    await expect(workbench.tab(OWN)).toBeVisible();
    expect(contents(home)).toEqual(before);
  } finally {
    await world.end();
    fs.rmSync(own, { recursive: true, force: true });
  }
});
