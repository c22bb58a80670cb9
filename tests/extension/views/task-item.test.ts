import assert from "node:assert/strict";
import { test } from "node:test";

import type { Task, TaskStatus } from "../../../extension/src/protocol/index.js";
import { taskItem, taskTooltip } from "../../../extension/src/views/task-item.js";
import { task } from "../support/tasks.js";

const NOON = new Date(2026, 10, 21, 12).getTime();
const GIT = { branch: "main", commit: null, repositoryUrl: null };

test("a row says name, age, model, messages and branch", () => {
  const item = taskItem(task({ updatedAt: NOON - 3 * 60_000, git: GIT }), NOON);

  assert.equal(item.label, "Mend the parser");
  assert.equal(item.description, "3m · gpt-5.2/high · 12 messages · main");
});

test("what is not known is left out, without a gap", () => {
  const item = taskItem(
    task({ updatedAt: NOON, model: null, effort: null, messageCount: 1 }),
    NOON,
  );

  assert.equal(item.description, "now · 1 message");
});

test("a screen reader hears the status in words", () => {
  const item = taskItem(task({ updatedAt: NOON, status: "waiting" }), NOON);

  assert.equal(
    item.accessibleLabel,
    "Mend the parser, waiting for you, now, gpt-5.2/high, 12 messages",
  );
});

test("every status has its own icon", () => {
  const statuses: readonly TaskStatus[] = [
    "running",
    "waiting",
    "idle",
    "interrupted",
    "failed",
    "limited",
    "empty",
    "damaged",
  ];

  const icons = statuses.map((status) => taskItem(task({ status }), NOON).icon);

  assert.equal(new Set(icons).size, statuses.length);
});

test("the tooltip says why a task stopped as one sentence, and once", () => {
  const statusOf = (status: Task["status"], lastStop: Task["lastStop"]): string => {
    const tooltip = taskTooltip(task({ status, lastStop }), NOON, "en");
    return /Status:\*{0,2} ?(.*)/.exec(tooltip.replace(/\\/g, ""))?.[1] ?? "";
  };
  const stop = { resetsAt: null, windowMinutes: null };

  assert.equal(
    statusOf("interrupted", { ...stop, kind: "interrupted", message: "interrupted" }),
    "interrupted",
  );
  assert.match(
    statusOf("limited", {
      ...stop,
      kind: "usageLimit",
      message: "Try again later.",
      resetsAt: NOON,
    }),
    /\(Try again later; resets .+\)$/,
  );
});

test("the tooltip has everything, and nothing in it is Markdown of the task's", () => {
  const tooltip = taskTooltip(
    task({
      displayName: "[x](command:evil)",
      preview: "![p](https://evil.example/p.png)\n# no heading",
      holder: { pid: 42, program: "codex", host: null, since: null, terminal: "pts/3" },
      lastStop: {
        kind: "usageLimit",
        message: "Limit reached",
        resetsAt: NOON,
        windowMinutes: 300,
      },
      status: "limited",
      cwdExists: false,
      problems: [{ kind: "badLine", line: 3, message: "Line 3 is no JSON" }],
    }),
    NOON,
    "en",
  );

  for (const fact of [
    "codex, pid 42, pts",
    "Limit reached",
    "gone",
    "Line 3 is no JSON",
  ]) {
    assert.ok(tooltip.replace(/\\/g, "").includes(fact), fact);
  }
  assert.doesNotMatch(tooltip, /(?<!\\)\]\(/);
  assert.doesNotMatch(tooltip, /(?<!\\)!\[/);
  assert.doesNotMatch(tooltip, /^# /m);
});

test("a hostile name is one harmless line", () => {
  const item = taskItem(task({ displayName: "a\u202Eb\n\nc" }), NOON);

  assert.equal(item.label, "a b c");
});

test("a name of nothing but blanks is still a row that one can read", () => {
  assert.equal(
    taskItem(task({ displayName: " \u200b\n" }), NOON).label,
    "(no message yet)",
  );
});

test("menus can tell what a task is", () => {
  const holder = { pid: 1, program: "codex", host: null, since: null, terminal: null };

  assert.equal(
    taskItem(task({ status: "running", holder, isSubAgent: true }), NOON).contextValue,
    "task active running held subAgent folder steps",
  );
});

test("a row knows a folder that is gone from one that was never known", () => {
  const words = (cwd: string | null): readonly string[] =>
    taskItem(task({ cwd, cwdExists: false }), NOON).contextValue.split(" ");

  assert.ok(words("/old").includes("moved"));
  assert.ok(!words(null).includes("moved"));
});

test("a long first message is cut at a word, so that a narrow sidebar shows the rest", () => {
  const words = "The cart total is off by one cent when tax is rounded per line";
  const cut = taskItem(task({ displayName: words }), NOON);

  assert.equal(cut.label, "The cart total is off by…");
  assert.ok(cut.accessibleLabel.startsWith(words));
  assert.equal(taskItem(task({ displayName: "x".repeat(50) }), NOON).label.length, 27);
});

test("characters that are twice as wide leave as much room for the age", () => {
  const label = (displayName: string): string =>
    taskItem(task({ displayName }), NOON).label;

  assert.equal(label("漢".repeat(13)), "漢".repeat(13));
  assert.equal(label("漢".repeat(14)), `${"漢".repeat(12)}…`);
  assert.equal(
    label("한글 이름이 긴 작업을 하나 더 만들어 주세요"),
    "한글 이름이 긴 작업을…",
  );
});

test("a row says yesterday in two letters, and whole to a screen reader", () => {
  const item = taskItem(task({ updatedAt: NOON - 24 * 60 * 60_000 }), NOON);

  assert.match(item.description, /^1d · /);
  assert.match(item.accessibleLabel, /, yesterday, /);
});

test("a name that the user gave is never cut", () => {
  const name = "Checkout: rounding of taxes, second attempt, with Bo";

  assert.equal(taskItem(task({ name, displayName: name }), NOON).label, name);
});

test("a screen reader hears what the dot and the group show", () => {
  const { accessibleLabel } = taskItem(task({ unread: true, pinned: true }), NOON);

  assert.match(accessibleLabel, /finished, unread, pinned, 10mo, gpt/);
});
