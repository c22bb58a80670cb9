/** How a page comes to its first drawing, in a real Chromium. */
import { expect } from "@playwright/test";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { said, task, turn } from "../samples.js";
import { replace, steps, withPanel } from "./support.js";

const CODE = "```python\ndef read(path):\n    return path  # all of it\n```";

describe("opening", () => {
  test("what the host said before the script was there is drawn, and asked for once", async () => {
    const early = [{ type: "task", task: task() } as const, replace(steps(1, 3))];
    await withPanel({ early }, async (panel) => {
      await expect(panel.page.getByRole("article")).toHaveCount(3);
      await expect(panel.page.getByRole("heading", { level: 1 })).toBeVisible();
      const asked = (await panel.posted()).filter(({ type }) => type === "ready");
      assert.equal(asked.length, 1);
    });
  });

  test("while nothing has come, the page says that it waits", async () => {
    await withPanel({}, async (panel) => {
      await expect(panel.page.getByRole("main")).toContainText("Reading the task");
      await expect(panel.page.getByRole("article")).toHaveCount(0);
    });
  });

  test("draws what is in view first, and the rest of a page a few things a frame", async () => {
    await withPanel({}, async (panel) => {
      await panel.page.evaluate(() => {
        const counts: number[] = [];
        Object.assign(window, { counts });
        const feed = document.querySelector(".feed");
        if (feed === null) throw new Error("No feed");
        new MutationObserver(() => {
          counts.push(document.querySelectorAll("[data-item]").length);
        }).observe(feed, { childList: true, subtree: true });
      });
      await panel.send({ type: "task", task: task() }, replace(steps(1, 40)));
      await expect
        .poll(() => panel.page.locator("[data-item]").count())
        .toBeGreaterThan(35);

      const counts = await panel.page.evaluate(
        () => (window as unknown as { counts: number[] }).counts,
      );
      const drawn = counts.filter((count) => count > 0);
      const grown = drawn.map((count, index) => count - (drawn[index - 1] ?? 0));
      assert.ok((grown[0] ?? 0) <= 12, String(drawn));
      assert.ok(Math.max(...grown) <= 16, String(drawn));
      assert.ok(await panel.page.locator("[data-item]").last().isVisible());
    });
  });

  test("code is marked where it stands, once the page has been seen", async () => {
    await withPanel({}, async (panel) => {
      await panel.send(
        { type: "task", task: task() },
        replace([turn(1, [said("a", CODE), said("b", "```klingon\nHab\n```")])]),
      );

      const code = panel.page.locator("[data-item=a] code");
      await expect(code.locator(".hljs-keyword").first()).toHaveText("def");
      await expect(code.locator(".hljs-comment")).toHaveText("# all of it");
      await expect(code).toHaveText("def read(path):\n    return path  # all of it");
      await expect(panel.page.locator("[data-item=b] code")).toHaveText("Hab");
      await expect(panel.page.locator("code.is-waiting")).toHaveCount(0);

      await panel.send(replace([turn(1, [said("c", CODE)])]));
      await expect(
        panel.page.locator("[data-item=c] .hljs-keyword").first(),
      ).toBeVisible();
      assert.deepEqual(panel.offences, []);
    });
  });
});
