import assert from "node:assert/strict";
import { test } from "node:test";

import type {
  AccountUsage,
  StatsReadResponse,
  UsageReadResponse,
  UsageWindow,
} from "../../../extension/src/protocol/index.js";
import { usageRows, type UsageRow } from "../../../extension/src/views/usage-rows.js";
import {
  bar,
  usageLook,
  windowFacts,
  windowName,
} from "../../../extension/src/views/usage-words.js";

const NOON = new Date(2026, 10, 21, 12).getTime();
const HOUR = 60 * 60_000;

function usageWindow(differences: Partial<UsageWindow> = {}): UsageWindow {
  return {
    usedPercent: 42,
    windowMinutes: 300,
    resetsAt: NOON + 2 * HOUR,
    stale: false,
    ...differences,
  };
}

function account(differences: Partial<AccountUsage> = {}): AccountUsage {
  return {
    at: NOON,
    windows: [usageWindow()],
    plan: "plus",
    limitId: null,
    limitedUntil: null,
    sourceThreadId: null,
    ...differences,
  };
}

const NO_STATS: StatsReadResponse = {
  at: NOON,
  tasks: 0,
  bytes: 0,
  tokens: 0,
  weighedBytes: 0,
  kinds: [],
  states: [],
  folders: [],
  models: [],
  ages: [],
  days: [],
  largest: [],
};

function rows(
  usage: Partial<UsageReadResponse>,
  stats: Partial<StatsReadResponse> = {},
): readonly UsageRow[] {
  return usageRows(
    {
      usage: { account: account(), days: [], scheduled: [], ...usage },
      stats: { ...NO_STATS, ...stats },
      nameOf: (threadId) => `task ${threadId}`,
    },
    NOON,
    "en",
  );
}

function below(
  id: string,
  all: readonly UsageRow[],
): readonly (readonly [string, string])[] {
  const { children = [] } = all.find((row) => row.id === id) ?? {};
  return children.map(({ label, description }) => [label, description]);
}

test("a window is named by its length", () => {
  const names = [300, 10_080, 45, 90, null].map((windowMinutes) =>
    windowName(usageWindow({ windowMinutes })),
  );

  assert.deepEqual(names, [
    "5-hour window",
    "7-day window",
    "45-minute window",
    "2-hour window",
    "Usage window",
  ]);
});

test("a window says how full it is and when it is empty again", () => {
  const facts = windowFacts(usageWindow(), NOON, "en");

  assert.match(facts, /^▰▰▱▱▱ 42 % · resets in 2 h 0 min \(Nov 21, 2026/);
});

test("a window that has reset since is not said to be full", () => {
  const facts = windowFacts(usageWindow({ stale: true, usedPercent: 99 }), NOON, "en");

  assert.equal(facts, "has reset; what is used now is not known");
});

test("a bar never breaks its frame", () => {
  assert.equal(bar(0, 4), "▱▱▱▱");
  assert.equal(bar(1.7, 4), "▰▰▰▰");
  assert.equal(bar(-1, 4), "▱▱▱▱");
});

test("the status bar is silent below 80 %, tells from there on, and counts down", () => {
  const full = usageWindow({ usedPercent: 84 });

  assert.equal(usageLook(null, NOON), undefined);
  assert.equal(usageLook(account(), NOON), undefined);
  assert.equal(
    usageLook(account({ windows: [usageWindow(), full] }), NOON)?.text,
    "$(dashboard) 84 %",
  );
  assert.equal(
    usageLook(account({ windows: [{ ...full, stale: true }] }), NOON),
    undefined,
  );
  const limited = account({ limitedUntil: NOON + 90 * 60_000 });
  assert.equal(usageLook(limited, NOON)?.text, "$(watch) 1 h 30 min");
  assert.equal(usageLook(limited, NOON + 2 * HOUR), undefined);
});

test("an account that was never heard of says so", () => {
  assert.deepEqual(below("windows", rows({ account: null })), [
    ["Not heard of yet", ""],
  ]);
});

test("what goes on by itself says when, and what is due waits for the user", () => {
  const schedule = {
    whenReset: true,
    prompt: null,
    attempts: 0,
    createdAt: NOON,
    running: false,
    heldBack: false,
  };
  const scheduled = [
    { ...schedule, threadId: "a", at: NOON - HOUR, heldBack: true },
    { ...schedule, threadId: "b", at: NOON + HOUR },
    { ...schedule, threadId: "c", at: NOON, running: true },
  ];

  const found = below("scheduled", rows({ scheduled }));

  assert.deepEqual(found[0], ["task a", "due; waits for you"]);
  assert.match(found[1]?.[1] ?? "", /^in 1 h 0 min \(/);
  assert.deepEqual(found[2], ["task c", "running"]);
});

test("tokens of a day are those of all models, days without any are left out", () => {
  const day = { model: "a", tasks: 1 };
  const days = [
    { ...day, day: "2026-11-21", tokens: 1_000 },
    { ...day, day: "2026-11-21", model: "b", tokens: 3_000 },
    { ...day, day: "2026-11-20", tokens: 0 },
    { ...day, day: "2026-11-19", tokens: 2_000 },
  ];

  assert.deepEqual(below("days", rows({ days })), [
    ["2026-11-21", "▰▰▰▰▰ 4,000"],
    ["2026-11-19", "▰▰▰▱▱ 2,000"],
  ]);
});

test("a folder says its share of the disk", () => {
  const folders = [
    { cwd: "/home/ada/engine", tasks: 3, bytes: 4_000_000 },
    { cwd: null, tasks: 1, bytes: 1_000_000 },
  ];

  assert.deepEqual(below("folders", rows({}, { folders })), [
    ["/home/ada/engine", "▰▰▰▰▰ 4.0 MB · 3 tasks"],
    ["No folder", "▰▱▱▱▱ 1.0 MB · 1 task"],
  ]);
});
