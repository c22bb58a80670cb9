/** Commands on the window: its list, its sidecar, its codex, terminals; in one VS Code. */
import fs from "node:fs";
import path from "node:path";

import { expect } from "@playwright/test";

import { CART, openCart, send } from "./lib/cart.mjs";
import { choosePath } from "./lib/file-box.mjs";
import { testTogether } from "./lib/shared.mjs";
import { choose, chooseFromMenu, quickBox, rowsOf } from "./lib/sidebar.mjs";
import { ROOT } from "../../../scripts/parts/paths.mjs";
import { screenshot } from "./lib/world.mjs";

const CART_ROW = "The cart total";
const OTHER_FOLDER = "Fuzz the string parser";

const test = testTogether({
  opened: async (workbench) => {
    await workbench.showActivity("Threadbook");
    await expect(rowsOf(workbench, "Tasks", CART_ROW).first()).toBeVisible();
  },
});

/** Ends what runs in terminals, as closing them does. */
async function killTerminals(workbench, world, pattern) {
  await workbench.command("Terminal: Kill All Terminals");
  await expect.poll(() => world.processes(pattern)).toEqual([]);
}

test("every icon that we name is one of VS Code's", async ({ workbench }) => {
  const folders = ["extension/src", "extension/webview"];
  const sources = folders.flatMap((folder) =>
    fs
      .readdirSync(path.join(ROOT, folder), { recursive: true })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => path.join(ROOT, folder, file)),
  );
  const texts = [path.join(ROOT, "package.json"), ...sources].map((file) =>
    fs.readFileSync(file, "utf8").replace(/^\s*(\*|\/\/|\/\*).*$/gm, ""),
  );
  const named = texts.flatMap((text) => [
    ...text.matchAll(/\$\(([a-z][a-z-]+)(?:~spin)?\)|ThemeIcon\(\s*"([a-z-]+)"/g),
  ]);
  const icons = [...new Set(named.map(([, inText, made]) => inText ?? made))];
  expect(icons.length).toBeGreaterThan(30);

  const unknown = await workbench.page.evaluate(
    (names) =>
      names.filter((name) => {
        const probe = document.createElement("i");
        probe.className = `codicon codicon-${name}`;
        document.body.append(probe);
        const { content } = getComputedStyle(probe, "::before");
        probe.remove();
        return content === "none" || content === "normal";
      }),
    icons,
  );
  expect(unknown).toEqual([]);
});

test("Group by folder shows the tasks of each folder together", async ({
  workbench,
  world,
}) => {
  await workbench.command("Threadbook: Group by folder");
  const folder = rowsOf(workbench, "Tasks", path.basename(world.workspace)).first();
  await expect(folder).toBeVisible();
  await expect(folder).toHaveAttribute("aria-level", "1");
  await expect(rowsOf(workbench, "Tasks", /^Today/)).toHaveCount(0);
  await workbench.command("Threadbook: Group by date");
  await expect(rowsOf(workbench, "Tasks", /^Today/)).toBeVisible();
});

test("Resume task... finds tasks of all folders, with what was typed", async ({
  workbench,
}) => {
  await workbench.command("Threadbook: Resume task...");
  await choose(workbench, "Resume task", "All folders...", "fuzz");
  await expect(quickBox(workbench).locator("input[type=text]")).toHaveValue("fuzz");
  await choose(workbench, "Resume task", OTHER_FOLDER);

  await expect(workbench.tab(OTHER_FOLDER)).toBeVisible();
  const composer = workbench.panel.getByRole("textbox", { name: "Message to Codex" });
  await expect(composer).toBeFocused();
});

test("Save filter... keeps the filter that is on under a name", async ({
  workbench,
}) => {
  const { keyboard } = workbench.page;
  const box = quickBox(workbench);
  await workbench.command("Threadbook: Filter tasks...");
  await expect(box.locator(".quick-input-title")).toHaveText("Filter tasks");
  await box.locator(".monaco-list-row", { hasText: "usage limit reached" }).click();
  await expect(workbench.sidebar).toContainText("Filter: usage limit reached (1 of");
  await keyboard.press("Escape");
  await workbench.command("Threadbook: Save filter...");
  await expect(box.locator(".quick-input-title")).toHaveText("Save filter");
  await box.locator("input[type=text]").fill("Out of tokens");
  await keyboard.press("Enter");
  await expect(box).toBeHidden();
  await workbench.command("Threadbook: Clear filters");

  await workbench.command("Threadbook: Saved searches...");
  await choose(workbench, "Saved searches", "Out of tokens");
  await expect(workbench.sidebar).toContainText("Filter: usage limit reached (1 of");
  await workbench.command("Threadbook: Clear filters");
});

test("Restart sidecar starts another process, and the list stays", async ({
  workbench,
  world,
}) => {
  const before = world.sidecars();
  expect(before).toHaveLength(1);
  await workbench.command("Threadbook: Restart sidecar");

  await expect.poll(() => world.sidecars()).not.toEqual(before);
  await expect.poll(() => world.sidecars().length).toBe(1);
  await openCart(workbench);
  await send(workbench, "After that [[say:As before.]]");
  await expect(
    workbench.panel.locator(".agent").filter({ hasText: "As before." }),
  ).toBeVisible();
});

test("Show log shows Threadbook's own output", async ({ workbench }) => {
  await workbench.command("Threadbook: Show log");

  const output = workbench.page.locator(".part.panel");
  await expect(output.locator(".composite.title")).toContainText(/output/i);
  await expect(output.locator("select").first()).toHaveValue(/Threadbook/);
  await workbench.command("View: Toggle Panel Visibility");
});

test("Resume in terminal runs codex on the task in its folder", async ({
  workbench,
  world,
}) => {
  const threadId = world.threadId(CART);
  const running = new RegExp(`codex\\S* resume ${threadId}`);
  await chooseFromMenu(
    workbench,
    rowsOf(workbench, "Tasks", CART_ROW).first(),
    "Resume in terminal",
  );

  await expect.poll(() => world.processes(running).length).toBe(1);
  const [pid] = world.processes(running);
  expect(fs.readlinkSync(`/proc/${pid}/cwd`)).toBe(world.workspace);
  await screenshot(workbench, "resume-in-terminal");
  await killTerminals(workbench, world, running);
});

test("New task runs codex in the folder that is open, on the home that is shown", async ({
  workbench,
  world,
}) => {
  // Its interface, not what drives a panel.
  const running = /\bcodex(?! (app-server|exec|resume)\b)[^/]*$/;
  await workbench.command("Threadbook: New task");

  await expect.poll(() => world.processes(running).length).toBe(1);
  const [pid] = world.processes(running);
  expect(fs.readlinkSync(`/proc/${pid}/cwd`)).toBe(world.workspace);
  const environment = fs.readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
  expect(environment).toContain(`CODEX_HOME=${world.home}`);
  await expect(workbench.page.locator(".part.panel .xterm")).toBeVisible();
  await screenshot(workbench, "new-task");
  await killTerminals(workbench, world, running);
});

// Last: from here on another codex runs tasks.
test("Choose codex... has that program run tasks from then on", async ({
  workbench,
  world,
}) => {
  const chosen = path.join(world.folder, "another-codex");
  const mark = `${chosen}.ran`;
  const script = `#!/bin/sh\n: > '${mark}'\nexec '${world.demo.codex}' "$@"\n`;
  fs.writeFileSync(chosen, script, { mode: 0o755 });
  await workbench.command("Threadbook: Choose codex...");
  await choosePath(workbench, chosen);
  const settings = path.join(world.profile, "data", "Machine", "settings.json");
  const written = () =>
    JSON.parse(fs.readFileSync(settings, "utf8"))["threadbook.codexPath"];

  await expect.poll(written).toBe(chosen);
  await openCart(workbench);
  await send(workbench, "And with it [[say:The other answers.]]");
  await expect(
    workbench.panel.locator(".agent").filter({ hasText: "The other answers." }),
  ).toBeVisible();
  expect(fs.existsSync(mark)).toBe(true);
});
