import assert from "node:assert/strict";
import { test } from "node:test";

import type { Task } from "../../../extension/src/protocol/index.js";
import { groupTasks, type Group } from "../../../extension/src/views/task-groups.js";
import { treeChanges } from "../../../extension/src/views/tree-changes.js";
import { task } from "../support/tasks.js";

const NOON = new Date(2026, 10, 21, 12).getTime();

function grouped(tasks: readonly Task[]): readonly Group[] {
  return groupTasks(tasks, "date", NOON);
}

const first = task({ updatedAt: NOON });
const second = task({ updatedAt: NOON - 1 });

test("a row that differs is drawn anew, its neighbours are not", () => {
  const renamed = { ...second, displayName: "Another name" };

  assert.deepEqual(treeChanges(grouped([first, second]), grouped([first, renamed])), [
    second.threadId,
  ]);
  assert.deepEqual(treeChanges(grouped([first, second]), grouped([first, second])), []);
});

for (const [what, after] of [
  ["comes", [task({ updatedAt: NOON }), first, second]],
  ["goes", [first]],
  ["moves up", [second, first]],
  ["goes to another group", [first, { ...second, status: "running" as const }]],
  ["gets a parent", [first, { ...second, parentThreadId: first.threadId }]],
] as const) {
  test(`everything is drawn anew when a row ${what}`, () => {
    assert.equal(treeChanges(grouped([first, second]), grouped(after)), "all");
  });
}
