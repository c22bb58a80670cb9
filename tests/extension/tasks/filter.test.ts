import assert from "node:assert/strict";
import { test } from "node:test";

import type { Task } from "../../../extension/src/protocol/index.js";
import {
  chipsOf,
  fitsIn,
  isFiltering,
  NO_FILTER,
  offeredOf,
  valuesAmong,
  withChip,
  withoutChip,
  type Filter,
} from "../../../extension/src/tasks/filter.js";
import { ListFilter } from "../../../extension/src/views/list-filter.js";
import { memento } from "../support/memento.js";
import { task } from "../support/tasks.js";

const NOON = new Date(2026, 10, 21, 12).getTime();
const DAY = 24 * 60 * 60_000;

function fits(filter: Partial<Filter>, differences: Partial<Task>): boolean {
  return fitsIn(
    { ...NO_FILTER, ...filter },
    NOON,
  )(task({ updatedAt: NOON, ...differences }));
}

test("no filter shows everything, also what has no model and no branch", () => {
  assert.equal(fits({}, { model: null, git: null, source: null }), true);
  assert.equal(isFiltering(NO_FILTER), false);
});

test("one of the values of a facet is enough, every facet has to fit", () => {
  const filter = { status: ["failed", "limited"], model: ["gpt-5.2"] } as const;

  assert.equal(fits(filter, { status: "limited" }), true);
  assert.equal(fits(filter, { status: "idle" }), false);
  assert.equal(fits(filter, { status: "failed", model: "gpt-5.1" }), false);
  assert.equal(fits(filter, { status: "failed", model: null }), false);
});

test("branch and tag are found where a task keeps them", () => {
  const git = { branch: "main", commit: null, repositoryUrl: null };

  assert.equal(fits({ branch: ["main"] }, { git }), true);
  assert.equal(fits({ branch: ["main"] }, {}), false);
  assert.equal(fits({ tag: ["a"] }, { tags: ["b", "a"] }), true);
});

test("since yesterday begins at midnight, not 24 hours ago", () => {
  const lateYesterday = NOON - DAY + 60_000;
  const earlyYesterday = NOON - DAY - 11 * 60 * 60_000;

  assert.equal(fits({ sinceDays: 1 }, { updatedAt: lateYesterday }), true);
  assert.equal(fits({ sinceDays: 1 }, { updatedAt: earlyYesterday }), true);
  assert.equal(fits({ sinceDays: 1 }, { updatedAt: NOON - 2 * DAY }), false);
  assert.equal(fits({ sinceDays: 0 }, { updatedAt: lateYesterday }), false);
});

test("the values to choose from are those that there are, the frequent ones first", () => {
  const tasks = [task({ model: "b" }), task({ model: "a" }), task({ model: "b" })];

  assert.deepEqual(valuesAmong(tasks, "model"), [
    ["b", 2],
    ["a", 1],
  ]);
  assert.deepEqual(valuesAmong(tasks, "branch"), []);
});

test("a filter is kept for the folder, says itself, and is forgotten when cleared", async () => {
  const kept = memento();
  const tasks = [task({ status: "failed" }), task()];

  await new ListFilter(kept).set({
    ...NO_FILTER,
    status: ["failed", "limited"],
    sinceDays: 29,
  });
  const later = new ListFilter(kept);
  let changes = 0;
  later.onChanged(() => (changes += 1));

  assert.equal(later.words(), "failed or usage limit reached · in the last 30 days");
  assert.deepEqual(later.pass(tasks, tasks[0]?.updatedAt ?? 0), [tasks[0]]);
  await later.set(NO_FILTER);
  assert.equal(changes, 1);
  assert.equal(new ListFilter(kept).isOn, false);
  assert.equal(later.pass(tasks, NOON), tasks);
});

test("what was typed becomes what is asked for in one change", async () => {
  const filter = new ListFilter(memento());
  const tasks = [task({ status: "failed" }), task({ displayName: "Fail better" })];
  const shown: (readonly Task[])[] = [];
  filter.onChanged(() => shown.push(filter.pass(tasks, NOON)));

  filter.preview("fail");
  await filter.set({ ...NO_FILTER, status: ["failed"] }, "");

  assert.deepEqual(shown, [[tasks[1]], [tasks[0]]]);
});

test("words are looked for in name, folder, branch and note, all of them", () => {
  const git = { branch: "parser-fix", commit: null, repositoryUrl: null };
  const facts = { displayName: "Mend it", cwd: "/home/ada/Engine", git, note: "later" };

  assert.equal(fits({ text: "mend ENGINE later fix" }, facts), true);
  assert.equal(fits({ text: "mend wheel" }, facts), false);
  assert.equal(fits({ text: "engine" }, { cwd: null, displayName: "" }), false);
});

test("what is asked for is removed one by one, in any order, and added again", () => {
  const filter: Filter = {
    ...NO_FILTER,
    text: "parser",
    status: ["failed", "limited"],
    tag: ["a"],
    sinceDays: 6,
  };
  const chips = chipsOf(filter);

  assert.equal(chips.length, 5);
  const emptied = [...chips].reverse().reduce(withoutChip, filter);
  assert.deepEqual(emptied, NO_FILTER);
  assert.deepEqual(chips.reduce(withChip, emptied), filter);
  assert.deepEqual(chips.reduce(withChip, filter), filter);
  assert.deepEqual(withoutChip(filter, { kind: "status", value: "failed" }).status, [
    "limited",
  ]);
});

test("words that are being typed narrow the list, and are neither kept nor asked for", async () => {
  const kept = memento();
  const filter = new ListFilter(kept);
  const tasks = [task({ displayName: "one" }), task({ displayName: "two" })];
  await filter.set({ ...NO_FILTER, tag: [] });
  let changes = 0;
  filter.onChanged(() => (changes += 1));

  filter.preview("tw");
  filter.preview("tw");

  assert.equal(changes, 1);
  assert.deepEqual(filter.pass(tasks, NOON), [tasks[1]]);
  assert.equal(filter.words(), "“tw”");
  assert.deepEqual(filter.current, NO_FILTER);
  assert.equal(new ListFilter(kept).isOn, false);
  filter.preview("");
  assert.equal(filter.isOn, false);
});

test("of many values the most frequent are offered, and any other when it is typed", () => {
  const branch = (at: number): Partial<Task> => ({
    git: { branch: `topic-${at}`, commit: null, repositoryUrl: null },
  });
  const tasks = Array.from({ length: 700 }, (_, at) => task(branch(at)));
  const values = valuesAmong([task(branch(444)), ...tasks], "branch");
  const names = (typed: string): readonly string[] =>
    offeredOf(values, typed, (value) => `branch ${value}`).map(([value]) => value);

  assert.equal(names("").length, 20);
  assert.equal(names("")[0], "topic-444");
  assert.deepEqual(names(" TOPIC-699"), ["topic-699"]);
  assert.deepEqual(names("Branch topic-7"), names("topic-7"));
  assert.deepEqual(names("main"), []);
});
