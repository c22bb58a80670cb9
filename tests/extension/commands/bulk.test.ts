import "../support/vscode-stub.js";

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  doneOf,
  inPieces,
  tasksInWords,
} from "../../../extension/src/commands/bulk.js";
import type { TaskOutcome } from "../../../extension/src/protocol/index.js";
import { SidecarError } from "../../../extension/src/sidecar/errors.js";
import { task } from "../support/tasks.js";

function done(threadId: string): TaskOutcome {
  return { threadId, ok: true, error: null, along: [] };
}

function verb(
  request: (threadIds: readonly string[]) => readonly TaskOutcome[],
): Parameters<typeof inPieces>[1] {
  return {
    doing: "Archiving",
    request: async (threadIds) => Promise.resolve({ results: request(threadIds) }),
  };
}

const MANY = Array.from({ length: 450 }, (_, at) => task({ createdAt: at }));

test("a thousand tasks go in pieces, forks before what they need", async () => {
  const asked: (readonly string[])[] = [];
  const progress: number[] = [];

  const outcomes = await inPieces(
    MANY,
    verb((threadIds) => {
      asked.push(threadIds);
      return threadIds.map(done);
    }),
    (count) => progress.push(count) > 0,
  );

  assert.deepEqual(progress, [200, 400, 450]);
  assert.equal(asked[0]?.[0], MANY.at(-1)?.threadId);
  assert.equal(doneOf(MANY, outcomes).length, MANY.length);
});

test("what a piece says of itself counts for all", async () => {
  const progress: number[] = [];
  const halves: Parameters<typeof inPieces>[1] = {
    doing: "Archiving",
    request: async (threadIds, onPart) => {
      onPart(0.5);
      return Promise.resolve({ results: threadIds.map(done) });
    },
  };

  await inPieces(MANY, halves, (count) => progress.push(count) > 0);

  assert.deepEqual(progress, [100, 200, 300, 400, 425, 450]);
});

test("who cancels keeps what was done until then", async () => {
  const outcomes = await inPieces(
    MANY,
    verb((threadIds) => threadIds.map(done)),
    () => false,
  );

  assert.equal(outcomes.length, 200);
});

test("a piece that is refused counts for its tasks alone", async () => {
  let pieces = 0;
  const outcomes = await inPieces(
    MANY,
    verb((threadIds) => {
      pieces += 1;
      if (pieces === 2) {
        throw new SidecarError("homeBusy", "Another process moves tasks");
      }
      return threadIds.map(done);
    }),
    () => true,
  );

  assert.equal(outcomes.length, MANY.length);
  assert.equal(outcomes.filter(({ ok }) => ok).length, 250);
  assert.equal(outcomes.find(({ ok }) => !ok)?.error?.kind, "homeBusy");
});

test("without a sidecar nothing is said to be done", async () => {
  const gone = verb(() => {
    throw new SidecarError("sidecarGone", "It stopped");
  });

  await assert.rejects(
    inPieces(MANY, gone, () => true),
    { kind: "sidecarGone" },
  );
});

test("one task is called by its name, several by their number", () => {
  assert.equal(tasksInWords([task({ displayName: "Mend it" })]), "“Mend it”");
  assert.equal(tasksInWords(MANY), "450 tasks");
});
