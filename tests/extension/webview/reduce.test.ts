/** The page's model: what each message and event does to it. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ToPanel } from "../../../extension/src/panel/messages.js";
import type {
  TaskEventNotification,
  Turn,
} from "../../../extension/src/protocol/index.js";
import { EMPTY, isRunning, type PanelModel } from "../../../extension/webview/model.js";
import { applyEvents, reduce } from "../../../extension/webview/reduce.js";
import type { Item, TaskEvent } from "../../../extension/webview/wire.js";
import { approval, asked, ran, said, task, text, turn } from "./samples.js";

function replace(
  turns: readonly Turn[],
  seq = 0,
  nextCursor: string | null = null,
): ToPanel {
  return {
    type: "turns",
    position: "replace",
    turns,
    nextCursor,
    turnCount: turns.length,
    seq,
  };
}

function opened(
  turns: readonly Turn[] = [turn(1, [asked("u1", "hi"), said("a1", "hello")])],
  seq = 0,
): PanelModel {
  return reduce(reduce(EMPTY, { type: "task", task: task() }), replace(turns, seq));
}

function event(
  seq: number,
  body: TaskEvent,
  turnId: string | null = "live",
): TaskEventNotification {
  return { threadId: task().threadId, turnId, seq, event: body };
}

function delta(
  seq: number,
  itemId: string,
  words: string,
  field: "text" | "output" | "reasoning" = "text",
): TaskEventNotification {
  return event(seq, { type: "itemDelta", itemId, field, delta: words });
}

function items(model: PanelModel): readonly Item[] {
  return model.turns.at(-1)?.items ?? [];
}

function textOf(item: Item | undefined): string {
  return item?.type === "agentMessage" || item?.type === "reasoning"
    ? item.text.text
    : "";
}

const started = event(1, { type: "turnStarted", turnId: "live", at: 5 });

describe("a turn that runs", () => {
  test("begins as the next step and makes the task run", () => {
    const model = applyEvents(opened(), [started]);

    assert.equal(model.turns.at(-1)?.number, 2);
    assert.equal(model.turnCount, 2);
    assert.equal(model.task?.status, "running");
    assert.ok(isRunning(model));
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
    const stop = { kind: "usageLimit", message: "limit", resetsAt: 99 } as const;
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

describe("pages of turns", () => {
  test("puts older turns before, each once", () => {
    const older: ToPanel = {
      ...replace([turn(1, []), turn(2, [])], 0, "c0"),
      position: "prepend",
    } as ToPanel;
    const asking = reduce(opened([turn(2, []), turn(3, [])]), { type: "olderAsked" });
    const model = reduce(asking, older);

    assert.deepEqual(
      model.turns.map((each) => each.number),
      [1, 2, 3],
    );
    assert.equal(model.nextCursor, "c0");
    assert.equal(model.loadingOlder, false);
  });

  test("keeps older turns when a newer page joins on to them", () => {
    const before = reduce(
      opened([turn(1, []), turn(2, [])]),
      replace([turn(1, []), turn(2, [])], 0, "older"),
    );
    const model = reduce(before, replace([turn(2, []), turn(3, [])], 5, "newer"));

    assert.deepEqual(
      model.turns.map((each) => each.number),
      [1, 2, 3],
    );
    assert.equal(model.nextCursor, "older");
  });

  test("starts over when a newer page does not join on", () => {
    const model = reduce(
      opened([turn(1, []), turn(2, [])]),
      replace([turn(7, []), turn(8, [])], 5, "newer"),
    );

    assert.deepEqual(
      model.turns.map((each) => each.number),
      [7, 8],
    );
    assert.equal(model.nextCursor, "newer");
  });

  test("does not take a turn without a written end for one that runs", () => {
    const model = opened([turn(1, [], { status: "inProgress" })]);

    assert.ok(!isRunning(model));
  });

  test("keeps a whole text when the same comes cut again", () => {
    const cut = {
      ...said("a1", ""),
      text: { text: "12", bytes: 4, cut: true },
    } as Item;
    const whole = {
      ...said("a1", ""),
      text: { text: "1234", bytes: 4, cut: false },
    } as Item;
    const loaded = reduce(opened([turn(1, [cut])]), { type: "item", item: whole });
    const model = reduce(loaded, replace([turn(1, [cut])], 1));

    assert.equal(loaded.wholes.get("a1"), "here");
    assert.equal(textOf(items(model)[0]), "1234");
  });

  test("may ask for an item again when trouble came instead", () => {
    const asking = reduce(opened(), { type: "itemAsked", itemId: "a1" });
    const model = reduce(asking, { type: "trouble", message: "no", actions: [] });

    assert.equal(asking.wholes.get("a1"), "asked");
    assert.equal(model.wholes.has("a1"), false);
  });
});

const sending = {
  type: "send",
  sendId: 1,
  text: "go on",
  steer: false,
  model: null,
  effort: null,
} as const;

describe("a message that is sent", () => {
  test("is shown once when its turn shows it before the host answers", () => {
    const sent = reduce(opened(), { type: "sending", message: sending });
    const shown = applyEvents(sent, [
      started,
      event(2, { type: "itemCompleted", item: asked("u9", "go on\n") }),
    ]);
    const model = reduce(shown, { type: "sent", sendId: 1, failure: null });

    assert.equal(sent.pending[0]?.shown, false);
    assert.equal(shown.pending[0]?.shown, true);
    assert.deepEqual(model.pending, []);
  });

  test("stays in view from the host's answer until its turn shows it", () => {
    const taken = reduce(reduce(opened(), { type: "sending", message: sending }), {
      type: "sent",
      sendId: 1,
      failure: null,
    });
    const model = applyEvents(taken, [
      started,
      event(2, { type: "itemStarted", item: asked("u9", "go on") }),
    ]);

    assert.equal(taken.pending[0]?.taken, true);
    assert.deepEqual(model.pending, []);
  });

  test("goes away with the reason when it failed", () => {
    const model = reduce(reduce(opened(), { type: "sending", message: sending }), {
      type: "sent",
      sendId: 1,
      failure: "in use",
    });

    assert.deepEqual(model.pending, []);
    assert.equal(model.sendFailure, "in use");
    assert.equal(reduce(model, { type: "failureSeen" }).sendFailure, null);
  });
});

describe("questions", () => {
  test("are answered once until they are resolved", () => {
    const asking = reduce(opened(), {
      type: "approvals",
      approvals: [approval(), approval({ requestId: "b" })],
    });
    const answered = reduce(asking, { type: "answered", requestId: "request-1" });
    const model = reduce(answered, {
      type: "approvalResolved",
      requestId: "request-1",
    });

    assert.ok(answered.answered.has("request-1"));
    assert.deepEqual(
      model.approvals.map((each) => each.requestId),
      ["b"],
    );
    assert.equal(model.answered.size, 0);
  });

  test("can be answered again when the answer did not get through", () => {
    const answered = reduce(
      reduce(opened(), { type: "approvals", approvals: [approval()] }),
      { type: "answered", requestId: "request-1" },
    );

    assert.equal(
      reduce(answered, { type: "trouble", message: "no", actions: [] }).answered.size,
      0,
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

test("a notice text keeps its size", () => {
  assert.equal(text("é").bytes, 2);
});
