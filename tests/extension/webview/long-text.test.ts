/** Long output, diffs and long conversations: what is shown of them at first, and as pieces. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseDiff } from "../../../extension/webview/diff.js";
import {
  beginningOf,
  chunksOf,
  excerptOf,
  lineCount,
} from "../../../extension/webview/excerpt.js";

function lines(count: number): string {
  return Array.from({ length: count }, (_, index) => `line ${index + 1}`).join("\n");
}

describe("long output", () => {
  test("of a few lines is shown whole", () => {
    assert.deepEqual(excerptOf(`${lines(15)}\n`, false), {
      head: "",
      hidden: 0,
      tail: lines(15),
    });
  });

  test("is shown by its first and last lines", () => {
    const { head, hidden, tail } = excerptOf(lines(100), false);

    assert.equal(head, lines(4));
    assert.equal(hidden, 88);
    assert.equal(tail.split("\n").at(-1), "line 100");
    assert.equal(lineCount(head) + hidden + lineCount(tail), 100);
  });

  test("that still grows is shown by its end", () => {
    const { head, hidden, tail } = excerptOf(lines(100), true);

    assert.equal(head, "");
    assert.equal(hidden, 88);
    assert.equal(lineCount(tail), 12);
  });

  test("whose end is not here is shown by its beginning", () => {
    assert.deepEqual(beginningOf(lines(100)), { head: "", hidden: 0, tail: lines(12) });
  });

  test("in one line is shortened", () => {
    assert.equal(excerptOf("x".repeat(1_000_000), false).tail.length, 601);
  });

  for (const text of [
    lines(1000),
    "x".repeat(50_000),
    `${"y".repeat(16_000)}\nend`,
    "",
    "a\n\nb",
  ]) {
    test(`of ${text.length} characters loses nothing in pieces`, () => {
      const pieces = chunksOf(text);

      assert.equal(pieces.join("").replaceAll("\n", ""), text.replaceAll("\n", ""));
      assert.ok(pieces.every((piece) => piece.length <= 16_200));
    });
  }
});

describe("a diff", () => {
  test("has numbers on both sides and counts", () => {
    const {
      lines: read,
      added,
      removed,
    } = parseDiff(
      "--- a/x\n+++ b/x\n@@ -3,2 +3,3 @@ def f\n same\n-old\n+new\n+more\n",
    );

    assert.deepEqual(
      read.map(({ kind, text, before, after }) => [kind, text, before, after]),
      [
        ["hunk", "def f", 3, 3],
        ["context", "same", 3, 3],
        ["delete", "old", 4, null],
        ["add", "new", null, 4],
        ["add", "more", null, 5],
      ],
    );
    assert.deepEqual([added, removed], [2, 1]);
  });

  test("takes a removed line that looks like a header for what it is", () => {
    const { removed, added } = parseDiff(
      "@@ -1,2 +1,1 @@\n--- a comment\n x\n@@ -9 +8 @@\n-a\n+++ b\n",
    );

    assert.deepEqual([removed, added], [2, 1]);
  });

  test("of an added file needs no hunk header", () => {
    assert.deepEqual(
      [parseDiff("+a\n+b\n").added, parseDiff("+a\n+b\n").lines[1]?.after],
      [2, 2],
    );
  });

  test("may be cut, empty, or end without a newline", () => {
    assert.equal(parseDiff("").lines.length, 0);
    assert.equal(parseDiff("@@ -1,9 +1,9 @@\n a\n+").added, 1);
    assert.equal(
      parseDiff("@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b").lines[2]?.kind,
      "note",
    );
  });
});
