import assert from "node:assert/strict";
import { test } from "node:test";

import { SidecarError, toSidecarError } from "../../../extension/src/sidecar/errors.js";

function responseError(code: number, data?: unknown): Error {
  return Object.assign(new Error("Task x is in use by codex"), { code, data });
}

test("an answered error keeps its kind, its facts and its sentence", () => {
  const data = { kind: "taskInUse", facts: { pid: 7 } };

  const error = toSidecarError(responseError(1007, data));

  assert.equal(error.kind, "taskInUse");
  assert.deepEqual(error.facts, { pid: 7 });
  assert.equal(error.message, "Task x is in use by codex");
});

test("what was cancelled is told from a sidecar that is gone", () => {
  assert.equal(toSidecarError(responseError(-32800)).kind, "cancelled");
  assert.equal(toSidecarError(responseError(-32097)).kind, "sidecarGone");
  assert.equal(toSidecarError("closed").kind, "sidecarGone");
});

test("an error of ours stays the same", () => {
  const error = new SidecarError("usageLimit", "Come back at noon");

  assert.equal(toSidecarError(error), error);
});
