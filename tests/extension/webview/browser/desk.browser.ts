/** What lies about the text field: queue, pictures, mentions, model; and pictures of the task. */
import { expect } from "@playwright/test";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { NOW, task, turn } from "../samples.js";
import { CONVERSATION } from "./conversation.js";
import type { Panel } from "./open-page.js";
import { event, objections, replace, started, steps, withPanel } from "./support.js";

const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

async function paste(panel: Panel): Promise<void> {
  await panel.page.getByRole("textbox").evaluate((input, base64) => {
    const bytes = Uint8Array.from(atob(base64), (each) => each.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], "shot.png", { type: "image/png" }));
    const init = { clipboardData: data, bubbles: true, cancelable: true };
    input.dispatchEvent(new ClipboardEvent("paste", init));
  }, PNG);
}

describe("the queue", () => {
  test("takes what is to be said later, and gives it back", async () => {
    await withPanel({}, async (panel) => {
      const { page } = panel;
      await panel.send({ type: "task", task: task() }, replace(steps(1, 2)), started);
      const box = page.getByRole("textbox");
      await box.fill("and the tests");
      await box.press("Alt+Enter");
      await expect(box).toHaveValue("");
      const queued = (await panel.posted()).at(-1);
      assert.ok(queued?.type === "enqueue");
      assert.equal(queued.message.text, "and the tests");
      await panel.send({ type: "queue", messages: [queued.message] });
      assert.deepEqual(await objections(panel), []);

      await page.getByRole("button", { name: /^Edit: and the tests/u }).click();
      await expect(box).toHaveValue("and the tests");
      assert.deepEqual((await panel.posted()).at(-1), {
        type: "unqueue",
        id: queued.message.id,
      });
    });
  });

  test("says it now when asked", async () => {
    await withPanel({}, async (panel) => {
      const message = { id: 4, text: "now, please", images: [] };
      await panel.send({ type: "task", task: task() }, replace(steps(1, 2)), {
        type: "queue",
        messages: [message],
      });
      await panel.page.getByRole("button", { name: /^Send now/u }).click();
      const sent = (await panel.posted()).at(-1);

      assert.ok(sent?.type === "sendQueued");
      assert.equal(sent.id, 4);
      await expect(panel.page.locator(".is-pending")).toContainText("now, please");
    });
  });
});

describe("pictures", () => {
  test("that are pasted go with the message once the host keeps them", async () => {
    await withPanel({}, async (panel) => {
      const { page } = panel;
      await panel.send({ type: "task", task: task() }, replace(steps(1, 2)));
      await paste(panel);
      await expect(page.getByRole("img", { name: "shot.png" })).toBeVisible();
      await expect(
        page.getByRole("button", { name: "Send", exact: true }),
      ).toBeDisabled();
      const attached = (await panel.posted()).at(-1);
      assert.ok(attached?.type === "attach");
      assert.deepEqual([attached.mime, attached.data], ["image/png", PNG]);
      const { attachmentId } = attached;
      await panel.send({
        type: "attached",
        attachmentId,
        path: "/a.png",
        failure: null,
      });
      assert.deepEqual(await objections(panel), []);
      await page.getByRole("textbox").fill("what is this?");
      await page.getByRole("textbox").press("Enter");

      const sent = (await panel.posted()).at(-1);
      assert.ok(sent?.type === "send");
      assert.deepEqual(sent.images, ["/a.png"]);
      await expect(page.getByRole("img", { name: "shot.png" })).toHaveCount(0);
    });
  });

  test("that can't be kept say why, and others can be taken out", async () => {
    await withPanel({}, async (panel) => {
      const { page } = panel;
      await panel.send({ type: "task", task: task() }, replace(steps(1, 2)));
      await paste(panel);
      await paste(panel);
      await expect(page.getByRole("img", { name: "shot.png" })).toHaveCount(2);
      const ids = (await panel.posted()).flatMap((each) =>
        each.type === "attach" ? [each.attachmentId] : [],
      );
      await panel.send({
        type: "attached",
        attachmentId: ids[0] ?? 0,
        path: null,
        failure: "The disk is full",
      });
      await expect(page.getByText("Not sent: The disk is full")).toBeVisible();
      await page.getByRole("button", { name: "Remove shot.png" }).click();
      await expect(page.getByRole("img", { name: "shot.png" })).toHaveCount(0);
    });
  });

  test("of the task come when they are near, small, and open large", async () => {
    await withPanel({}, async (panel) => {
      const { page } = panel;
      await panel.send({ type: "task", task: task() }, replace(CONVERSATION));
      const wanted = { type: "loadImage", turnId: "turn-2", itemId: "i1", index: 0 };
      await expect.poll(() => panel.posted()).toContainEqual(wanted);
      await panel.send({
        type: "image",
        itemId: "i1",
        index: 0,
        dataUrl: `data:image/png;base64,${PNG}`,
      });
      const small = page.getByRole("button", { name: "Open picture chart.png" });
      await small.click();
      await expect(page.getByRole("dialog", { name: "chart.png" })).toBeVisible();
      assert.deepEqual(await objections(panel), []);
      await page.keyboard.press("Escape");
      await expect(page.getByRole("dialog")).toHaveCount(0);
      await expect(small).toBeFocused();
    });
  });

  test("that are nowhere keep their names", async () => {
    await withPanel({}, async (panel) => {
      await panel.send({ type: "task", task: task() }, replace(CONVERSATION), {
        type: "image",
        itemId: "i1",
        index: 0,
        dataUrl: null,
      });
      await panel.page.getByRole("button", { name: "chart.png" }).click();

      assert.deepEqual((await panel.posted()).at(-1), {
        type: "openFile",
        path: "/tmp/chart.png",
        line: null,
      });
    });
  });
});

describe("the composer", () => {
  test("asks for a file where a word begins with @, and puts its path there", async () => {
    await withPanel({}, async (panel) => {
      await panel.send({ type: "task", task: task() }, replace(steps(1, 2)));
      const box = panel.page.getByRole("textbox");
      await box.pressSequentially("mail me@");
      assert.ok(!(await panel.posted()).some(({ type }) => type === "mention"));
      await box.pressSequentially(" or look at @");
      await expect.poll(() => panel.posted()).toContainEqual({ type: "mention" });
      await panel.send({ type: "mentioned", path: "src/a.ts" });

      await expect(box).toHaveValue("mail me@ or look at src/a.ts ");
      await expect(box).toBeFocused();
    });
  });

  test("runs the next message with what was chosen", async () => {
    await withPanel({}, async (panel) => {
      await panel.send({ type: "task", task: task() }, replace(steps(1, 2)));
      await panel.page.getByRole("button", { name: "gpt-5.2-codex high" }).click();
      assert.deepEqual((await panel.posted()).at(-1), {
        type: "chooseModel",
        model: "gpt-5.2-codex",
        effort: "high",
      });
      await panel.send({ type: "settings", model: "gpt-5.2", effort: "low" });
      await expect(
        panel.page.getByRole("button", { name: "gpt-5.2 low" }),
      ).toBeVisible();
      await panel.page.getByRole("textbox").fill("go on");
      await panel.page.getByRole("textbox").press("Enter");

      const sent = (await panel.posted()).at(-1);
      assert.ok(sent?.type === "send");
      assert.deepEqual([sent.model, sent.effort], ["gpt-5.2", "low"]);
    });
  });

  test("has what was being written before the panel was closed, unless there is more", async () => {
    await withPanel({}, async (panel) => {
      await panel.send({ type: "task", task: task() }, replace(steps(1, 2)), {
        type: "draft",
        text: "half a thought",
      });
      const box = panel.page.getByRole("textbox");
      await expect(box).toHaveValue("half a thought");
      await box.fill("a whole one");
      await panel.send({ type: "draft", text: "half a thought" });
      await expect(box).toHaveValue("a whole one");
    });
  });
});

describe("about the task", () => {
  test("the plan of the running step stays in view until it is done", async () => {
    await withPanel({}, async (panel) => {
      const plan = (seq: number, status: "inProgress" | "completed") =>
        event(seq, {
          type: "itemCompleted",
          item: {
            type: "plan",
            itemId: "plan",
            at: NOW,
            text: null,
            steps: [
              { step: "Look", status: "completed" },
              { step: "Mend", status },
            ],
          },
        });
      await panel.send(
        { type: "task", task: task() },
        replace(steps(1, 2)),
        started,
        plan(2, "inProgress"),
      );
      const pinned = panel.page.locator("header").getByRole("region", { name: "Plan" });
      await expect(pinned).toContainText("1 of 2 done");
      await pinned.getByRole("button").click();
      await expect(pinned.getByRole("listitem")).toHaveCount(2);
      await panel.send(plan(3, "completed"));
      await expect(pinned).toHaveCount(0);
    });
  });

  test("a limit offers to go on by itself, a task in use its fork", async () => {
    await withPanel({}, async (panel) => {
      const { page } = panel;
      const resetsAt = Date.now() + 9_000_000;
      const limited = task({
        status: "limited",
        lastStop: { kind: "usageLimit", message: null, resetsAt, windowMinutes: null },
        holder: { pid: 7, program: "codex", host: null, since: null, terminal: null },
      });
      await panel.send({ type: "task", task: limited }, replace([turn(5, [])]));
      await page.getByRole("button", { name: /^Resume automatically at/u }).click();
      await page.getByRole("button", { name: "Fork", exact: true }).click();
      await panel.send({
        type: "task",
        task: { ...limited, scheduledResumeAt: resetsAt },
      });
      await page.getByRole("button", { name: "Don't resume" }).click();

      assert.deepEqual((await panel.posted()).slice(-3), [
        { type: "schedule", on: true },
        { type: "fork", step: 5, beside: false },
        { type: "schedule", on: false },
      ]);
      await expect(page.getByRole("meter")).toHaveAccessibleName(/43 %/u);
    });
  });

  for (const [width, name] of [
    [220, "300 % zoom of a narrow window"],
    [2400, "50 % zoom"],
  ] as const) {
    test(`nothing is cut off sideways at ${name}`, async () => {
      await withPanel({ width }, async (panel) => {
        await panel.send(
          { type: "task", task: task() },
          replace(CONVERSATION),
          started,
          {
            type: "queue",
            messages: [{ id: 1, text: "a long message ".repeat(20), images: ["/a"] }],
          },
        );
        const overflow = await panel.page
          .locator(".page")
          .evaluate((page) => page.scrollWidth - page.clientWidth);
        assert.equal(overflow, 0);
        await expect(panel.page.getByRole("textbox")).toBeInViewport();
      });
    });
  }
});
