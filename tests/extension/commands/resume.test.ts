import "../support/vscode-stub.js";

import assert from "node:assert/strict";
import { test } from "node:test";

import { latest } from "../../../extension/src/commands/resume.js";
import { task } from "../support/tasks.js";

test("what can be gone on with is offered, the latest first, pinned or not", () => {
  const tasks = [
    task({ threadId: "pinned", updatedAt: 1, pinned: true }),
    task({ threadId: "archived", updatedAt: 9, state: "archived" }),
    task({ threadId: "older", updatedAt: 2 }),
    task({ threadId: "newest", updatedAt: 3 }),
  ];

  assert.deepEqual(
    latest(tasks).map(({ threadId }) => threadId),
    ["newest", "older", "pinned"],
  );
});
