/** The page for reading, in a real Chromium under the policy that the host sets. */
import { expect } from "@playwright/test";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { approval, asked, ran, said, task, text, turn } from "../samples.js";
import { CONVERSATION } from "./conversation.js";
import {
  part,
  replace,
  withPanel,
  steps,
  objections,
  scrollTop,
  scrollUntil,
  isAtEnd,
} from "./support.js";

describe("reading", () => {
  test("shows every kind of item, at the end, and asks for nothing", async () => {
    await withPanel({}, async (panel) => {
      await panel.send({ type: "task", task: task() }, replace(CONVERSATION));

      await expect(panel.page.getByRole("article")).toHaveCount(2);
      await expect(panel.page.getByRole("heading", { level: 1 })).toHaveText(
        "Make the importer survive broken lines",
      );
      assert.ok(await isAtEnd(panel));
      assert.deepEqual(
        new Set((await panel.posted()).map(({ type }) => type)),
        new Set(["ready", "loadImage"]),
      );
    });
  });

  for (const theme of ["dark", "light", "contrast", "contrastLight"] as const) {
    test(`has nothing that axe objects to (${theme})`, async () => {
      await withPanel({ theme, height: 2600 }, async (panel) => {
        const busy = task({
          status: "limited",
          lastStop: {
            kind: "usageLimit",
            message: "Limit.",
            resetsAt: Date.now() + 9_000_000,
            windowMinutes: 300,
          },
          holder: { pid: 7, program: "codex", host: null, since: null, terminal: null },
          problems: [{ kind: "badLine", line: 3, message: "Not JSON" }],
        });
        await panel.send(
          { type: "task", task: busy },
          replace(CONVERSATION, 0, "older"),
          { type: "approvals", approvals: [approval(), approval({ requestId: "b" })] },
          {
            type: "trouble",
            message: "codex was not found",
            actions: [{ id: "install", label: "Install Codex" }],
          },
        );
        await expect(
          panel.page.getByRole("button", { name: "Accept", exact: true }),
        ).toBeEnabled();
        await panel.page.getByRole("button", { name: /Thought/u }).click();
        const violations = await objections(panel);

        assert.deepEqual(violations, []);
      });
    });
  }

  test("says who has the task, unless it is this page itself", async () => {
    await withPanel({}, async (panel) => {
      const holder = {
        pid: 4711,
        program: "threadbook",
        host: null,
        since: null,
        terminal: "pts/3",
      };
      await panel.send({ type: "task", task: task({ holder }) }, replace(steps(1, 2)));
      const banner = panel.page.getByText("In use by threadbook (process 4711");
      await expect(banner).toBeVisible();

      await panel.send({ type: "sent", sendId: 1, failure: null });
      await expect(banner).toHaveCount(0);
    });
  });

  test("loads older steps on the way up and stays where one reads", async () => {
    await withPanel({}, async (panel) => {
      await panel.send(
        { type: "task", task: task() },
        replace(steps(21, 40), 0, "c21"),
      );
      await panel.page.locator("main").evaluate((main) => {
        main.scrollTop = 0;
      });
      await expect
        .poll(() => panel.posted())
        .toContainEqual({ type: "loadOlder", cursor: "c21" });
      const before = await panel.page.locator("[data-item=u21]").boundingBox();
      await panel.send({
        type: "turns",
        position: "prepend",
        turns: steps(1, 20),
        nextCursor: null,
        turnCount: 40,
        seq: 0,
      });
      const now = await panel.page.locator("[data-item=u21]").boundingBox();

      assert.ok(
        Math.abs((now?.y ?? 0) - (before?.y ?? 999)) < 3,
        `${before?.y} became ${now?.y}`,
      );
      assert.ok((await scrollTop(panel)) > 500);
      assert.equal(
        (await panel.posted()).filter(({ type }) => type === "loadOlder").length,
        1,
      );
    });
  });

  test("asks for a cut output and shows all of it", async () => {
    await withPanel({}, async (panel) => {
      const whole = ran(
        "x1",
        "make",
        Array.from({ length: 500 }, (_, index) => `row ${index}`).join("\n"),
      );
      const cut = {
        ...ran("x1", "make", "row 0\nrow 1"),
        output: { text: "row 0\nrow 1", bytes: 3890, cut: true },
      } as typeof whole;
      await panel.send({ type: "task", task: task() }, replace([turn(1, [cut])]));
      await panel.page.getByRole("button", { name: "Show all (3.9 kB)" }).click();
      await expect
        .poll(() => panel.posted())
        .toContainEqual({ type: "loadItem", itemId: "x1" });
      await panel.send({ type: "item", item: whole });

      await expect(panel.page.getByText("row 499")).toBeVisible();
      await panel.page.getByRole("button", { name: "Show less" }).click();
      await expect(panel.page.getByText("Show 488 more lines")).toBeVisible();
    });
  });

  test("opens links, files and diffs through the host only", async () => {
    await withPanel({}, async (panel) => {
      await panel.send({ type: "task", task: task() }, replace(CONVERSATION));
      await panel.page.getByRole("link", { name: "the docs" }).click();
      await panel.page.getByRole("link", { name: "importer.py" }).click();
      await panel.page
        .getByRole("button", { name: "Open diff of importer.py" })
        .click();
      await panel.page.getByRole("button", { name: "Copy code" }).first().click();
      const posted = (await panel.posted()).filter(({ type }) => type !== "loadImage");

      assert.deepEqual(posted.slice(1, 4), [
        { type: "openLink", url: "https://example.org/docs" },
        { type: "openFile", path: "ledger/importer.py", line: 44 },
        {
          type: "openDiff",
          itemId: "f1",
          path: "/home/ada/work/ledger/ledger/importer.py",
        },
      ]);
      assert.match(JSON.stringify(posted[4]), /"copy".*def read_entries/u);
      assert.equal(panel.page.url(), "http://panel.test/");
    });
  });

  test("shows hostile content harmless", async () => {
    await withPanel({}, async (panel) => {
      const words = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script> [x](javascript:document.title='owned') ![p](http://evil.example/p.png) <style>*{display:none}</style>`;
      const path = `evil"><img src=x onerror=alert(1)>\u202egnp.py`;
      const change = {
        type: "fileChange",
        itemId: "f",
        at: null,
        status: "completed",
        changes: [{ path, kind: "update", diff: text(words), movedTo: null }],
      } as const;
      await panel.send(
        { type: "task", task: task({ displayName: words, cwd: words, model: words }) },
        replace([
          turn(1, [
            asked("u", words),
            said("a", words),
            ran("x", words, words),
            change,
          ]),
        ]),
      );

      assert.notEqual(await panel.page.title(), "owned");
      assert.equal(
        await panel.page
          .locator("body")
          .locator("img, script:not([nonce]), style, iframe")
          .count(),
        0,
      );
      await expect(
        panel.page.getByRole("button", { name: /U\+202E/u }).first(),
      ).toBeVisible();
    });
  });
});

describe("a restart", () => {
  test("finds the page where it was, with what was being written", async () => {
    let kept: unknown;
    await withPanel({}, async (panel) => {
      await panel.send({ type: "task", task: task() }, replace(steps(1, 30)));
      await panel.page.getByRole("textbox").fill("half a thought");
      await panel.page.locator("[data-item=u12]").evaluate((item) => {
        item.scrollIntoView({ block: "start" });
      });
      await expect
        .poll(async () => JSON.stringify(await panel.state()))
        .toContain('"itemId":"u12"');
      kept = await panel.state();
    });
    await withPanel({ state: kept }, async (panel) => {
      await panel.send(
        { type: "task", task: task() },
        replace(steps(21, 30), 0, "c21"),
      );
      await expect
        .poll(() => panel.posted())
        .toContainEqual({ type: "jump", step: 12 });
      await panel.send(part("jump", 9, 28, 29));

      await expect(panel.page.getByRole("textbox")).toHaveValue("half a thought");
      await expect(
        panel.page.getByText("Question 12", { exact: true }),
      ).toBeInViewport();
    });
  });
});

describe("a long task", () => {
  test("never has all of it in the page, on the way up and down", async () => {
    await withPanel({}, async (panel) => {
      await panel.send({ type: "task", task: task() }, replace(steps(1, 400)));
      assert.ok((await scrollUntil(panel, -500, "Step 1")) <= 150);
      assert.ok((await scrollUntil(panel, 500, "Step 400")) <= 150);
    });
  });

  test("goes on below where one jumped to, until it joins on to the end", async () => {
    await withPanel({}, async (panel) => {
      await panel.send(
        { type: "task", task: task() },
        replace(steps(81, 100), 5, "c81"),
        part("jump", 10, 29, 30),
      );
      await expect(panel.page.getByRole("article", { name: "Step 100" })).toHaveCount(
        0,
      );
      await panel.page.locator("main").evaluate((main) => {
        main.scrollTop = main.scrollHeight;
      });
      await expect
        .poll(() => panel.posted())
        .toContainEqual({ type: "loadNewer", fromStep: 30 });
      await panel.send(part("append", 30, 49, null));
      assert.ok((await scrollUntil(panel, 500, "Step 49")) <= 150);
    });
  });

  test("comes back to its end from where one jumped to", async () => {
    await withPanel({}, async (panel) => {
      await panel.send(
        { type: "task", task: task() },
        replace(steps(81, 100), 5, "c81"),
        part("jump", 10, 29, 30),
      );
      await panel.page.locator("main").evaluate((main) => {
        main.scrollTop = 100;
      });
      await panel.page.getByRole("button", { name: "Go to the end" }).click();
      await expect
        .poll(
          async () =>
            (await panel.posted()).filter(({ type }) => type === "ready").length,
        )
        .toBe(2);
      await panel.send(replace(steps(81, 100), 5, "c81"));

      await expect(panel.page.getByText("Question 100")).toBeInViewport();
      assert.ok(await isAtEnd(panel));
    });
  });
});
