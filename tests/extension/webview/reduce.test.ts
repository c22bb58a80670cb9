/** The page's model: pages of turns, what is sent, what is asked. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ToPanel } from "../../../extension/src/panel/messages.js";
import { isRunning, pictureKey } from "../../../extension/webview/model.js";
import { applyEvents, reduce } from "../../../extension/webview/reduce.js";
import type { Item } from "../../../extension/webview/wire.js";
import { replace, opened, event, items, textOf, started } from "./models.js";
import { approval, asked, text, turn, said } from "./samples.js";

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
  images: [],
} as const;

describe("a picture", () => {
  test("that came before it was asked for stays", () => {
    const image: ToPanel = {
      type: "image",
      itemId: "i",
      index: 0,
      dataUrl: "data:image/png;base64,AAAA",
    };
    const key = pictureKey("i", 0);
    const asking = { type: "pictureAsked", key } as const;

    const there = reduce(reduce(opened([turn(1, [])]), image), asking);
    assert.deepEqual(there.pictures.get(key), { dataUrl: image.dataUrl });
    assert.equal(reduce(opened([turn(1, [])]), asking).pictures.get(key), "asked");
  });
});

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

test("a notice text keeps its size", () => {
  assert.equal(text("é").bytes, 2);
});
