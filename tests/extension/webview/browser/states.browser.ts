/** Every state of the page, in every theme: nothing that axe objects to. */
import { expect } from "@playwright/test";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ToPanel } from "../../../../extension/src/panel/messages.js";
import type { Approval, Task } from "../../../../extension/src/protocol/index.js";
import { approval, asked, NOW, ran, said, task, turn } from "../samples.js";
import { CONVERSATION } from "./conversation.js";
import { blankIcons, cutOff } from "./looks.js";
import type { Panel } from "./open-page.js";
import {
  event,
  objections,
  part,
  replace,
  started,
  steps,
  wear,
  withPanel,
} from "./support.js";
import { THEMES } from "./themes.js";

const PIXEL =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const HOLDER: NonNullable<Task["holder"]> = {
  pid: 4711,
  program: "codex",
  host: "ada",
  since: NOW,
  terminal: "pts/3",
};

interface State {
  readonly name: string;
  readonly task?: Partial<Task>;
  readonly messages: readonly ToPanel[];
  /** What the user does to get there. */
  readonly then?: (panel: Panel) => Promise<void>;
}

function stop(
  kind: NonNullable<Task["lastStop"]>["kind"],
  resetsAt: number | null = null,
): Partial<Task> {
  return { lastStop: { kind, message: "You see why.", resetsAt, windowMinutes: null } };
}

function asking(name: string, changes: Partial<Approval>): State {
  return {
    name: `a question: ${name}`,
    messages: [
      replace(steps(1, 2)),
      started,
      { type: "approvals", approvals: [approval(changes)] },
    ],
    then: async ({ page }) => {
      await expect(page.locator("[data-decision=accept]")).toBeEnabled();
    },
  };
}

const RUNNING = event(2, {
  type: "itemStarted",
  item: {
    ...ran("x", "make all", "one\n"),
    status: "inProgress",
    exitCode: null,
  } as never,
});
const PLAN = event(3, {
  type: "itemCompleted",
  item: {
    type: "plan",
    itemId: "plan",
    at: NOW,
    text: null,
    steps: [
      { step: "Look", status: "completed" },
      { step: "Mend", status: "inProgress" },
      { step: "Try", status: "pending" },
    ],
  },
});
const QUEUE: ToPanel = {
  type: "queue",
  messages: [
    { id: 1, text: "and the tests", images: ["/a.png"] },
    { id: 2, text: "then commit", images: [] },
  ],
};
const OUTLINE: ToPanel = {
  type: "outline",
  steps: (["completed", "interrupted", "failed", "inProgress"] as const).map(
    (status, index) => ({
      number: index + 1,
      turnId: `turn-${index + 1}`,
      preview: `Question ${index + 1}`,
      status,
      startedAt: NOW,
      messageCount: 2,
      bytes: 5000,
    }),
  ),
};
const QUESTION = {
  isSecret: false,
  allowsOther: true,
  header: "Format",
  question: "Which of these?",
  options: [
    { label: "CSV", description: "As before" },
    { label: "JSON", description: null },
  ],
};

const STATES: readonly State[] = [
  { name: "loading", messages: [] },
  { name: "empty", task: { status: "empty", turnCount: 0 }, messages: [replace([])] },
  {
    name: "everything that banners say of a task",
    task: {
      state: "archived",
      status: "limited",
      holder: HOLDER,
      cwdExists: false,
      scheduledResumeAt: Date.now() + 7_000_000,
      problems: [{ kind: "badLine", line: 3, message: "Not JSON" }],
      ...stop("usageLimit", Date.now() + 9_000_000),
    },
    messages: [
      replace(steps(1, 2)),
      { type: "sidecar", state: "restarting" },
      { type: "mayRun", allowed: false, reason: "This folder is not trusted." },
    ],
    then: async ({ page }) => {
      await page.getByRole("button", { name: "Show them" }).click();
    },
  },
  {
    name: "limited, with an offer",
    task: { status: "limited", ...stop("usageLimit", Date.now() + 9_000_000) },
    messages: [replace(steps(1, 2)), { type: "sidecar", state: "starting" }],
  },
  {
    name: "failed, with trouble",
    task: { state: "trashed", status: "failed", ...stop("error") },
    messages: [
      replace(steps(1, 2)),
      { type: "sidecar", state: "stopped" },
      {
        type: "trouble",
        message: "codex was not found",
        actions: [{ id: "install", label: "Install Codex" }],
      },
      { type: "sent", sendId: 1, failure: "The task is in use." },
    ],
  },
  {
    name: "cut off",
    task: { status: "interrupted", ...stop("processDied") },
    messages: [replace(steps(1, 2))],
  },
  {
    name: "running, with plan and queue, away from the end",
    messages: [replace(steps(1, 8)), started, RUNNING, PLAN, QUEUE],
    then: async (panel) => {
      await panel.page.locator("main").hover();
      await panel.page.mouse.wheel(0, -600);
      await panel.send(event(4, { type: "warning", message: "Take care" }));
      await expect(panel.page.getByText("New below")).toBeVisible();
      await panel.page.getByRole("region", { name: "Plan" }).first().click();
    },
  },
  {
    name: "saying something anew, with what was queued",
    messages: [replace(steps(1, 2)), QUEUE],
    then: async ({ page }) => {
      await page
        .getByRole("button", { name: /^Edit and resend/u })
        .first()
        .click();
    },
  },
  asking("a command", {}),
  asking("files", { kind: "fileChange", command: null, files: ["a.py", "b.py"] }),
  asking("permissions", { kind: "permissions", command: null, files: ["/etc"] }),
  asking("of the agent", {
    kind: "userInput",
    command: null,
    questions: [
      { ...QUESTION, id: "q1" },
      { ...QUESTION, id: "q2", header: null, isSecret: true, options: [] },
    ],
  }),
  asking("of a tool", { kind: "elicitation", command: null, reason: null }),
  {
    name: "every kind of item, folded out",
    messages: [replace(CONVERSATION, 0, "older")],
    then: async ({ page }) => {
      const folded = page.locator("[aria-expanded=false]:is(.fold-head, .card-title)");
      // A click's own head may be drawn anew before the next look: then none is left to
      // click, and the count says so.
      const unfold = async (): Promise<number> => {
        await folded
          .first()
          .click({ timeout: 1000 })
          .catch(() => undefined);
        return folded.count();
      };
      await expect.poll(unfold, { intervals: [0], timeout: 30_000 }).toBe(0);
    },
  },
  {
    name: "steps that were taken back, and later ones to come",
    messages: [
      part("jump", 10, 12, 13),
      replace([
        turn(0, [asked("u0", "No")], { dropped: true }),
        turn(1, [
          asked("u1", "Yes"),
          { type: "divider", itemId: "d", at: NOW, kind: "rollback", text: null },
          { type: "divider", itemId: "e", at: NOW, kind: "fork", text: "from Ledger" },
          said("a1", "So be it"),
        ]),
      ]),
    ],
  },
  {
    name: "finding",
    messages: [replace(steps(1, 3))],
    then: async ({ page }) => {
      await page.keyboard.press("Control+f");
      const search = page.getByRole("search");
      await search.getByRole("textbox").fill("question");
      await expect(search.getByRole("status")).toHaveText(/of 3/u);
      await page.getByRole("button", { name: "Match case" }).click();
    },
  },
  {
    name: "the list of steps",
    messages: [replace(steps(1, 4)), OUTLINE],
    then: async ({ page }) => {
      await page.keyboard.press("Control+Shift+O");
      await expect(page.getByRole("option")).toHaveCount(4);
    },
  },
  {
    name: "the map of the steps",
    messages: [replace(steps(1, 4)), OUTLINE],
    then: async ({ page }) => {
      await page.getByRole("slider").hover({ position: { x: 6, y: 14 } });
      await expect(page.locator(".minimap-label")).toBeVisible();
    },
  },
  {
    name: "the changed files",
    messages: [replace(CONVERSATION)],
    then: async ({ page }) => {
      await page.getByRole("button", { name: "4 files changed" }).click();
    },
  },
  {
    name: "a picture, large",
    messages: [
      replace(CONVERSATION),
      { type: "image", itemId: "i1", index: 0, dataUrl: PIXEL },
    ],
    then: async ({ page }) => {
      await page.getByRole("button", { name: "Open picture chart.png" }).click();
      await expect(page.getByRole("dialog")).toBeVisible();
    },
  },
];

describe("nothing that axe objects to, and nothing cut off", () => {
  for (const state of STATES) {
    test(state.name, async () => {
      await withPanel({ width: 900 }, async (panel) => {
        await panel.send({ type: "task", task: task(state.task) }, ...state.messages);
        await state.then?.(panel);
        assert.deepEqual(await blankIcons(panel), []);
        for (const theme of Object.keys(THEMES) as (keyof typeof THEMES)[]) {
          await wear(panel, theme);
          assert.deepEqual(await objections(panel), [], theme);
        }
        for (const width of [320, 220, 1800]) {
          await panel.page.setViewportSize({ width, height: 700 });
          assert.deepEqual(await cutOff(panel), [], `${width} pixels wide`);
        }
      });
    });
  }
});
