/** The usage page: figures in a tab, its links, and what a reload leaves of it. */
import { expect, test } from "@playwright/test";

import { screenshot, World } from "./lib/world.mjs";

let world;
let workbench;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  world = await World.make();
  workbench = await world.start();
  await workbench.showActivity("Threadbook");
  await expect(workbench.rows("The cart total").first()).toBeVisible();
});

test.afterAll(() => world.end());

function heading(name) {
  return workbench.panel.getByRole("heading", { name });
}

test("the usage page tells of windows, tokens, tasks and folders", async () => {
  await workbench.command("Threadbook: Open usage page");

  for (const name of [
    "Codex usage",
    "5-hour window",
    "Tokens by day and model",
    "Largest tasks",
    "Disk by folder",
    "What the space is for",
  ]) {
    await expect(heading(name)).toBeVisible();
  }
  const chart = workbench.panel.getByRole("img", { name: /tokens in 30 days/ });
  await expect(chart).toBeVisible();
  await workbench.panel.getByText("As a table").click();
  await expect(
    workbench.panel.getByRole("columnheader", { name: "Sum" }),
  ).toBeVisible();
  await screenshot(workbench, "usage-page");
});

test("it takes its colours from the theme", async () => {
  const colours = await workbench.panel.locator("body").evaluate((body) => {
    const root = getComputedStyle(document.documentElement);
    const probe = document.createElement("i");
    probe.style.color = root.getPropertyValue("--vscode-editor-background");
    body.append(probe);
    const wanted = getComputedStyle(probe).color;
    probe.remove();
    return [getComputedStyle(body).backgroundColor, wanted];
  });

  expect(colours[0]).toBe(colours[1]);
});

test("a task's name in it opens the task", async () => {
  const link = workbench.panel.getByRole("link", { name: /^The cart total/ });
  await link.first().click();

  await expect(workbench.tab("The cart total")).toBeVisible();
  await expect(heading("The cart total")).toBeVisible();
});

test("it is there again after a reload, and is read anew", async () => {
  await workbench.tab("Threadbook: Usage").click();
  await expect(heading("Codex usage")).toBeVisible();

  await workbench.writtenDown();
  await workbench.reload();
  await expect(heading("Codex usage")).toBeVisible({ timeout: 30_000 });
  await workbench.command("Threadbook: Refresh usage page");
  await expect(heading("Largest tasks")).toBeVisible();
  await expect(workbench.tab("Threadbook: Usage")).toHaveCount(1);
});
