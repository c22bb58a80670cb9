import "../support/vscode-stub.js";

import assert from "node:assert/strict";
import { test } from "node:test";

import { droppedOn } from "../../../extension/src/views/dragging.js";
import type { Mark } from "../../../extension/src/views/task-groups.js";

const PINNED: Mark = { kind: "pinned" };
const UNTAGGED: Mark = { kind: "untagged" };
const tagged = (tag: string): Mark => ({ kind: "tag", tag });

function dropped(from: Mark | undefined, to: Mark | undefined): object | undefined {
  return droppedOn([{ threadId: "a", from }], to)[0];
}

test("a row dropped on Pinned is pinned, and keeps its tags", () => {
  assert.deepEqual(dropped(undefined, PINNED), { threadIds: ["a"], pinned: true });
  assert.deepEqual(dropped(tagged("x"), PINNED), { threadIds: ["a"], pinned: true });
});

test("a row dragged out of Pinned to a day or a folder is pinned no longer", () => {
  assert.deepEqual(dropped(PINNED, undefined), { threadIds: ["a"], pinned: false });
});

test("from tag to tag a row changes its tag; to No tag it loses it", () => {
  assert.deepEqual(dropped(tagged("x"), tagged("y")), {
    threadIds: ["a"],
    addTags: ["y"],
    removeTags: ["x"],
  });
  assert.deepEqual(dropped(tagged("x"), UNTAGGED), {
    threadIds: ["a"],
    removeTags: ["x"],
  });
  assert.deepEqual(dropped(UNTAGGED, tagged("y")), {
    threadIds: ["a"],
    addTags: ["y"],
  });
  assert.deepEqual(dropped(PINNED, tagged("y")), { threadIds: ["a"], addTags: ["y"] });
});

test("where a row comes from nothing changes, nor from day to day", () => {
  for (const mark of [PINNED, UNTAGGED, tagged("x"), undefined]) {
    assert.equal(dropped(mark, mark), undefined);
  }
});

test("several rows are changed together, as far as they come from one group", () => {
  const changes = droppedOn(
    [
      { threadId: "a", from: tagged("x") },
      { threadId: "b", from: tagged("z") },
      { threadId: "c", from: tagged("x") },
      { threadId: "d", from: tagged("y") },
    ],
    tagged("y"),
  );

  assert.deepEqual(changes, [
    { threadIds: ["a", "c"], addTags: ["y"], removeTags: ["x"] },
    { threadIds: ["b"], addTags: ["y"], removeTags: ["z"] },
  ]);
});
