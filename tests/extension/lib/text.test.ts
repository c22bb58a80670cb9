import assert from "node:assert/strict";
import { test } from "node:test";

import {
  escapeMarkdown,
  oneLine,
  size,
  withoutIcons,
  withoutLinks,
} from "../../../extension/src/lib/text.js";

test("a label is one line without controls and without reordering characters", () => {
  const hostile = "safe\u202Etxt.exe\nnext\u0000\u001b[31m\u200bline";

  assert.equal(oneLine(hostile), "safe txt.exe next [31m line");
});

test("a long text is cut between characters, not inside one", () => {
  assert.equal(oneLine("😀😀😀😀", 3), "😀😀…");
  assert.equal(oneLine("x".repeat(50_000_000), 5), "xxxx…");
});

test("nothing of a task's text is Markdown in a tooltip", () => {
  const escaped = escapeMarkdown(
    "![x](https://evil.example/a.png) <img> `$(bug)` **b**",
  );

  assert.doesNotMatch(escaped, /(?<!\\)[[\]()<>`*!$:/]/);
});

test("a notification has no links, a pick no icons from a task's text", () => {
  assert.doesNotMatch(withoutLinks("[Accept](command:evil)"), /\]\(/);
  assert.doesNotMatch(withoutIcons("$(trash) name"), /\$\(/);
});

test("sizes are short", () => {
  assert.deepEqual([0, 999, 1_000, 48_000, 1_234_567, 3e9].map(size), [
    "0 B",
    "999 B",
    "1.0 KB",
    "48 KB",
    "1.2 MB",
    "3.0 GB",
  ]);
});
