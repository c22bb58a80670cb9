/** The page while a turn runs. */
import { expect } from "@playwright/test";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ToPanel } from "../../../../extension/src/panel/messages.js";
import { task, ran } from "../samples.js";
import {
  replace,
  event,
  started,
  withPanel,
  steps,
  scrollTop,
  isAtEnd,
} from "./support.js";

describe("a turn that runs", () => {
  test("is followed at the end, and left alone elsewhere", async () => {
    await withPanel({}, async (panel) => {
      await panel.send({ type: "task", task: task() }, replace(steps(1, 20)), started);
      const lines = (from: number): ToPanel[] =>
        Array.from({ length: 60 }, (_, index) =>
          event(from + index, {
            type: "itemDelta",
            itemId: "m",
            field: "text",
            delta: `Line ${from + index}\n\n`,
          }),
        );
      await panel.send(...lines(2));
      assert.ok(await isAtEnd(panel));

      await panel.page.locator("main").hover();
      await panel.page.mouse.wheel(0, -900);
      await expect(
        panel.page.getByRole("button", { name: "Go to the end" }),
      ).toBeVisible();
      const top = await scrollTop(panel);
      await panel.send(...lines(62));
      assert.equal(await scrollTop(panel), top);

      await panel.page.getByRole("button", { name: "New below" }).click();
      assert.ok(await isAtEnd(panel));
      await expect(panel.page.getByText("Line 121")).toBeVisible();
    });
  });

  test("never takes the focus and announces its end once", async () => {
    await withPanel({}, async (panel) => {
      await panel.send({ type: "task", task: task() }, replace(steps(1, 2)));
      await panel.page.getByRole("textbox").fill("thinking about");
      await panel.send(
        started,
        event(2, {
          type: "itemStarted",
          item: {
            ...ran("x1", "make", ""),
            status: "inProgress",
            exitCode: null,
            durationMs: null,
          } as never,
        }),
      );
      await expect(panel.page.getByText("Running make")).toBeVisible();
      await expect(panel.page.getByRole("textbox")).toBeFocused();
      await panel.send(
        event(3, {
          type: "turnCompleted",
          status: "completed",
          stop: null,
          at: Date.now(),
        }),
      );

      await expect(panel.page.getByRole("status")).toHaveText("Step finished");
      await expect(panel.page.getByRole("textbox")).toHaveValue("thinking about");
    });
  });

  test("is read again after a gap", async () => {
    await withPanel({}, async (panel) => {
      await panel.send(
        { type: "task", task: task() },
        replace(steps(1, 2)),
        started,
        event(5, { type: "warning", message: "x" }),
      );

      await expect
        .poll(
          async () =>
            (await panel.posted()).filter(({ type }) => type === "ready").length,
        )
        .toBe(2);
    });
  });

  test("takes thousands of deltas a second without long frames", async () => {
    await withPanel({}, async (panel) => {
      await panel.send({ type: "task", task: task() }, replace(steps(1, 20)), started);
      const longest = await panel.page.evaluate(async (threadId) => {
        let worst = 0;
        let last = performance.now();
        let frames = 0;
        let seq = 1;
        await new Promise<void>((done) => {
          const frame = (): void => {
            const now = performance.now();
            if (frames > 0) worst = Math.max(worst, now - last);
            last = now;
            for (let index = 0; index < 40; index += 1) {
              seq += 1;
              const delta = seq % 9 === 0 ? "word.\n\n" : "word ";
              window.postMessage(
                {
                  type: "event",
                  event: {
                    threadId,
                    turnId: "live",
                    seq,
                    event: { type: "itemDelta", itemId: "m", field: "text", delta },
                  },
                },
                "*",
              );
            }
            frames += 1;
            if (frames < 90) requestAnimationFrame(frame);
            else done();
          };
          requestAnimationFrame(frame);
        });
        return worst;
      }, task().threadId);

      assert.ok(longest < 250, `the longest frame took ${Math.round(longest)} ms`);
    });
  });
});
