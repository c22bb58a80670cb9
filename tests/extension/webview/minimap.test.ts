/** Where the minimap puts its marks. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { OutlineStep } from "../../../extension/src/protocol/index.js";
import {
  barsOf,
  edgesOf,
  indexOfStep,
  markAt,
  marksOf,
} from "../../../extension/webview/minimap-marks.js";
import { asked, NOW, said, turn } from "./samples.js";

function steps(
  count: number,
  change: (number: number) => Partial<OutlineStep> = () => ({}),
): readonly OutlineStep[] {
  return Array.from({ length: count }, (_, index) => ({
    number: index + 1,
    turnId: `turn-${index + 1}`,
    preview: `Question ${index + 1}`,
    status: "completed" as const,
    startedAt: NOW,
    messageCount: 2,
    bytes: 4000,
    ...change(index + 1),
  }));
}

test("larger steps have larger marks, and a huge one does not crowd out the others", () => {
  const sizes = [1000, 40_000, 900_000_000];
  const marks = marksOf(
    steps(3, (number) => ({ bytes: sizes[number - 1] ?? 0 })),
    [],
  );
  const heights = barsOf(marks, edgesOf(marks, 600)).map(({ height }) => height);

  assert.ok((heights[0] ?? 0) < (heights[1] ?? 0));
  assert.ok((heights[1] ?? 0) < (heights[2] ?? 0));
  assert.ok((heights[2] ?? 0) < 60);
});

test("five thousand steps fit on the rail, and a failed one among them is seen", () => {
  const marks = marksOf(
    steps(5000, (number) => (number === 2500 ? { status: "failed" } : {})),
    [],
  );
  const edges = edgesOf(marks, 600);
  const bars = barsOf(marks, edges);

  assert.ok(Math.abs((edges.at(-1) ?? 0) - 600) < 0.01);
  assert.ok(bars.length <= 200);
  assert.ok(bars.every(({ top, height }) => height >= 1 && top + height <= 600));
  const failed = bars.filter(({ status }) => status === "failed");
  assert.equal(failed.length, 1);
  assert.ok(Math.abs((failed[0]?.top ?? 0) - 300) < 4);
});

test("every height of the rail belongs to the step that is drawn there", () => {
  const marks = marksOf(
    steps(40, (number) => ({ bytes: number * 9000 })),
    [],
  );
  const edges = edgesOf(marks, 500);
  for (const [index] of marks.entries()) {
    const [from = 0, to = 0] = edges.slice(index, index + 2);
    assert.equal(markAt(edges, (from + to) / 2), index);
  }
  assert.equal(markAt(edges, -5), 0);
  assert.equal(markAt(edges, 9999), 39);
  assert.equal(markAt([0], 10), 0);
});

test("the loaded turns know how steps ended since, and which were added", () => {
  const turns = [
    turn(2, [said("a2", "x")], { status: "failed" }),
    turn(3, [asked("u3", "And now?")], { status: "inProgress" }),
    turn(0, [said("gone", "x")], { dropped: true }),
  ];
  const marks = marksOf(steps(2), turns);

  assert.deepEqual(
    marks.map(({ number, status, preview }) => [number, status, preview]),
    [
      [1, "completed", "Question 1"],
      [2, "failed", "Question 2"],
      [3, "inProgress", "And now?"],
    ],
  );
  assert.equal(indexOfStep(marks, 3), 2);
  assert.equal(indexOfStep(marks, 0), 0);
  assert.equal(indexOfStep([], 4), 0);
});
