/** Text that a terminal or a trickster wrote: names for hidden characters, colours, links. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { segmentsOf, stripped } from "../../../extension/webview/ansi.js";
import { targetOf } from "../../../extension/webview/links.js";
import {
  baseName,
  folderIn,
  oneLine,
  visible,
} from "../../../extension/webview/plain.js";

const ESC = "\u001b";

describe("hidden characters", () => {
  test("that reorder or hide text are named", () => {
    assert.equal(
      visible("a\u202eb\u2066c\ufeff\u{e0041}"),
      "a⟨U+202E⟩b⟨U+2066⟩c⟨U+FEFF⟩⟨U+E0041⟩",
    );
    assert.equal(visible("\u0000\u001b\u007f\u0085"), "␀␛␡⟨U+0085⟩");
  });

  test("that scripts and emoji need are left alone", () => {
    const words = "נ\u200fב می\u200cخواهم 👩\u200d💻\ttab\nline";

    assert.equal(visible(words), words);
  });

  test("leave one line for a name", () => {
    assert.equal(oneLine("  a\r\n\tb \u2028 c"), "a b c");
  });
});

describe("terminal output", () => {
  test("shows colours as classes", () => {
    const segments = segmentsOf(
      `${ESC}[1;32mok${ESC}[0m plain ${ESC}[91mbad${ESC}[39m.`,
    );

    assert.deepEqual(segments, [
      { text: "ok", classes: "ansi-bold ansi-2" },
      { text: " plain ", classes: "" },
      { text: "bad", classes: "ansi-9" },
      { text: ".", classes: "" },
    ]);
  });

  test("takes 256-colour and true-colour codes for what they are", () => {
    const segments = segmentsOf(
      `${ESC}[38;5;1mred${ESC}[48;2;1;2;3;4mline${ESC}[38;2;9;9;9mgrey`,
    );

    assert.deepEqual(
      segments.map(({ classes }) => classes),
      ["ansi-1", "ansi-underline ansi-1", "ansi-underline"],
    );
  });

  test("drops every other sequence", () => {
    const hostile = `${ESC}]0;title\u0007a${ESC}]8;;http://x\u001b\\link${ESC}]8;;${ESC}\\ ${ESC}[2J${ESC}[?25lb${ESC}(Bc${ESC}P1;q${ESC}\\d\u009b31me`;

    assert.equal(stripped(hostile), "alink bcde");
  });

  test("drops a sequence that was cut off", () => {
    assert.equal(stripped(`done${ESC}[3`), "done");
    assert.equal(stripped(`done${ESC}]0;ti`), "done");
  });

  test("shows progress bars as they ended", () => {
    assert.equal(stripped("10%\r50%\r100%\nnext\r\n"), "100%\nnext\n");
    assert.equal(stripped("abc\b\bX\n\b|\b/\b-"), "aX\n-");
  });

  test("of ten megabytes in one line is taken quickly", () => {
    const before = performance.now();

    assert.equal(stripped(`${ESC}[31m${"x".repeat(10_000_000)}`).length, 10_000_000);
    assert.ok(performance.now() - before < 2000);
  });
});

describe("addresses", () => {
  test("of files may have lines, blanks and drive letters", () => {
    assert.deepEqual(targetOf("src/a.ts:3:9"), {
      kind: "file",
      path: "src/a.ts",
      line: 3,
    });
    assert.deepEqual(targetOf("C:\\work\\a.ts:3"), {
      kind: "file",
      path: "C:\\work\\a.ts",
      line: 3,
    });
    assert.deepEqual(targetOf("a.ts#L10-L20"), {
      kind: "file",
      path: "a.ts",
      line: 10,
    });
    assert.deepEqual(targetOf("docs/read%20me.md"), {
      kind: "file",
      path: "docs/read me.md",
      line: null,
    });
  });

  test("that could act lead nowhere", () => {
    for (const address of [
      "command:x",
      "javascript:1",
      "\\\\host\\share",
      "//host/x",
      "#top",
      "",
      " ",
      "vscode:x",
    ]) {
      assert.equal(targetOf(address).kind, "none", address);
    }
  });
});

describe("paths", () => {
  test("have a name and a folder seen from the task's own", () => {
    assert.equal(baseName("/a/b/c.py"), "c.py");
    assert.equal(baseName("a\\b\\c.py"), "c.py");
    assert.equal(folderIn("/code/ledger/src/a.py", "/code/ledger"), "src");
    assert.equal(folderIn("/code/ledger/a.py", "/code/ledger"), "");
    assert.equal(folderIn("/code/ledger-old/a.py", "/code/ledger"), "/code/ledger-old");
    assert.equal(folderIn("a.py", null), "");
  });
});
