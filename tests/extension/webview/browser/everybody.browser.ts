/** The page for every eye, script and setting; and for what should not be in a page. */
import { expect } from "@playwright/test";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { asked, ran, said, task, text, turn } from "../samples.js";
import type { Panel } from "./open-page.js";
import { event, replace, started, steps, withPanel } from "./support.js";

function moving(panel: Panel): Promise<number> {
  return panel.page.evaluate(
    () =>
      document.getAnimations().filter((each) => each.playState === "running").length,
  );
}

describe("who wants no motion", () => {
  test("sees none, whether the system or VS Code says so", async () => {
    await withPanel({}, async (panel) => {
      await panel.send(
        { type: "task", task: task({ status: "running" }) },
        replace(steps(1, 3), 0, "older"),
        started,
        { type: "sidecar", state: "starting" },
      );
      await expect.poll(() => moving(panel)).toBeGreaterThan(0);
      await panel.page.emulateMedia({ reducedMotion: "reduce" });
      await expect.poll(() => moving(panel)).toBe(0);
      await panel.page.emulateMedia({ reducedMotion: "no-preference" });
      await panel.page.evaluate(() => {
        document.body.classList.add("vscode-reduce-motion");
      });
      await expect.poll(() => moving(panel)).toBe(0);
    });
  });
});

describe("who has little room", () => {
  test("sees what is said in a panel as low as at 300 % zoom, and can reach all facts", async () => {
    await withPanel({ width: 190, height: 200 }, async (panel) => {
      const shown = task({
        forkedFromId: "first",
        displayName: "A long name ".repeat(9),
      });
      await panel.send({ type: "task", task: shown }, replace(steps(1, 3)));
      const room = await panel.page
        .locator(".scroller")
        .evaluate((scroller) => scroller.clientHeight);
      assert.ok(room >= 40, `${room} px`);

      const way = panel.page.getByRole("button", { name: "Forked from another task" });
      await way.focus();
      await expect(way).toBeInViewport({ ratio: 0.5 });
    });
  });

  test("is not jolted when a step begins or ends", async () => {
    await withPanel({}, async (panel) => {
      await panel.send(
        { type: "mayRun", allowed: true, reason: "" },
        { type: "task", task: task() },
        replace(steps(1, 3)),
      );
      const top = (): Promise<number> =>
        panel.page
          .locator(".task-header")
          .evaluate((header) => header.getBoundingClientRect().height);
      const compact = panel.page.getByRole("button", { name: /^Compact/u });
      await expect(compact).toHaveCount(1);
      const resting = await top();
      await panel.send({ type: "task", task: task({ status: "running" }) }, started);
      await expect(compact).toHaveCount(0);

      assert.equal(await top(), resting);
    });
  });
});

describe("who writes from right to left", () => {
  test("reads words from the right, and code from the left", async () => {
    await withPanel({}, async (panel) => {
      const words =
        "שלום, זו תשובה ארוכה.\n\n- פריט ראשון\n\n```\nx = 1\n```\n\nAnd English.";
      await panel.send(
        { type: "task", task: task({ displayName: "שלום" }) },
        replace([
          turn(1, [
            asked("u", "אפשר להוסיף בדיקות?"),
            ran("x", "ls", "שלום"),
            said("a", words),
          ]),
        ]),
      );
      const sides = await panel.page.evaluate(() => {
        const side = (selector: string, index = 0): string => {
          const element = document.querySelectorAll(selector)[index];
          if (element === undefined) return "missing";
          const range = document.createRange();
          range.selectNodeContents(element);
          const words = range.getBoundingClientRect();
          const box = element.getBoundingClientRect();
          return words.left - box.left > box.right - words.right ? "right" : "left";
        };
        return {
          asked: side(".user-text"),
          said: side(".markdown > p"),
          english: side(".markdown > p", 1),
          output: side(".output .chunk"),
          code: [...document.querySelectorAll(".code pre")].map(
            (each) => getComputedStyle(each).direction,
          ),
        };
      });

      assert.deepEqual(sides, {
        asked: "right",
        said: "right",
        english: "left",
        output: "left",
        code: ["ltr"],
      });
    });
  });
});

describe("content that nobody would want in a page", () => {
  test("ten million characters on one line are folded and never drawn at once", async () => {
    await withPanel({}, async (panel) => {
      const line = "0123456789".repeat(1_000_000);
      await panel.send(
        { type: "task", task: task() },
        replace([turn(1, [ran("x", "cat", line)])]),
      );
      const card = panel.page.locator(".card.command");
      await expect(card).toContainText("…");
      assert.ok((await card.innerText()).length < 2000);
    });
  });

  test("markdown that is nested without end does not hold up the page", async () => {
    await withPanel({}, async (panel) => {
      const words = `${"[](".repeat(5000)}${"> ".repeat(3000)}x\n${"*_`".repeat(5000)}\n|${"-|".repeat(2000)}`;
      const began = Date.now();
      await panel.send(
        { type: "task", task: task() },
        replace([turn(1, [said("a", words)])]),
      );
      await expect(panel.page.getByRole("article")).toBeVisible();
      const took = Date.now() - began;
      assert.ok(took < 10_000, `${took} ms`);
    });
  });

  test("terminal codes, overrides and other addresses act nowhere", async () => {
    await withPanel({}, async (panel) => {
      const words =
        "\u001b]0;owned\u0007\u001b[2J\u202egnp.exe [a](command:foo) [b](vscode://x) [c](file:///etc/passwd) ![d](data:image/svg+xml;base64,AA) <svg onload=x>";
      const reason = {
        type: "reasoning",
        itemId: "r",
        at: null,
        text: text(words),
      } as const;
      await panel.send(
        { type: "task", task: task({ displayName: words }) },
        replace([
          turn(1, [
            asked("u", words),
            reason,
            ran("x", words, words),
            said("a", words),
          ]),
        ]),
        started,
        event(2, { type: "warning", message: words }),
        {
          type: "queue",
          messages: [{ id: 1, text: words, images: [] }],
        },
      );
      await panel.page
        .getByRole("button", { name: /Thought/u })
        .first()
        .click();
      const found = await panel.page.evaluate(() => ({
        hidden: /[\u001b\u202e]/u.test(document.body.innerText),
        links: [...document.querySelectorAll("a")].map((each) =>
          each.getAttribute("href"),
        ),
        acting: document.querySelectorAll("svg, img, object, embed, iframe").length,
      }));

      assert.equal(found.hidden, false);
      assert.deepEqual(
        found.links.filter((href) => href !== "#"),
        [],
      );
      assert.equal(found.acting, 0);
    });
  });
});
