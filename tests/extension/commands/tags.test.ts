import assert from "node:assert/strict";
import { test } from "node:test";

import { tagChanges, tagsIn, tagsOf } from "../../../extension/src/commands/tags.js";
import { task } from "../support/tasks.js";

test("tags are parted by commas, and each counts once", () => {
  assert.deepEqual(tagsIn(" a, b c ,,a,"), ["a", "b c"]);
  assert.deepEqual(tagsIn("  "), []);
});

test("of several tasks those are edited that all have", () => {
  const tasks = [task({ tags: ["x", "y"] }), task({ tags: ["y", "z"] })];

  assert.deepEqual(tagsOf(tasks), { onAll: ["y"], onSome: ["x", "z"] });
});

test("what was taken out is removed, what is new is added, the rest is left alone", () => {
  assert.deepEqual(tagChanges(["a", "b"], ["b", "c"]), {
    addTags: ["c"],
    removeTags: ["a"],
  });
});
