import assert from "node:assert/strict";
import { test } from "node:test";

import type { Task } from "../../../extension/src/protocol/index.js";
import {
  fitsIn,
  isFiltering,
  NO_FILTER,
  valuesAmong,
  type Filter,
} from "../../../extension/src/tasks/filter.js";
import { ListFilter } from "../../../extension/src/views/list-filter.js";
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
  const kept = new Map<string, unknown>();
  const memento = {
    get: (key: string): unknown => kept.get(key),
    keys: () => [...kept.keys()],
    update: (key: string, value: unknown) => Promise.resolve(void kept.set(key, value)),
  } as ConstructorParameters<typeof ListFilter>[0];
  const tasks = [task({ status: "failed" }), task()];

  await new ListFilter(memento).set({
    ...NO_FILTER,
    status: ["failed", "limited"],
    sinceDays: 29,
  });
  const later = new ListFilter(memento);
  let changes = 0;
  later.onChanged(() => (changes += 1));

  assert.equal(later.words(), "failed or usage limit reached · in the last 30 days");
  assert.deepEqual(later.pass(tasks, tasks[0]?.updatedAt ?? 0), [tasks[0]]);
  await later.set(NO_FILTER);
  assert.equal(changes, 1);
  assert.equal(new ListFilter(memento).isOn, false);
  assert.equal(later.pass(tasks, NOON), tasks);
});
