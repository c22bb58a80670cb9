import assert from "node:assert/strict";
import { test } from "node:test";

import {
  findSidecar,
  type LaunchFacts,
} from "../../../extension/src/sidecar/process.js";

const EXTENSION = "/ext/threadbook";
const BUNDLED = `${EXTENSION}/extension/bundled/threadbook/threadbook`;
const CHECKOUT = `${EXTENSION}/.venv/bin/python`;

function find(
  files: readonly string[],
  facts: Partial<LaunchFacts> = {},
): ReturnType<typeof findSidecar> {
  return findSidecar({
    extensionPath: EXTENSION,
    pythonPath: "",
    platform: "linux",
    searchPath: "/usr/local/bin:/usr/bin",
    userHome: "/home/ada",
    isFile: (path) => files.includes(path),
    ...facts,
  });
}

test("the user's Python comes before everything else", () => {
  const found = find([BUNDLED, "/opt/py/bin/python"], {
    pythonPath: "/opt/py/bin/python",
  });

  assert.deepEqual(found, {
    ok: true,
    value: {
      command: "/opt/py/bin/python",
      args: ["-P", "-m", "threadbook", "serve"],
      source: "setting",
    },
  });
});

test("a Python by its bare name is left to the PATH, one below the home is found", () => {
  const bare = find([], { pythonPath: "python3.13" });
  const below = find(["/home/ada/py/python"], { pythonPath: "~/py/python" });

  assert.equal(bare.ok && bare.value.command, "python3.13");
  assert.equal(below.ok && below.value.command, "/home/ada/py/python");
});

test("a chosen Python that is not there is an error, never replaced by another", () => {
  const found = find([BUNDLED], { pythonPath: "/gone/python" });

  assert.equal(found.ok, false);
  assert.match(found.error, /\/gone\/python/);
});

test("the bundled build comes before an installed one, that before a checkout", () => {
  const installed = "/usr/bin/threadbook";

  const sources = [[BUNDLED, installed, CHECKOUT], [installed, CHECKOUT], [CHECKOUT]]
    .map((files) => find(files))
    .map((found) => found.ok && found.value.source);

  assert.deepEqual(sources, ["bundled", "installed", "checkout"]);
});

test("a relative entry of the PATH is never looked into", () => {
  const found = find(["./threadbook", "threadbook", "bin/threadbook"], {
    searchPath: ".:bin:",
  });

  assert.equal(found.ok, false);
});

test("Windows has its own names and folders", () => {
  const facts = {
    platform: "win32",
    extensionPath: "C:\\ext",
    searchPath: "C:\\bin;D:\\tools",
  } as const;

  const bundled = find(
    ["C:\\ext\\extension\\bundled\\threadbook\\threadbook.exe"],
    facts,
  );
  const installed = find(["D:\\tools\\threadbook.exe"], facts);
  const checkout = find(["C:\\ext\\.venv\\Scripts\\python.exe"], facts);

  assert.deepEqual(
    [bundled, installed, checkout].map((found) => found.ok && found.value.source),
    ["bundled", "installed", "checkout"],
  );
});

test("nothing found is a sentence that says what to do", () => {
  const found = find([]);

  assert.equal(found.ok, false);
  assert.match(found.error, /threadbook\.pythonPath/);
});
