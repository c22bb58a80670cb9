/** The page's model and the events of a turn that runs. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { EMPTY, isRunning } from "../../../extension/webview/model.js";
import { applyEvents, reduce } from "../../../extension/webview/reduce.js";
import type { Item } from "../../../extension/webview/wire.js";
import { replace, opened, event, delta, items, textOf, started } from "./models.js";
import { said, task, turn, ran } from "./samples.js";

describe("a turn that runs", () => {
  test("begins as the next step and makes the task run", () => {
    const model = applyEvents(opened(), [started]);

    assert.equal(model.turns.at(-1)?.number, 2);
    assert.equal(model.turnCount, 2);
    assert.equal(model.task?.status, "running");
    assert.ok(isRunning(model));
  });

  test("has at its beginning what was said before it began", () => {
    const warning = event(1, { type: "warning", message: "Take care" }, null);
    const begins = { ...started, seq: 2 };
    const waiting = applyEvents(opened(), [warning]);
    const model = applyEvents(waiting, [
      begins,
      event(3, { type: "itemStarted", item: said("m1", "Now") }),
    ]);

    assert.deepEqual(items(waiting), opened().turns[0]?.items);
    assert.deepEqual(
      waiting.early.map(({ type }) => type),
      ["notice"],
    );
    assert.deepEqual(
      items(model).map(({ type }) => type),
      ["notice", "agentMessage"],
    );
    assert.deepEqual(model.early, []);
  });

  test("streams its text into one message", () => {
    const begun = event(2, { type: "itemStarted", item: said("m1", "") });
    const model = applyEvents(opened(), [
      started,
      begun,
      delta(3, "m1", "Hel"),
      delta(4, "m1", "lo ✓"),
    ]);

    assert.equal(textOf(items(model)[0]), "Hello ✓");
    const message = items(model)[0];
    assert.equal(message?.type === "agentMessage" && message.text.bytes, 9);
    assert.equal(model.seq, 4);
  });

  test("shows text whose beginning was not said", () => {
    const model = applyEvents(opened(), [started, delta(2, "r9", "hm", "reasoning")]);

    assert.deepEqual(
      [items(model)[0]?.type, textOf(items(model)[0])],
      ["reasoning", "hm"],
    );
  });

  test("grows a command's output that was not there", () => {
    const command: Item = {
      ...ran("x1", "ls", ""),
      type: "commandExecution",
      output: null,
    } as Item;
    const begun = event(2, { type: "itemStarted", item: command });
    const model = applyEvents(opened(), [
      started,
      begun,
      delta(3, "x1", "a\n", "output"),
      delta(4, "x1", "b\n", "output"),
    ]);

    const item = items(model)[0];
    assert.equal(item?.type === "commandExecution" && item.output?.text, "a\nb\n");
  });

  test("takes the complete item in place of what its deltas said", () => {
    const done = event(3, { type: "itemCompleted", item: said("m1", "Final") });
    const model = applyEvents(opened(), [started, delta(2, "m1", "Fi"), done]);

    assert.equal(items(model).length, 1);
    assert.equal(textOf(items(model)[0]), "Final");
  });

  test("ends as it is said to", () => {
    const stop = {
      kind: "usageLimit",
      message: "limit",
      resetsAt: 99,
      windowMinutes: 300,
    } as const;
    const ended = event(2, { type: "turnCompleted", status: "failed", stop, at: 7 });
    const model = applyEvents(opened(), [started, ended]);

    assert.equal(model.turns.at(-1)?.status, "failed");
    assert.equal(model.turns.at(-1)?.completedAt, 7);
    assert.equal(model.task?.status, "limited");
    assert.equal(model.task.lastStop?.resetsAt, 99);
    assert.ok(!isRunning(model));
  });

  test("says that Codex tries again only while it does", () => {
    const retry = event(2, {
      type: "error",
      message: "reconnecting",
      code: null,
      willRetry: true,
    });
    const trying = applyEvents(opened(), [started, retry]);
    const going = applyEvents(trying, [delta(3, "m1", "back")]);

    assert.equal(trying.retrying, "reconnecting");
    assert.equal(items(trying).length, 0);
    assert.equal(going.retrying, null);
  });

  test("shows an error that ends it as a notice", () => {
    const failed = event(2, {
      type: "error",
      message: "boom",
      code: "e1",
      willRetry: false,
    });
    const notice = items(applyEvents(opened(), [started, failed]))[0];

    assert.equal(
      notice?.type === "notice" && `${notice.level} ${notice.text.text} ${notice.code}`,
      "error boom e1",
    );
  });

  test("leaves the turns that it does not touch as they are", () => {
    const before = opened();
    const after = applyEvents(before, [started, delta(2, "m1", "x")]);

    assert.equal(after.turns[0], before.turns[0]);
  });

  test("counts what a usage event says", () => {
    const tokenUsage = {
      input: 1,
      cachedInput: 0,
      output: 1,
      reasoning: 0,
      total: 2,
      contextWindow: null,
      contextUsed: null,
    };
    const usage = event(2, { type: "usage", tokenUsage, rateLimits: null });

    assert.equal(applyEvents(opened(), [started, usage]).task?.tokenUsage?.total, 2);
  });
});

describe("the order of events", () => {
  test("ignores what the turns contain already", () => {
    const model = applyEvents(opened(undefined, 10), [
      delta(9, "a1", "again"),
      delta(10, "a1", "again"),
    ]);

    assert.equal(textOf(items(model)[1]), "hello");
    assert.equal(model.sync, "current");
  });

  test("asks again after a gap, and applies what came before it", () => {
    const model = applyEvents(opened(), [
      started,
      delta(2, "m1", "a"),
      delta(4, "m1", "c"),
    ]);

    assert.equal(model.sync, "gap");
    assert.equal(textOf(items(model)[0]), "a");
  });

  test("goes on from the turns that were read after a gap without losing what came meanwhile", () => {
    const gap = reduce(applyEvents(opened(), [started, delta(3, "m1", "b")]), {
      type: "readAgain",
    });
    const more = applyEvents(gap, [delta(4, "m1", "c")]);
    const live = turn(2, [said("m1", "a")], { turnId: "live", status: "inProgress" });
    const model = reduce(more, replace([turn(1, []), live], 2));

    assert.equal(model.sync, "current");
    assert.equal(textOf(items(model)[0]), "abc");
    assert.equal(model.seq, 4);
  });

  test("holds events that come before the first turns", () => {
    const early = reduce(EMPTY, { type: "event", event: delta(3, "m1", "!") });
    const live = turn(1, [said("m1", "Hi")], { turnId: "live", status: "inProgress" });
    const model = reduce(early, replace([live], 2));

    assert.equal(textOf(items(model)[0]), "Hi!");
  });

  test("ignores events of other tasks", () => {
    const other = { ...started, threadId: "other" };

    assert.equal(applyEvents(opened(), [other]).turns.length, 1);
  });

  test("waits for new turns when the sidecar came back, since it counts anew", () => {
    const down = reduce(opened(undefined, 50), {
      type: "sidecar",
      state: "restarting",
    });
    const back = reduce(down, { type: "sidecar", state: "running" });
    const model = applyEvents(back, [started]);

    assert.equal(model.sync, "loading");
    assert.equal(reduce(model, replace([turn(1, [])], 0)).turns.at(-1)?.turnId, "live");
  });

  test("reads again when the task goes on under another id", () => {
    assert.equal(
      reduce(opened(), { type: "task", task: task({ threadId: "new" }) }).sync,
      "gap",
    );
  });
});

test("a burst of deltas is one text, in order, per item", () => {
  const burst = Array.from({ length: 2000 }, (_, index) =>
    delta(index + 2, index % 500 < 250 ? "m1" : "m2", `${index},`),
  );
  const model = applyEvents(opened(), [started, ...burst]);

  assert.equal(items(model).length, 2);
  assert.match(textOf(items(model)[0]), /^0,1,2,.*249,500,/u);
  assert.equal(model.seq, 2001);
});
