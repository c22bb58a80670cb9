import assert from "node:assert/strict";
import { test } from "node:test";

import type { Task } from "../../../extension/src/protocol/index.js";
import { pageOf, type Page } from "../../../extension/src/views/group-pages.js";
import { groupTasks } from "../../../extension/src/views/task-groups.js";
import { treeChanges } from "../../../extension/src/views/tree-changes.js";
import { task } from "../support/tasks.js";

const NOON = new Date(2026, 10, 21, 12).getTime();
const DAY = 24 * 60 * 60_000;

function grouped(tasks: readonly Task[], rows = 100): readonly Page[] {
  return groupTasks(tasks, "date", NOON).map((group) => pageOf(group, rows));
}

const first = task({ updatedAt: NOON });
const second = task({ updatedAt: NOON - 1 });
const old = task({ updatedAt: NOON - DAY });

test("a row that differs is drawn anew, its neighbours are not", () => {
  const renamed = { ...second, displayName: "Another name" };

  assert.deepEqual(treeChanges(grouped([first, second]), grouped([first, renamed])), {
    groups: [],
    rows: [second.threadId],
  });
  assert.deepEqual(treeChanges(grouped([first, second]), grouped([first, second])), {
    groups: [],
    rows: [],
  });
});

test("a row is drawn anew when the caller sees a difference, as of its age", () => {
  const changes = treeChanges(grouped([first, old]), grouped([first, old]), (before) =>
    before === old ? false : true,
  );

  assert.deepEqual(changes, { groups: [], rows: [old.threadId] });
});

for (const [what, after] of [
  ["comes", [task({ updatedAt: NOON }), first, second, old]],
  ["goes", [first, old]],
  ["moves up", [second, first, old]],
  ["gets a parent", [first, { ...second, parentThreadId: first.threadId }, old]],
] as const) {
  test(`only its group is drawn anew when a row ${what}`, () => {
    assert.deepEqual(treeChanges(grouped([first, second, old]), grouped(after)), {
      groups: ["today"],
      rows: [],
    });
  });
}

test("a group of which nothing is on screen is drawn anew when its number changes", () => {
  const past = task({ updatedAt: NOON - 60 * DAY });
  const months = [first, past];
  const unseen = (tasks: readonly Task[]): readonly Page[] =>
    groupTasks(tasks, "date", NOON).map((group) =>
      pageOf(group, group.id === "today" ? 100 : 0),
    );

  assert.deepEqual(
    treeChanges(
      unseen(months),
      unseen([...months, task({ updatedAt: NOON - 61 * DAY })]),
    ),
    { groups: ["month:2026-9"], rows: [] },
  );
  assert.deepEqual(
    treeChanges(unseen(months), unseen([first, { ...past, displayName: "x" }])),
    { groups: [], rows: [] },
  );
});

for (const [what, after] of [
  ["a row goes to another group", [first, { ...old, updatedAt: NOON - 2 }]],
  ["a group comes", [first, { ...second, status: "running" as const }, old]],
  ["a group goes", [first, second]],
] as const) {
  test(`everything is drawn anew when ${what}`, () => {
    assert.equal(treeChanges(grouped([first, second, old]), grouped(after)), "all");
  });
}

test("everything is drawn anew when a row goes from one group to another that stays", () => {
  const neighbour = task({ updatedAt: NOON - DAY - 1 });

  assert.equal(
    treeChanges(
      grouped([first, old, neighbour]),
      grouped([first, { ...old, updatedAt: NOON - 2 }, neighbour]),
    ),
    "all",
  );
});
