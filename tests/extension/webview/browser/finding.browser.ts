/** Finding one's way in a long task: find, the list of steps, the files, what a step offers. */
import { expect } from "@playwright/test";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { OutlineStep } from "../../../../extension/src/protocol/index.js";
import { asked, NOW, ran, said, task, turn } from "../samples.js";
import { CONVERSATION } from "./conversation.js";
import type { Panel } from "./open-page.js";
import {
  event,
  objections,
  part,
  replace,
  started,
  steps,
  withPanel,
} from "./support.js";

function outline(count: number): readonly OutlineStep[] {
  return Array.from({ length: count }, (_, index) => ({
    number: index + 1,
    turnId: `turn-${index + 1}`,
    preview: `Question ${index + 1}`,
    status: "completed",
    startedAt: NOW - (count - index) * 3_600_000,
    messageCount: 2,
    bytes: 4000,
  }));
}

async function found(panel: Panel): Promise<readonly string[]> {
  return panel.page.evaluate(() =>
    [...(CSS.highlights.get("threadbook-current") ?? [])].map((range) =>
      range instanceof Range ? range.toString() : "",
    ),
  );
}

describe("find in task", () => {
  test("counts, goes from match to match, and marks them without touching the text", async () => {
    await withPanel({}, async (panel) => {
      const { page } = panel;
      const words = ["alpha beta", "Beta, then beta again", "nothing"];
      const turns = words.map((each, index) =>
        turn(index + 1, [asked(`u${index}`, "?"), said(`a${index}`, each)]),
      );
      await panel.send({ type: "task", task: task() }, replace(turns));
      await page.keyboard.press("Control+f");
      const field = page.getByRole("search").getByRole("textbox");
      await expect(field).toBeFocused();
      await field.fill("beta");
      await expect(page.getByRole("search").getByRole("status")).toHaveText("1 of 3");
      await field.press("Enter");
      await expect(page.getByRole("search").getByRole("status")).toHaveText("2 of 3");
      assert.deepEqual(await found(panel), ["Beta"]);

      await page.getByRole("button", { name: "Match case" }).click();
      await expect(page.getByRole("search").getByRole("status")).toHaveText("1 of 2");
      await page.getByRole("button", { name: "Use regular expression" }).click();
      await field.fill("b[");
      await expect(page.getByText("Not a regular expression")).toBeVisible();
      await field.fill("^alp|aga.n$");
      await expect(page.getByRole("search").getByRole("status")).toHaveText("1 of 2");
      assert.deepEqual(await objections(panel), []);

      await field.press("Escape");
      await expect(page.getByRole("search")).toHaveCount(0);
      assert.deepEqual(await found(panel), []);
    });
  });

  test("opens what is folded, and looks into earlier steps when there is no more", async () => {
    await withPanel({}, async (panel) => {
      const { page } = panel;
      const long = Array.from({ length: 90 }, (_, index) => `row ${index}`).join("\n");
      await panel.send(
        { type: "task", task: task() },
        replace([turn(21, [ran("x", "make", long)])], 0, "before:21"),
      );
      await expect
        .poll(() => panel.posted())
        .toContainEqual({ type: "loadOlder", cursor: "before:21" });
      await panel.send({
        type: "turns",
        position: "prepend",
        turns: [turn(20, [said("a20", "in between")])],
        nextCursor: "before:20",
        turnCount: 21,
        seq: 0,
      });
      await page.keyboard.press("Control+f");
      const field = page.getByRole("search").getByRole("textbox");
      await field.fill("row 40");
      await expect(page.getByRole("search").getByRole("status")).toHaveText("1 of 1+");
      await expect(page.getByText("row 40")).toBeInViewport();

      await field.press("Shift+Enter");
      await expect
        .poll(() => panel.posted())
        .toContainEqual({ type: "loadOlder", cursor: "before:20" });
      await expect(page.getByText("Looking further…")).toBeVisible();
      await panel.send({
        type: "turns",
        position: "prepend",
        turns: [turn(19, [said("a19", "row 40, said earlier")])],
        nextCursor: null,
        turnCount: 21,
        seq: 0,
      });
      await expect(page.getByRole("search").getByRole("status")).toHaveText("1 of 2");
      await expect(page.getByText("row 40, said earlier")).toBeInViewport();
    });
  });
});

describe("the list of steps", () => {
  test("narrows as one types and goes to a step that is not loaded", async () => {
    await withPanel({}, async (panel) => {
      const { page } = panel;
      await panel.send(
        { type: "task", task: task() },
        replace(steps(381, 400), 0, "c"),
      );
      await page.keyboard.press("Control+Shift+O");
      await panel.send({ type: "outline", steps: outline(400) });
      const field = page.getByRole("combobox");
      await expect(field).toBeFocused();
      await expect(page.getByRole("option", { selected: true })).toHaveText(
        /^\s*400\s/u,
      );
      assert.ok((await page.getByRole("option").count()) < 40);
      assert.deepEqual(await objections(panel), []);
      await field.fill("question 12");
      await expect(page.getByText("11 steps")).toBeVisible();
      await field.press("ArrowDown");
      await field.press("Enter");

      await expect(page.getByRole("dialog")).toHaveCount(0);
      await expect
        .poll(() => panel.posted())
        .toContainEqual({ type: "jump", step: 120 });
      await panel.send(event(1, { type: "statusChanged", status: "idle" }));
      await panel.send(part("jump", 117, 136, 137));
      await expect(page.getByText("Question 120", { exact: true })).toBeInViewport();
      await expect(page.locator("[data-here]")).toHaveText("Step 120 of 137");
      await expect(page.getByRole("article", { name: "Step 120" })).toBeFocused();
    });
  });

  test("is left with Escape, and gives the focus back", async () => {
    await withPanel({}, async (panel) => {
      await panel.send({ type: "task", task: task() }, replace(steps(1, 3)));
      const button = panel.page.getByRole("button", { name: "Step 3 of 3" });
      await button.click();
      await panel.page.getByRole("combobox").press("Escape");

      await expect(panel.page.getByRole("dialog")).toHaveCount(0);
      await expect(button).toBeFocused();
    });
  });

  test("steps are parted by days", async () => {
    await withPanel({}, async (panel) => {
      const day = 86_400_000;
      const turns = [-3, -1, -1].map((ago, index) =>
        turn(index + 1, [said(`a${index}`, "x")], { startedAt: NOW + ago * day }),
      );
      await panel.send({ type: "task", task: task() }, replace(turns));

      await expect(panel.page.locator(".is-day")).toHaveText([/November 20/u]);
    });
  });
});

describe("a step", () => {
  test("can be gone on from, forked, copied and revealed", async () => {
    await withPanel({}, async (panel) => {
      await panel.send({ type: "task", task: task() }, replace(steps(1, 2)));
      const tools = panel.page.getByRole("toolbar", { name: "What to do with step 1" });
      for (const name of [
        "Go on from here (new task)",
        "Fork to the side",
        "Reveal in rollout",
        "Copy what was said",
        "Copy step as Markdown",
      ]) {
        await tools.getByRole("button", { name }).click();
      }
      const posted = (await panel.posted()).slice(1);

      assert.deepEqual(posted.slice(0, 3), [
        { type: "fork", step: 1, beside: false },
        { type: "fork", step: 1, beside: true },
        { type: "revealStep", step: 1 },
      ]);
      assert.match(JSON.stringify(posted[3]), /"Question 1\\n\\nAnswer 1/u);
      assert.match(JSON.stringify(posted[4]), /## Step 1\\n\\n> Question 1/u);
    });
  });

  test("is said anew from the composer, and what was being written stays", async () => {
    await withPanel({}, async (panel) => {
      const { page } = panel;
      await panel.send({ type: "task", task: task() }, replace(steps(1, 2)));
      const box = page.getByRole("textbox");
      await box.fill("half a thought");
      const edit = page.getByRole("button", { name: "Edit and resend (new task)" });
      await edit.first().click();
      await expect(box).toHaveValue("Question 1");
      await expect(box).toBeFocused();
      await page.getByRole("button", { name: "Cancel" }).click();
      await expect(box).toHaveValue("half a thought");

      await edit.first().click();
      await box.fill("Another question");
      await box.press("Enter");
      const sent = (await panel.posted()).at(-1);
      assert.ok(sent?.type === "amend");
      assert.deepEqual([sent.step, sent.text], [1, "Another question"]);
      await expect(box).toHaveValue("half a thought");
      await panel.send({ type: "sent", sendId: sent.sendId, failure: null });
      await expect(page.locator(".is-pending")).toHaveCount(0);
    });
  });

  test("that runs, or in an untrusted folder, makes no other task", async () => {
    await withPanel({}, async (panel) => {
      await panel.send({ type: "task", task: task() }, replace(steps(1, 1)), started);
      const fork = panel.page.getByRole("button", { name: "Fork to the side" });
      await expect(fork).toHaveCount(1);
      await panel.send({ type: "mayRun", allowed: false, reason: "Not trusted." });
      await expect(fork).toHaveCount(0);
    });
  });
});

describe("the files that a task changed", () => {
  test("are listed with their latest change", async () => {
    await withPanel({}, async (panel) => {
      const { page } = panel;
      await panel.send({ type: "task", task: task() }, replace(CONVERSATION));
      await page.getByRole("button", { name: "4 files changed" }).click();
      const list = page.getByRole("dialog");
      await expect(list.getByRole("listitem")).toHaveText([
        /b\.py/u,
        /old\.py[^]*\+0[^]*−1/u,
        /problems\.py[^]*\+2/u,
        /importer\.py[^]*\+4[^]*−1/u,
      ]);
      assert.deepEqual(await objections(panel), []);
      await list
        .getByRole("button", { name: /importer\.py/u })
        .first()
        .click();
      await list.getByRole("button", { name: "Open diff since start" }).click();

      assert.deepEqual((await panel.posted()).slice(-2), [
        {
          type: "openDiff",
          itemId: "f1",
          path: "/home/ada/work/ledger/ledger/importer.py",
        },
        {
          type: "diffSinceStart",
          paths: [
            "b.py",
            "ledger/old.py",
            "ledger/problems.py",
            "/home/ada/work/ledger/ledger/importer.py",
          ],
        },
      ]);
    });
  });
});
