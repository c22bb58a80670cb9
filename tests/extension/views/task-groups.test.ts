import assert from "node:assert/strict";
import { test } from "node:test";

import type { Task } from "../../../extension/src/protocol/index.js";
import {
  groupByState,
  groupTasks,
  withPlaces,
  type Branch,
  type GroupBy,
} from "../../../extension/src/views/task-groups.js";
import { task } from "../support/tasks.js";

const NOON = new Date(2026, 10, 21, 12).getTime();
const DAY = 24 * 60 * 60_000;

function outline(tasks: readonly Task[], by: GroupBy = "date"): Record<string, string> {
  const names = (branches: readonly Branch[]): string =>
    branches
      .map(({ task: { displayName }, children }) =>
        children.length === 0 ? displayName : `${displayName} (${names(children)})`,
      )
      .join(", ");
  return Object.fromEntries(
    groupTasks(tasks, by, NOON, "en").map(({ label, branches }) => [
      label,
      names(branches),
    ]),
  );
}

function aged(displayName: string, days: number, rest: Partial<Task> = {}): Task {
  return task({ displayName, updatedAt: NOON - days * DAY, ...rest });
}

test("by date: what goes on first, then days, then months, each newest first", () => {
  const tasks = [
    aged("a", 0),
    aged("b", 0),
    aged("c", 1),
    aged("d", 6),
    aged("e", 8),
    aged("f", 45),
    aged("g", 46),
    aged("h", 400, { status: "waiting" }),
  ];

  assert.deepEqual(Object.entries(outline(tasks)), [
    ["Running & waiting", "h"],
    ["Today", "a, b"],
    ["Yesterday", "c"],
    ["Last 7 days", "d"],
    ["Last 30 days", "e"],
    ["October 2026", "f, g"],
  ]);
});

test("by folder: one group a folder, the one used last first", () => {
  const tasks = [
    aged("a", 0),
    aged("b", 1, { cwd: "/srv/site", workspaceName: "site" }),
    aged("c", 2),
    aged("d", 3, { cwd: null, workspaceName: null }),
  ];

  assert.deepEqual(outline(tasks, "folder"), {
    engine: "a, c",
    site: "b",
    "No folder": "d",
  });
});

test("two folders of the same name are two groups", () => {
  const groups = groupTasks(
    [aged("a", 0), aged("b", 0, { cwd: "/other/engine" })],
    "folder",
    NOON,
  );

  assert.deepEqual(
    groups.map(({ id }) => id),
    ["folder:/home/ada/engine", "folder:/other/engine"],
  );
});

test("sub-agents are below their parent, at any depth, and alone without it", () => {
  const parent = aged("parent", 0);
  const child = aged("child", 0, { parentThreadId: parent.threadId });
  const grandchild = aged("grandchild", 0, { parentThreadId: child.threadId });
  const orphan = aged("orphan", 0, { parentThreadId: "elsewhere" });

  assert.deepEqual(outline([grandchild, orphan, child, parent]), {
    Today: "orphan, parent (child (grandchild))",
  });
});

test("tasks that name each other as parents are still rows", () => {
  const one = aged("one", 0, { threadId: "1", parentThreadId: "2" });
  const two = aged("two", 0, { threadId: "2", parentThreadId: "1" });
  const self = aged("self", 0, { threadId: "3", parentThreadId: "3" });
  const below = aged("below", 0, { threadId: "4", parentThreadId: "1" });

  const text = Object.values(outline([one, two, self, below])).join();

  for (const name of ["one", "two", "self", "below"]) {
    assert.match(text, new RegExp(name));
  }
});

test("ten thousand tasks are grouped within a keystroke", () => {
  const tasks = Array.from({ length: 10_000 }, (_, at) => aged(String(at), at / 20));
  const since = performance.now();

  const groups = groupTasks(tasks, "date", NOON);

  assert.equal(
    groups.reduce((sum, { branches }) => sum + branches.length, 0),
    10_000,
  );
  assert.ok(performance.now() - since < 500);
});

test("pinned tasks come after those that go on, whatever the order is by", () => {
  const tasks = [
    aged("a", 0),
    aged("b", 3, { pinned: true }),
    aged("c", 40, { pinned: true, status: "running" }),
  ];

  for (const by of ["date", "folder"] as const) {
    assert.deepEqual(Object.entries(outline(tasks, by)).slice(0, 2), [
      ["Running & waiting", "c"],
      ["Pinned", "b"],
    ]);
  }
});

test("the archive comes before the trash, sub-agents stay with their parent", () => {
  const parent = aged("a", 1, { state: "trashed" });
  const tasks = [
    parent,
    aged("b", 2, { state: "trashed", parentThreadId: parent.threadId }),
    aged("c", 3, { state: "archived" }),
  ];

  assert.deepEqual(
    groupByState(tasks).map(({ label, branches }) => [
      label,
      branches.map(({ task: { displayName }, children }) => [
        displayName,
        children.length,
      ]),
    ]),
    [
      ["Archived", [["c", 0]]],
      ["Trash", [["a", 1]]],
    ],
  );
});

test("by tag: a task stands in each of its tags, in order, and the others last", () => {
  const tasks = [
    aged("a", 0, { tags: ["web", "api"] }),
    aged("b", 1),
    aged("c", 2, { tags: ["api"], pinned: true }),
  ];

  assert.deepEqual(outline(tasks, "tag"), {
    Pinned: "c",
    api: "a, c",
    web: "a",
    "No tag": "b",
  });
});

test("every row of a task with several tags has a name of its own, its sub-agents too", () => {
  const parent = aged("a", 0, { tags: ["web", "api"] });
  const child = aged("b", 0, { parentThreadId: parent.threadId, isSubAgent: true });
  const rows = (branches: readonly Branch[]): readonly string[] =>
    branches.flatMap(({ row, children }) => [row, ...rows(children)]);

  const all = groupTasks([parent, child], "tag", NOON).flatMap(({ branches }) =>
    rows(branches),
  );

  assert.equal(all.length, 4);
  assert.equal(new Set(all).size, 4);
});

test("while a row is dragged there is a place to pin it, and one to take its tag", () => {
  const labels = (by: GroupBy, tasks: readonly Task[]): readonly string[] =>
    withPlaces(groupTasks(tasks, by, NOON, "en"), by).map(({ label }) => label);

  assert.deepEqual(labels("date", [aged("a", 0)]), ["Pinned", "Today"]);
  assert.deepEqual(labels("date", [aged("a", 0, { pinned: true })]), ["Pinned"]);
  assert.deepEqual(labels("tag", [aged("a", 0, { tags: ["x"] })]), [
    "Pinned",
    "x",
    "No tag",
  ]);
});

test("tasks that go on keep their places, whichever of them was active last", () => {
  const begun = (displayName: string, days: number, active: number): Task =>
    aged(displayName, active, { createdAt: NOON - days * DAY, status: "running" });

  for (const [first, second] of [
    [1, 2],
    [2, 1],
  ] as const) {
    const tasks = [begun("a", 9, first), begun("b", 8, second), begun("c", 7, 3)];
    assert.deepEqual(outline(tasks), { "Running & waiting": "c, b, a" });
  }
});
