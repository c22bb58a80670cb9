/** What leads on from a task: its findings, its origin, more room; in a real Chromium. */
import { expect } from "@playwright/test";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ToPanel } from "../../../../extension/src/panel/messages.js";
import { asked, task, text, turn } from "../samples.js";
import { objections, replace, withPanel } from "./support.js";

const REVIEW = {
  type: "review",
  itemId: "v1",
  at: null,
  entered: false,
  text: text("Two things.\n\n- [P1] Check for null — /w/src/till.ts:4-6\n  It may be."),
  explanation: "Two things.",
  findings: [
    {
      title: "Check for null",
      body: "It `may` be.",
      path: "/w/src/till.ts",
      firstLine: 4,
      lastLine: 6,
      priority: 1,
    },
    {
      title: "Name it",
      body: "",
      path: "/w/src/cart.ts",
      firstLine: 9,
      lastLine: 9,
      priority: null,
    },
  ],
} as const;

describe("going on", () => {
  test("findings of a review lead to their lines", async () => {
    await withPanel({}, async (panel) => {
      const turns = [turn(1, [asked("u1", "Review it"), REVIEW])];
      await panel.send({ type: "task", task: task() }, replace(turns));
      const findings = panel.page.locator(".finding");

      await expect(findings).toHaveCount(2);
      await expect(findings.first()).toContainText("P1");
      await expect(findings.first().locator("code")).toHaveText("may");
      await expect(panel.page.getByText("- [P1]")).toHaveCount(0);
      await findings.first().getByRole("button").click();
      const opened = (await panel.posted()).at(-1);
      assert.deepEqual(opened, {
        type: "openFile",
        path: "/w/src/till.ts",
        line: 4,
      });
      assert.deepEqual(await objections(panel), []);
    });
  });

  test("a task says where it comes from and where it went, and leads there", async () => {
    await withPanel({}, async (panel) => {
      const shown = task({ forkedFromId: "first", continuedAsId: "later" });
      await panel.send(
        { type: "task", task: shown },
        replace([turn(1, [asked("u1", "Go on")])]),
      );
      await panel.page
        .getByRole("button", { name: "Forked from another task" })
        .click();
      assert.deepEqual((await panel.posted()).at(-1), {
        type: "openTask",
        threadId: "first",
      });
      await panel.page.getByRole("button", { name: "Goes on in another task" }).click();
      assert.deepEqual((await panel.posted()).at(-1), {
        type: "openTask",
        threadId: "later",
      });
    });
  });

  test("a task leads to its forks, and a sub-agent to the task that it is of", async () => {
    await withPanel({}, async (panel) => {
      const shown = task({
        isSubAgent: true,
        parentThreadId: "parent",
        forkedFromId: "parent",
      });
      const agent = {
        type: "subAgent",
        itemId: "s1",
        at: null,
        action: "spawn",
        threadIds: ["below"],
        prompt: text("Look at the tests."),
      } as const;
      await panel.send(
        { type: "task", task: shown },
        replace([turn(1, [asked("u1", "Go on"), agent])]),
        { type: "forks", count: 2 },
      );
      const press = async (name: string | RegExp): Promise<unknown> => {
        await panel.page.getByRole("button", { name }).click();
        return (await panel.posted()).at(-1);
      };

      assert.deepEqual(await press("2 forks"), { type: "openFork" });
      assert.deepEqual(await press("Sub-agent of another task"), {
        type: "openTask",
        threadId: "parent",
      });
      await expect(panel.page.getByText("Forked from another task")).toHaveCount(0);
      await press(/^Sub-agent: spawn/u);
      assert.deepEqual(await press("Open task"), {
        type: "openTask",
        threadId: "below",
      });
      assert.deepEqual(await objections(panel), []);
      await panel.send({ type: "forks", count: 0 });
      await expect(panel.page.getByText("2 forks")).toHaveCount(0);
    });
  });

  test("says why a step stopped, and that once", async () => {
    await withPanel({}, async (panel) => {
      const stopped = (message: string): ToPanel =>
        replace([
          turn(1, [asked("u1", "Go")], {
            status: "interrupted",
            stop: { kind: "interrupted", message, resetsAt: null, windowMinutes: null },
          }),
        ]);
      const words = panel.page.getByRole("article").locator(".notice-text");
      await panel.send({ type: "task", task: task() }, stopped("interrupted"));
      await expect(words).toHaveText("Stopped by you");

      await panel.send(stopped("The editor was closed."));
      await expect(words).toHaveText("Stopped by you: The editor was closed.");
    });
  });

  test("a task that rests can be summed up, one in use can't", async () => {
    await withPanel({}, async (panel) => {
      const button = panel.page.getByRole("button", { name: /^Compact/ });
      await panel.send(
        { type: "mayRun", allowed: true, reason: "" },
        { type: "task", task: task() },
        replace([turn(1, [asked("u1", "Go on")])]),
      );
      await button.click();
      assert.deepEqual((await panel.posted()).at(-1), { type: "compact" });

      const holder = {
        pid: 7,
        program: "codex",
        host: null,
        since: null,
        terminal: null,
      };
      await panel.send({ type: "task", task: task({ holder }) });
      await expect(button).toHaveCount(0);
    });
  });

  test("a step of a repository can be checked out", async () => {
    await withPanel({}, async (panel) => {
      const git = { branch: "main", commit: "0123456", repositoryUrl: null };
      await panel.send(
        { type: "mayRun", allowed: true, reason: "" },
        { type: "task", task: task({ git }) },
        replace([turn(1, [asked("u1", "Go on")])]),
      );
      const step = panel.page.getByRole("article").first();
      await step.hover();
      await step.getByRole("button", { name: "Check out in a worktree" }).click();
      assert.deepEqual((await panel.posted()).at(-1), { type: "worktree", step: 1 });
    });
  });

  test("a folder that is gone can be pointed to, unless the task is in the trash", async () => {
    await withPanel({}, async (panel) => {
      const gone = { cwd: "/old", cwdExists: false } as const;
      await panel.send({ type: "task", task: task(gone) }, replace([]));
      const button = panel.page.getByRole("button", { name: "Point to moved folder" });
      await button.click();
      assert.deepEqual((await panel.posted()).at(-1), { type: "action", id: "relink" });

      await panel.send({ type: "task", task: task({ ...gone, state: "trashed" }) });
      await expect(panel.page.getByText("no longer exists")).toBeVisible();
      await expect(button).toHaveCount(0);
    });
  });

  for (const [state, name] of [
    ["archived", "Unarchive"],
    ["trashed", "Restore"],
  ] as const) {
    test(`a task that is ${state} can be brought back from its panel`, async () => {
      await withPanel({}, async (panel) => {
        await panel.send({ type: "task", task: task({ state }) }, replace([]));
        await panel.page.getByRole("button", { name, exact: true }).click();
        const id = name.toLowerCase();
        assert.deepEqual((await panel.posted()).at(-1), { type: "action", id });
      });
    });
  }

  test("Escape leaves alone what another program runs", async () => {
    await withPanel({}, async (panel) => {
      const holder = {
        program: "codex exec",
        pid: 7,
        host: null,
        since: null,
        terminal: null,
      };
      await panel.send(
        { type: "task", task: task({ status: "running", holder }) },
        replace([turn(1, [], { status: "inProgress" })]),
      );
      await panel.page.getByRole("textbox").press("Escape");
      const posted = (await panel.posted()).map(({ type }) => type);
      assert.ok(!posted.includes("interrupt"));
    });
  });
});
