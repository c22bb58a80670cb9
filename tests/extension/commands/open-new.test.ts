import "../support/vscode-stub.js";

import assert from "node:assert/strict";
import { test } from "node:test";

import type { Context } from "../../../extension/src/commands/context.js";
import { openNew } from "../../../extension/src/commands/open-new.js";
import { SidecarError } from "../../../extension/src/sidecar/errors.js";
import { FakeSidecar, settled } from "../support/fake-sidecar.js";
import { task } from "../support/tasks.js";

function world(): {
  readonly sidecar: FakeSidecar;
  readonly opened: string[];
  readonly context: Context;
} {
  const sidecar = new FakeSidecar();
  const opened: string[] = [];
  const panels = { open: (threadId: string) => opened.push(threadId) };
  return { sidecar, opened, context: { sidecar, panels } as unknown as Context };
}

const NOT_YET = (): never => {
  throw new SidecarError("threadNotFound", "No such task");
};

test("a task whose file Codex has yet to write is opened when it is there", async () => {
  const { sidecar, opened, context } = world();
  const begun = task();
  sidecar.answers["task/read"] = NOT_YET;

  const opening = openNew(context, begun.threadId, { focusComposer: true });
  await settled();
  sidecar.notify("task/changed", { task: task() });
  await settled();
  assert.deepEqual(opened, []);
  sidecar.notify("task/changed", { task: begun });
  await opening;

  assert.deepEqual(opened, [begun.threadId]);
});

test("a task that was told of before it was asked for is not waited for", async () => {
  const { sidecar, opened, context } = world();
  const begun = task();
  sidecar.answers["task/read"] = () => {
    sidecar.notify("task/changed", { task: begun });
    return NOT_YET();
  };

  await openNew(context, begun.threadId, { focusComposer: false });

  assert.deepEqual(opened, [begun.threadId]);
});

test("what else is wrong is said, and nothing is opened", async () => {
  const { sidecar, opened, context } = world();
  sidecar.answers["task/read"] = () => {
    throw new SidecarError("indexBusy", "The index is busy");
  };

  await assert.rejects(openNew(context, task().threadId, { focusComposer: false }), {
    kind: "indexBusy",
  });
  assert.deepEqual(opened, []);
});
