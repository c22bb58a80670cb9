/** What the user writes and answers on the page. */
import { expect } from "@playwright/test";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { approval, task } from "../samples.js";
import { replace, started, withPanel, steps } from "./support.js";

describe("the composer", () => {
  test("sends with Enter, breaks with Shift+Enter, and shows what is on its way", async () => {
    await withPanel({}, async (panel) => {
      await panel.send({ type: "task", task: task() }, replace(steps(1, 2)), {
        type: "focusComposer",
      });
      const box = panel.page.getByRole("textbox");
      await expect(box).toBeFocused();
      await box.pressSequentially("one");
      await box.press("Shift+Enter");
      await box.pressSequentially("two");
      await box.press("Enter");

      await expect(panel.page.getByText("Sending…")).toBeVisible();
      await expect(box).toHaveValue("");
      const sent = (await panel.posted()).at(-1);
      assert.ok(sent?.type === "send");
      assert.deepEqual([sent.text, sent.steer], ["one\ntwo", false]);

      await box.fill("since");
      await panel.send({
        type: "sent",
        sendId: sent.sendId,
        failure: "The task is in use.",
      });
      await expect(box).toHaveValue("one\ntwo\n\nsince");
      await expect(panel.page.getByText("Not sent: The task is in use.")).toBeVisible();
    });
  });

  test("steers and stops the turn that runs", async () => {
    await withPanel({}, async (panel) => {
      await panel.send({ type: "task", task: task() }, replace(steps(1, 2)), started);
      const box = panel.page.getByPlaceholder("Steer the running step");
      await box.fill("left");
      await box.press("Enter");
      await box.press("Escape");
      const posted = await panel.posted();

      assert.ok(posted.some((each) => each.type === "send" && each.steer));
      assert.deepEqual(posted.at(-1), { type: "interrupt" });
    });
  });

  test("waits for the input method", async () => {
    await withPanel({}, async (panel) => {
      await panel.send({ type: "task", task: task() }, replace(steps(1, 2)));
      await panel.page.getByRole("textbox").fill("にほん");
      await panel.page
        .getByRole("textbox")
        .dispatchEvent("keydown", { key: "Enter", isComposing: true });
      await panel.page
        .getByRole("textbox")
        .dispatchEvent("keydown", { key: "Enter", keyCode: 229 });

      assert.deepEqual(
        (await panel.posted()).map(({ type }) => type),
        ["ready"],
      );
    });
  });

  test("does not write where it may not", async () => {
    await withPanel({}, async (panel) => {
      await panel.send({ type: "task", task: task() }, replace(steps(1, 2)), {
        type: "mayRun",
        allowed: false,
        reason: "This folder is not trusted.",
      });

      await expect(panel.page.getByRole("textbox")).not.toBeEditable();
      await expect(panel.page.getByRole("button", { name: "Send" })).toBeDisabled();
    });
  });
});

describe("a question", () => {
  test("can't be answered by accident", async () => {
    await withPanel({}, async (panel) => {
      await panel.send({ type: "task", task: task() }, replace(steps(1, 2)), started);
      await panel.page.getByRole("textbox").focus();
      await panel.send({ type: "approvals", approvals: [approval()] });
      const accept = panel.page.getByRole("button", { name: "Accept", exact: true });
      assert.ok(await accept.isDisabled());
      await panel.page.keyboard.press("Enter");
      await expect(accept).toBeEnabled();
      await expect(panel.page.getByRole("textbox")).toBeFocused();
      await panel.page.keyboard.press("Enter");
      assert.ok(!(await panel.posted()).some(({ type }) => type === "answer"));

      await expect(panel.page.getByRole("status")).toHaveText(/Approval needed/u);
      await accept.click();
      await expect(accept).toBeDisabled();
      assert.deepEqual((await panel.posted()).at(-1), {
        type: "answer",
        requestId: "request-1",
        decision: "accept",
        answers: null,
      });
      await panel.send({ type: "approvalResolved", requestId: "request-1" });
      await expect(accept).toHaveCount(0);
    });
  });

  test("is said once, in the usual words or in its own", async () => {
    await withPanel({}, async (panel) => {
      const title = panel.page.locator(".approval-title");
      await panel.send({ type: "task", task: task() }, replace([]), {
        type: "approvals",
        approvals: [approval()],
      });
      await expect(title).toHaveText("Codex wants to run a command");
      await expect(panel.page.locator(".approval")).not.toContainText(/asks to run/u);
      await panel.send({
        type: "approvals",
        approvals: [
          approval({ requestId: "b", title: "Codex wants to reach example.org" }),
        ],
      });
      await expect(title).toHaveText("Codex wants to reach example.org");
    });
  });

  test("offers only the answers that there are", async () => {
    await withPanel({}, async (panel) => {
      await panel.send({ type: "task", task: task() }, replace([]), {
        type: "approvals",
        approvals: [approval({ decisions: ["accept", "decline"] })],
      });

      await expect(panel.page.locator(".approval .button")).toHaveText([
        "Accept",
        "Decline",
      ]);
    });
  });

  test("of the agent takes a choice, own words and secrets", async () => {
    await withPanel({}, async (panel) => {
      const option = (label: string) => ({ label, description: null });
      const questions = [
        {
          id: "q1",
          header: "Format",
          question: "Which?",
          isSecret: false,
          allowsOther: true,
          options: [option("CSV"), option("JSON")],
        },
        {
          id: "q2",
          header: "Which else?",
          question: "Which else?",
          isSecret: false,
          allowsOther: true,
          options: [option("A")],
        },
        {
          id: "q3",
          header: null,
          question: "Token?",
          isSecret: true,
          allowsOther: false,
          options: [],
        },
      ];
      await panel.send({ type: "task", task: task() }, replace([]), {
        type: "approvals",
        approvals: [
          approval({
            kind: "userInput",
            command: null,
            decisions: ["accept", "decline"],
            questions,
          }),
        ],
      });
      const asked = panel.page.locator(".approval legend");
      await expect(asked.first()).toHaveText("Format Which?");
      await expect(asked.nth(1)).toHaveText("Which else?");
      await panel.page.getByRole("radio", { name: "JSON" }).check();
      await panel.page.getByLabel("Your own answer").nth(1).fill("B");
      await panel.page.getByLabel("Your answer").fill("s3cret");
      await panel.page.getByRole("button", { name: "Answer" }).click();

      assert.equal(
        await panel.page.getByLabel("Your answer").getAttribute("type"),
        "password",
      );
      assert.deepEqual((await panel.posted()).at(-1), {
        type: "answer",
        requestId: "request-1",
        decision: "accept",
        answers: { q1: ["JSON"], q2: ["B"], q3: ["s3cret"] },
      });
    });
  });
});
