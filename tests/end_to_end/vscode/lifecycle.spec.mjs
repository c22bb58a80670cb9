/** Restarts, crashes and what is missing: each test has a world of its own. */
import fs from "node:fs";
import path from "node:path";

import { expect, test as base } from "@playwright/test";

import { CART, openCart, send } from "./lib/cart.mjs";
import { screenshot, World } from "./lib/world.mjs";

const test = base.extend({
  /** What `World.make` is given. */
  options: [{}, { option: true }],
  world: async ({ options }, use, info) => {
    const world = await World.make(options);
    await use(world);
    const page = world.browser?.pages()[0];
    if (page !== undefined && info.status !== info.expectedStatus) {
      await screenshot({ page }, `failed-${info.title.replaceAll(/\W+/g, "-")}`);
    }
    await world.end();
  },
});

/** What the agent said, not the words of the user who asked for it. */
function reply(workbench, text) {
  return workbench.panel.locator(".agent").filter({ hasText: text });
}

test("after a restart of VS Code an open panel comes back with its content and goes on", async ({
  world,
}) => {
  let workbench = await world.start();
  await openCart(workbench);
  await workbench.panel
    .getByRole("textbox", { name: "Message to Codex" })
    .fill("a draft");

  workbench = await world.restart(workbench);

  await expect(workbench.tab(CART)).toBeVisible();
  await expect(workbench.panel.getByText("The total is right now.")).toBeVisible();
  await expect(
    workbench.panel.getByRole("textbox", { name: "Message to Codex" }),
  ).toHaveValue("a draft");
  await screenshot(workbench, "restored");
  await send(workbench, "Still there? [[say:Still here.]]");
  await expect(reply(workbench, "Still here.")).toBeVisible();
});

test("a sidecar that dies comes back, says so, and the open panel goes on", async ({
  world,
}) => {
  const workbench = await world.start();
  await openCart(workbench);
  const [sidecar] = world.sidecars();

  process.kill(sidecar, "SIGKILL");

  await expect
    .poll(() => world.sidecars().filter((pid) => pid !== sidecar))
    .toHaveLength(1);
  await expect(workbench.panel.getByText("The total is right now.")).toBeVisible();
  await send(workbench, "And now? [[say:Back again.]]");
  await expect(reply(workbench, "Back again.")).toBeVisible();
  await screenshot(workbench, "sidecar-back");
});

test("a turn ends though VS Code is stopped in its middle, and no process is left", async ({
  world,
}) => {
  const workbench = await world.start();
  await openCart(workbench);
  await send(workbench, "Take your time [[slow:8]]");
  await expect(workbench.panel.getByRole("button", { name: "Stop" })).toBeVisible();
  const ours = [...world.sidecars(), ...world.processes(/codex.* app-server/)];
  expect(ours.length).toBeGreaterThanOrEqual(2);

  await world.stop();

  const left = () =>
    ours.filter((pid) => fs.existsSync(path.join("/proc", String(pid))));
  await expect.poll(left, { timeout: 30_000 }).toEqual([]);
  const cart = world.listed("--all").find(({ preview }) => preview.startsWith(CART));
  expect(cart.status).toBe("idle");
});

test.describe("without codex", () => {
  const options = {
    settings: { "threadbook.codexPath": "/nonexistent/codex" },
    env: { PATH: "/usr/bin:/bin" },
  };
  test.use({ options });

  test("tasks can be read, and sending says what to do", async ({ world }) => {
    const workbench = await world.start();
    await openCart(workbench);
    await expect(workbench.panel.getByText("The total is right now.")).toBeVisible();

    await send(workbench, "Go on");

    await expect(
      workbench.panel.getByRole("button", { name: "Install Codex" }),
    ).toBeVisible();
    await expect(
      workbench.panel.getByRole("textbox", { name: "Message to Codex" }),
    ).toHaveValue("Go on");
    await screenshot(workbench, "codex-missing");
  });
});

test.describe("without a Codex home", () => {
  test.use({ options: { settings: { "threadbook.codexHome": "/nonexistent/home" } } });

  test("the view says so and offers to choose another", async ({ world }) => {
    const workbench = await world.start();
    await workbench.showActivity("Threadbook");

    await expect(
      workbench.sidebar.getByText("The Codex home does not exist yet"),
    ).toBeVisible();
    await expect(
      workbench.sidebar.getByRole("button", { name: "Choose another home" }),
    ).toBeVisible();
    await screenshot(workbench, "home-missing");
  });
});
