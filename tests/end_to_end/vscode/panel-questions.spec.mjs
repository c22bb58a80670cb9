/** What the real codex asks a person is answered in the panel; a task in other hands is followed there. */
import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import process from "node:process";

import { expect } from "@playwright/test";

import { ROOT, VENV_PYTHON } from "../../../scripts/parts/paths.mjs";
import { CART, openCart } from "./lib/cart.mjs";
import { testTogether } from "./lib/shared.mjs";
import { screenshot } from "./lib/world.mjs";

/** A task of old goes on with the model of the config. */
const COUPONS = "Write tests for the coupon parser";
/** A real MCP server whose tool asks by a form. */
const ASKER = path.join(ROOT, "tests", "support", "mcp_asker.py");

const test = testTogether({ made: letItAsk, begin: openCart });

/** Below `[features]`, the last table of the demo's config: what Codex keeps off by itself. */
function letItAsk({ home }) {
  const file = path.join(home, "config.toml");
  // Newer models look for the tools of MCP servers first; this one has them at once.
  const config = fs
    .readFileSync(file, "utf8")
    .replace(/^model = .*$/m, 'model = "gpt-5"');
  const lines = [
    "default_mode_request_user_input = true",
    "request_permissions_tool = true",
    "",
    "[mcp_servers.asker]",
    // A TOML string is written as JSON writes one.
    `command = ${JSON.stringify(VENV_PYTHON)}`,
    `args = ${JSON.stringify([ASKER])}`,
    "",
  ];
  fs.writeFileSync(file, config + lines.join("\n"));
}

/** Words for the mock model: it calls that tool. Two brackets in succession would end them. */
function calling(tool, args) {
  const json = JSON.stringify(args, null, 1).replaceAll(/\n\s*/g, " ");
  return `[[call:${tool}:${json}]]`;
}

async function send({ panel }, words) {
  const composer = panel.getByRole("textbox", { name: "Message to Codex" });
  await composer.fill(words);
  await composer.press("Enter");
}

/** The question with such words, once a click on it counts. */
async function asked({ panel }, words) {
  const card = panel.locator(".approval");
  await expect(card).toContainText(words);
  await expect(card.locator("[data-decision=accept]")).toBeEnabled();
  return card;
}

/** Nothing waits any more, and the turn has ended. */
async function ended({ panel }) {
  await expect(panel.locator(".approval")).toHaveCount(0);
  await expect(panel.getByRole("button", { name: "Stop" })).toHaveCount(0);
}

/** What the agent was told that its last call came to. */
function told(world, name = CART) {
  const lines = world.rolloutText(world.threadId(name)).trim().split("\n");
  const outputs = lines
    .map((line) => JSON.parse(line).payload)
    .filter(({ type }) => type === "function_call_output");
  return JSON.stringify(outputs.at(-1).output);
}

test("leave to write elsewhere is given, and refused, in the panel", async ({
  workbench,
  world,
}) => {
  const elsewhere = path.join(world.folder, "elsewhere");
  fs.mkdirSync(elsewhere);
  const words = calling("request_permissions", {
    permissions: { file_system: { write: [elsewhere] }, network: { enabled: true } },
    reason: "to tidy up",
  });
  await send(workbench, words);
  const card = await asked(workbench, "to tidy up");
  await expect(card).toContainText(elsewhere);
  await screenshot(workbench, "panel-permissions");
  await card.getByRole("button", { name: "Accept", exact: true }).click();
  await ended(workbench);
  const given = told(world);

  await send(workbench, words);
  const again = await asked(workbench, "to tidy up");
  await again.getByRole("button", { name: "Decline" }).click();
  await ended(workbench);

  expect(given).toContain(elsewhere);
  expect(told(world)).not.toContain(elsewhere);
});

test("a choice is made with the keyboard alone, or in one's own words", async ({
  workbench,
  world,
}) => {
  const question = {
    id: "where_to",
    header: "Where to",
    question: "Where is it to go?",
    options: [
      { label: "Harbour", description: "By ship" },
      { label: "Station", description: "By train" },
    ],
  };
  const words = calling("request_user_input", { questions: [question] });
  await send(workbench, words);
  const card = await asked(workbench, "Where is it to go?");
  await card.getByRole("radio", { name: "Harbour" }).focus();
  await workbench.page.keyboard.press("ArrowDown");
  await expect(card.getByRole("radio", { name: "Station" })).toBeChecked();
  await screenshot(workbench, "panel-choice");
  await workbench.page.keyboard.press("Enter");
  await ended(workbench);
  const chosen = told(world);

  await send(workbench, words);
  const again = await asked(workbench, "Where is it to go?");
  await again.getByRole("textbox", { name: "Your own answer" }).fill("By balloon");
  await again.getByRole("button", { name: "Answer" }).click();
  await ended(workbench);

  expect(chosen).toContain("Station");
  expect(told(world)).toContain("By balloon");
});

test("a task that `codex exec` holds is followed live, and can be forked", async ({
  workbench,
  world,
}) => {
  const { panel, page } = workbench;
  const original = world.threadId(CART);
  // Threadbook itself lets go of a task some seconds after its turn.
  const holder = () =>
    world.listed("--all").find(({ threadId }) => threadId === original).holder;
  await expect.poll(holder, { timeout: 30_000 }).toBe(null);
  const codex = new Holding(world, original, "Say it slowly [[slow:30]]");
  try {
    const banner = panel.locator(".banner", { hasText: "In use by codex" });
    await expect(banner).toContainText(`process ${codex.pid}`);
    await expect(banner).toContainText("What it does is shown here live.");
    await expect(panel.getByRole("article").last()).toContainText("Say it slowly");
    const composer = panel.getByRole("textbox", { name: "Message to Codex" });
    await expect(composer).toHaveAttribute("placeholder", "In use by codex exec");
    await expect(panel.getByRole("button", { name: "Stop" })).toHaveCount(0);
    await screenshot(workbench, "panel-held");

    await banner.getByRole("button", { name: "Fork" }).click();
    await expect(page.locator(".tabs-container .tab")).toHaveCount(2);
    await send(workbench, "Meanwhile, in the fork [[say:forked]]");
    await expect(panel.locator(".agent").last()).toContainText("forked");
    await ended(workbench);
    await screenshot(workbench, "panel-held-forked");
  } finally {
    await codex.stop();
  }
  const rollout = world.rolloutText(original);

  expect(rollout.includes("Say it slowly")).toBe(true);
  expect(rollout.includes("Meanwhile, in the fork")).toBe(false);
});

// Last: from here on the last session is another one.
test("a form of an MCP server is filled in; what is left open stays open", async ({
  workbench,
  world,
}) => {
  await workbench.showActivity("Threadbook");
  await workbench.expandAll();
  await workbench.rows(COUPONS).first().click();
  await expect(workbench.panel.getByRole("heading", { name: COUPONS })).toBeVisible();
  await send(workbench, calling("ask", { message: "Before I go on:" }));
  const leave = await asked(workbench, "ask of asker");
  await leave.locator("[data-decision=accept]").click();
  const form = await asked(workbench, "Before I go on:");
  const part = (name) => form.getByRole("group", { name });
  await part("Branch").getByRole("textbox").fill("main");
  await part("Level").getByRole("radio", { name: "Loud" }).check();
  await part("Push it?").getByRole("radio").first().check();
  await screenshot(workbench, "panel-form");
  await form.getByRole("button", { name: "Answer" }).click();
  await ended(workbench);

  const answer = told(world, COUPONS);
  for (const said of ["branch", "main", "high", "push"]) expect(answer).toContain(said);
  expect(answer).not.toContain("copies");
});

/** `codex exec` goes on with the task, as from a terminal. */
class Holding {
  constructor(world, task, words) {
    const flags = ["--skip-git-repo-check"];
    this.process = spawn(world.demo.codex, ["exec", ...flags, "resume", task, words], {
      cwd: world.workspace,
      env: { ...process.env, ...world.env },
      stdio: "ignore",
    });
    this.over = new Promise((done) => this.process.once("exit", done));
  }

  get pid() {
    return this.process.pid;
  }

  async stop() {
    this.process.kill();
    await this.over;
  }
}
