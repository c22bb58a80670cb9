/** Long output, diffs and long conversations: what is shown of them at first, and as pieces. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Turn } from "../../../extension/src/protocol/index.js";
import { parseDiff } from "../../../extension/webview/diff.js";
import {
  beginningOf,
  chunksOf,
  excerptOf,
  lineCount,
} from "../../../extension/webview/excerpt.js";
import {
  countShown,
  shownTurns,
  startAtItem,
  startEarlier,
  startNearEnd,
} from "../../../extension/webview/shown.js";
import { said, turn } from "./samples.js";

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

function conversation(turnCount: number, itemCount: number): readonly Turn[] {
  return Array.from({ length: turnCount }, (_, index) =>
    turn(
      index + 1,
      Array.from({ length: itemCount }, (__, item) =>
        said(`i${index + 1}-${item}`, "x"),
      ),
    ),
  );
}

describe("a long conversation", () => {
  test("is in the page by its end", () => {
    const turns = conversation(10, 9);
    const start = startNearEnd(turns, 25);

    assert.deepEqual(start, { turnId: "turn-8", item: 5 });
    assert.equal(countShown(turns, start), 25);
    assert.deepEqual(
      shownTurns(turns, start).turns.map((each) => each.number),
      [8, 9, 10],
    );
    assert.equal(shownTurns(turns, start).skipped, 5);
  });

  test("is in the page as a whole when it is short", () => {
    assert.equal(startNearEnd(conversation(2, 3), 100), null);
    assert.equal(startNearEnd([], 100), null);
    assert.equal(countShown(conversation(2, 3), null), 8);
  });

  test("grows upwards to its beginning, inside of one long step too", () => {
    const turns = conversation(1, 1000);
    let start = startNearEnd(turns, 120);
    let steps = 0;
    while (start !== null) {
      start = startEarlier(turns, start, 120);
      steps += 1;
    }

    assert.equal(steps, 8);
  });

  test("starts near the end again when its start is gone", () => {
    assert.deepEqual(startEarlier(conversation(3, 9), { turnId: "gone", item: 0 }, 5), {
      turnId: "turn-3",
      item: 5,
    });
  });

  test("finds the item where one read before", () => {
    assert.deepEqual(startAtItem(conversation(3, 9), "i2-4"), {
      turnId: "turn-2",
      item: 4,
    });
    assert.equal(startAtItem(conversation(3, 9), "gone"), null);
  });
});
