import assert from "node:assert/strict";
import { test } from "node:test";

import { sidesOfDiff } from "../../../extension/src/panel/diff-sides.js";

test("a diff's two sides have its context, and each its own lines", () => {
  const diff = [
    "--- a/x",
    "+++ b/x",
    "@@ -1,3 +1,3 @@",
    " one",
    "-two",
    "+TWO",
    " three",
    "",
  ].join("\n");

  assert.deepEqual(sidesOfDiff(diff, "update"), {
    before: "one\ntwo\nthree",
    after: "one\nTWO\nthree",
  });
});

test("between hunks both sides have the same line, so that they stay beside each other", () => {
  const diff = "@@ -1 +1 @@\n-a\n+b\n@@ -90,2 +90,1 @@ f()\n c\n-d";

  assert.deepEqual(sidesOfDiff(diff, "update"), {
    before: "a\n\n@@ -90,2 +90,1 @@ f()\n\nc\nd",
    after: "b\n\n@@ -90,2 +90,1 @@ f()\n\nc",
  });
});

test("lines that look like headers are lines inside of a hunk", () => {
  assert.deepEqual(sidesOfDiff("@@ -1 +1 @@\n--- old\n+++ new", "update"), {
    before: "-- old",
    after: "++ new",
  });
});

test("a missing newline at the end is no line", () => {
  const diff = "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b";

  assert.deepEqual(sidesOfDiff(diff, "update"), { before: "a", after: "b" });
});

test("a text without hunks is a whole file, on the side where it exists", () => {
  assert.deepEqual(sidesOfDiff("all\nof it", "add"), {
    before: "",
    after: "all\nof it",
  });
  assert.deepEqual(sidesOfDiff("all\nof it", "delete"), {
    before: "all\nof it",
    after: "",
  });
});
