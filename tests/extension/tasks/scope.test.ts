import assert from "node:assert/strict";
import { test } from "node:test";

import { isInScope } from "../../../extension/src/tasks/scope.js";
import { task } from "../support/tasks.js";

const ENGINE = { folders: ["/home/ada/engine"], subAgents: true };
const EVERYTHING = { folders: null, subAgents: true };

function isInEngine(cwd: string | null): boolean {
  return isInScope(task({ cwd }), ENGINE);
}

test("a folder has its own tasks and those of its subfolders", () => {
  assert.equal(isInEngine("/home/ada/engine"), true);
  assert.equal(isInEngine("/home/ada/engine/parts/cam"), true);
});

test("a folder with a name that begins the same is another one", () => {
  assert.equal(isInEngine("/home/ada/engine-2"), false);
  assert.equal(isInEngine("/home/ada"), false);
  assert.equal(isInEngine(null), false);
});

test("the root, a trailing separator and Windows paths are folders too", () => {
  const isIn = (folder: string, cwd: string): boolean =>
    isInScope(task({ cwd }), { folders: [folder], subAgents: true });

  assert.equal(isIn("/", "/home"), true);
  assert.equal(isIn("/home/", "/home"), true);
  assert.equal(isIn("C:\\work", "C:\\work\\engine"), true);
  assert.equal(isIn("C:\\work", "C:\\workshop"), false);
});

test("archived, cleared and unwanted sub-agent tasks are in no scope", () => {
  assert.equal(isInScope(task({ state: "archived" }), EVERYTHING), false);
  assert.equal(isInScope(task({ cleared: true }), EVERYTHING), false);
  assert.equal(isInScope(task({ isSubAgent: true }), EVERYTHING), true);
  assert.equal(
    isInScope(task({ isSubAgent: true }), { folders: null, subAgents: false }),
    false,
  );
});
