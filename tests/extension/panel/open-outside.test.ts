import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";

import { safeLink, safePath } from "../../../extension/src/panel/open-outside.js";

test("only addresses for a browser or a mail program leave", () => {
  assert.equal(safeLink("https://example.com/a?b#c"), "https://example.com/a?b#c");
  assert.equal(safeLink("mailto:ada@example.com"), "mailto:ada@example.com");
  for (const url of [
    "command:workbench.action.quit",
    "javascript:alert(1)",
    "vscode://evil.extension/run",
    "file:///etc/passwd",
    " \u0000data:text/html,x",
    "no address",
  ]) {
    assert.equal(safeLink(url), undefined, url);
  }
});

test("a path is taken from the task's folder", () => {
  assert.equal(safePath("src/a.c", "/home/ada", path.posix), "/home/ada/src/a.c");
  assert.equal(safePath("/etc/hosts", null, path.posix), "/etc/hosts");
  assert.equal(safePath("src\\a.c", "C:\\work", path.win32), "C:\\work\\src\\a.c");
});

test("a path that names another machine, or nothing, is not opened", () => {
  assert.equal(safePath("\\\\evil\\share\\x", "C:\\work", path.win32), undefined);
  assert.equal(safePath("//evil/share/x", "C:\\work", path.win32), undefined);
  assert.equal(safePath("src/a.c", null, path.posix), undefined);
  assert.equal(safePath("a\0b", "/home/ada", path.posix), undefined);
  assert.equal(safePath("", "/home/ada", path.posix), undefined);
});
