/** What a search found in a long task: the page goes there, opens it and points to it. */
import { expect } from "@playwright/test";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ToPanel } from "../../../../extension/src/panel/messages.js";
import { asked, ran, said, task, turn } from "../samples.js";
import type { Panel } from "./open-page.js";
import { objections, replace, steps, withPanel } from "./support.js";

describe("what a search found", () => {
  const long = Array.from({ length: 90 }, (_, index) => `row ${index}`).join("\n");
  /** A step that is not loaded, far taller than the view, with the item in its middle. */
  const found: ToPanel = {
    type: "partTurns",
    position: "jump",
    turns: [
      turn(3, [
        asked("u3", "?"),
        ...Array.from({ length: 20 }, (_, index) => said(`before-${index}`, long)),
        ran("sought", "make", long),
        ...Array.from({ length: 20 }, (_, index) => said(`after-${index}`, long)),
      ]),
    ],
    nextCursor: null,
    newerFrom: 4,
    turnCount: 40,
    seq: 0,
  };
  const show: ToPanel = { type: "showStep", step: 3, itemId: "sought" };

  async function lead(panel: Panel): Promise<void> {
    const newest = replace([...steps(39, 40)], 0, "before:39");
    await panel.send({ type: "task", task: task() }, newest, show);
    await expect.poll(() => panel.posted()).toContainEqual({ type: "jump", step: 3 });
    await panel.send(found);
  }

  test("is brought into view, unfolded, marked for a moment, and there after a restart", async () => {
    let kept: unknown;
    await withPanel({}, async (panel) => {
      const { page } = panel;
      await lead(panel);
      const item = page.locator('[data-item="sought"]');
      await expect(item).toBeInViewport();
      await expect(item).toBeFocused();
      await expect(item.getByText("row 40")).toBeAttached();
      await expect(item).toHaveClass(/is-sought/);
      await expect(item).not.toHaveClass(/is-sought/, { timeout: 4000 });
      await expect(item).toBeInViewport();
      assert.deepEqual(await objections(panel), []);
      await expect
        .poll(async () => (await panel.state()) as object)
        .toMatchObject({ sought: "sought", anchor: { step: 3 } });
      kept = await panel.state();
    });
    await withPanel({ state: kept }, async (panel) => {
      await panel.send({ type: "task", task: task() }, replace([...steps(39, 40)]));
      await expect.poll(() => panel.posted()).toContainEqual({ type: "jump", step: 3 });
      await panel.send(found);
      const item = panel.page.locator('[data-item="sought"]');
      await expect(item).toBeInViewport();
      await expect(item.getByText("row 40")).toBeAttached();
    });
  });

  test("does not move for those who want no motion", async () => {
    await withPanel({}, async (panel) => {
      const { page } = panel;
      await page.emulateMedia({ reducedMotion: "reduce" });
      await lead(panel);
      const item = page.locator('[data-item="sought"]');
      await expect(item).toHaveClass(/is-sought/);
      const animations = await item.evaluate((each) => each.getAnimations().length);
      assert.equal(animations, 0);
    });
  });

  test("leads to its step when the item is not in it", async () => {
    await withPanel({}, async (panel) => {
      await panel.send({ type: "task", task: task() }, replace([...steps(1, 40)]), {
        type: "showStep",
        step: 7,
        itemId: "nowhere",
      });
      await expect(panel.page.locator('[data-step="7"]')).toBeFocused();
    });
  });
});
