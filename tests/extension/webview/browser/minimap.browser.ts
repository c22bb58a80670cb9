/** The map of a task's steps beside the conversation. */
import { expect, type Locator } from "@playwright/test";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { OutlineStep } from "../../../../extension/src/protocol/index.js";
import { task } from "../samples.js";
import type { Panel } from "./open-page.js";
import { objections, part, replace, steps, withPanel } from "./support.js";

function outline(count: number): readonly OutlineStep[] {
  return Array.from({ length: count }, (_, index) => ({
    number: index + 1,
    turnId: `turn-${index + 1}`,
    preview: `Question ${index + 1}`,
    status: index === 9 ? "failed" : "completed",
    startedAt: Date.now() - (count - index) * 60_000,
    messageCount: 2,
    bytes: 3000,
  }));
}

/** A task of so many steps, of which the last twenty are loaded. */
async function open(panel: Panel, count: number): Promise<Locator> {
  const turns = steps(count - 19, count);
  await panel.send(
    { type: "task", task: task({ turnCount: count }) },
    {
      type: "turns",
      position: "replace",
      turns,
      nextCursor: "older",
      turnCount: count,
      seq: 0,
    },
  );
  await expect.poll(() => panel.posted()).toContainEqual({ type: "outline" });
  await panel.send({ type: "outline", steps: outline(count) });
  return panel.page.getByRole("slider", { name: "Map of the steps" });
}

async function jumps(panel: Panel): Promise<readonly number[]> {
  const posted = await panel.posted();
  return posted.flatMap((each) => (each.type === "jump" ? [each.step] : []));
}

describe("the minimap", () => {
  test("shows all of five thousand steps, and goes to one that is not loaded", async () => {
    await withPanel({ width: 1000 }, async (panel) => {
      const rail = await open(panel, 5000);
      await expect(rail).toHaveAttribute("aria-valuetext", "Step 5000: Question 5000");
      assert.ok((await rail.locator(".mark").count()) < 300);
      assert.equal(await rail.locator(".mark.is-failed").count(), 1);

      const { width, height } = (await rail.boundingBox()) ?? { width: 0, height: 0 };
      await rail.hover({ position: { x: width / 2, y: height / 2 } });
      const label = panel.page.locator(".minimap-label");
      await expect(label).toContainText(/Step 2[45]\d\d of 5000 · yesterday/u);
      await expect(label).toContainText(/Question 2[45]\d\d/u);
      await rail.click({ position: { x: width / 2, y: height / 2 } });
      await expect.poll(async () => (await jumps(panel)).length).toBe(1);
      const [step = 0] = await jumps(panel);
      assert.ok(step > 2450 && step < 2550, String(step));
      await panel.send(part("jump", step - 3, step + 16, step + 17));
      await expect(
        panel.page.getByRole("article").getByText(`Question ${step}`, { exact: true }),
      ).toBeInViewport();
      await expect(rail).toBeFocused();
      assert.deepEqual(await objections(panel), []);
    });
  });

  test("says what is in view, and moves with it", async () => {
    await withPanel({ width: 1000 }, async (panel) => {
      const rail = await open(panel, 60);
      const view = rail.locator(".minimap-view");
      const atEnd = await view.boundingBox();
      await panel.page.locator("main").hover();
      await panel.page.mouse.wheel(0, -2500);
      await expect
        .poll(async () => (await view.boundingBox())?.y ?? 0)
        .toBeLessThan((atEnd?.y ?? 0) - 10);
      const [here] = ((await rail.getAttribute("aria-valuetext")) ?? "").split(":");
      await expect(panel.page.locator("[data-here]")).toHaveText(`${here} of 60`);
    });
  });

  test("is a slider for the keyboard, which goes where the keys come to rest", async () => {
    await withPanel({ width: 1000 }, async (panel) => {
      const rail = await open(panel, 400);
      await rail.focus();
      for (const key of ["Home", "PageDown", "ArrowDown", "ArrowDown", "ArrowUp"])
        await rail.press(key, { delay: 0 });
      await expect(rail).toHaveAttribute("aria-valuenow", "12");
      await expect.poll(() => jumps(panel)).toEqual([12]);
    });
  });

  test("goes along while it is dragged", async () => {
    await withPanel({ width: 1000 }, async (panel) => {
      const rail = await open(panel, 400);
      const box = (await rail.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
      const { mouse } = panel.page;
      await mouse.move(box.x + 5, box.y + box.height * 0.75);
      await mouse.down();
      for (const part of [0.6, 0.4, 0.25])
        await mouse.move(box.x + 5, box.y + box.height * part);
      await mouse.up();

      await expect.poll(async () => (await jumps(panel)).length).toBe(2);
      const [first = 0, last = 0] = await jumps(panel);
      assert.ok(first > 280 && first < 320, String(first));
      assert.ok(last > 80 && last < 120, String(last));
    });
  });

  test("is not there in a narrow panel or a short task, and asks for nothing then", async () => {
    for (const [width, count] of [
      [500, 40],
      [1000, 2],
    ] as const) {
      await withPanel({ width }, async (panel) => {
        await panel.send({ type: "task", task: task() }, replace(steps(1, count)));
        await expect(panel.page.getByRole("article").first()).toBeVisible();
        await expect(panel.page.getByRole("slider")).toHaveCount(0);
        const posted = (await panel.posted()).map(({ type }) => type);
        assert.ok(!posted.includes("outline"), posted.join(" "));
      });
    }
  });

  test("comes when a narrow panel is made wide", async () => {
    await withPanel({ width: 500 }, async (panel) => {
      await panel.send({ type: "task", task: task() }, replace(steps(1, 40)));
      await panel.page.setViewportSize({ width: 1000, height: 800 });
      await expect.poll(() => panel.posted()).toContainEqual({ type: "outline" });
    });
  });
});
