/** *Open demo* on a machine with neither codex nor git nor a home, and beside tasks of one's own. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

import { expect, test } from "@playwright/test";

import { screenshot, World } from "./lib/world.mjs";

const EXAMPLE = "The cart total is off by one cent";
const OWN = "Water the tomatoes at noon";

/** A task of the user's own, as Codex writes it. */
function writeOwnTask(home, cwd) {
  const id = "0199f000-0000-7000-8000-000000000001";
  const timestamp = new Date().toISOString();
  const meta = {
    id,
    timestamp,
    cwd,
    originator: "codex_cli_rs",
    cli_version: "0.98.0",
  };
  const lines = [
    { timestamp, type: "session_meta", payload: { ...meta, source: "cli" } },
    { timestamp, type: "event_msg", payload: { type: "user_message", message: OWN } },
    {
      timestamp,
      type: "event_msg",
      payload: { type: "agent_message", message: "Done" },
    },
  ];
  const folder = path.join(home, "sessions", ...timestamp.slice(0, 10).split("-"));
  fs.mkdirSync(folder, { recursive: true });
  const file = path.join(
    folder,
    `rollout-${timestamp.slice(0, 19).replaceAll(":", "-")}-${id}.jsonl`,
  );
  fs.writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
}

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
    await expect(workbench.rows(EXAMPLE)).toBeVisible();
    await expect(demoTitle).toContainText("Demo");
    await expect(workbench.sidebar).toContainText("Example tasks: try them out");
    await screenshot(workbench, "demo");
    await workbench
      .toast("example tasks")
      .getByRole("button", { name: "Close demo" })
      .click();
    await expect(welcome.first()).toContainText("does not exist yet");
    expect(fs.existsSync(home)).toBe(false);

    writeOwnTask(home, world.workspace);
    await workbench.command("Threadbook: Refresh");
    await expect(workbench.rows(OWN)).toBeVisible();
    const before = contents(home);
    await workbench.rows(OWN).click();
    await expect(workbench.panel.getByRole("heading", { name: OWN })).toBeVisible();
    const composer = workbench.panel.getByRole("textbox", { name: "Message to Codex" });
    await composer.fill("Two litres each");

    await workbench.command("Threadbook: Open demo");
    await expect(workbench.rows(EXAMPLE)).toBeVisible();
    await expect(workbench.rows(OWN)).toHaveCount(0);
    await expect(workbench.tab(OWN)).toHaveCount(0);
    await workbench.rows(EXAMPLE).click();
    await expect(workbench.panel.getByText("The total is right now.")).toBeVisible();
    await expect(composer).toHaveAttribute("placeholder", /no Codex behind it/);
    await expect(composer).not.toBeEditable();
    await workbench.command("Threadbook: New task");
    await expect(workbench.toast("There is no Codex behind the demo")).toBeVisible();
    await workbench.command("Notifications: Clear All Notifications");
    await screenshot(workbench, "demo-panel");

    await workbench.page.waitForTimeout(6_500);
    await workbench.reload();
    await workbench.showActivity("Threadbook");
    await expect(workbench.rows(EXAMPLE)).toBeVisible();
    await expect(demoTitle).toContainText("Demo");
    await expect(workbench.panel.getByText("The total is right now.")).toBeVisible();

    await workbench.panel.getByRole("button", { name: "Close demo" }).click();
    await expect(workbench.rows(OWN)).toBeVisible();
    await expect(workbench.rows(EXAMPLE)).toHaveCount(0);
    await expect(workbench.tab(EXAMPLE)).toHaveCount(0);
    await expect(workbench.tab(OWN)).toBeVisible();
    await expect(workbench.panel.getByRole("heading", { name: OWN })).toBeVisible();
    await expect(composer).toHaveValue("Two litres each");
    await expect(demoTitle).not.toContainText("Demo");
    await workbench.command("Threadbook: Open demo");
    await expect(workbench.rows(EXAMPLE)).toBeVisible();
    await workbench.command("Threadbook: Close demo");
    await expect(workbench.rows(OWN)).toBeVisible();
    await expect(workbench.tab(OWN)).toBeVisible();
    expect(contents(home)).toEqual(before);
  } finally {
    await world.end();
    fs.rmSync(own, { recursive: true, force: true });
  }
});
