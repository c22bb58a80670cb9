import assert from "node:assert/strict";
import { test } from "node:test";

import type { TaskReadResponse } from "../../../extension/src/protocol/index.js";
import { settled } from "../support/fake-sidecar.js";
import {
  approval,
  event,
  makePanel,
  openPanel,
  readPage,
  refuse,
  turn,
} from "../support/panels.js";
import { task } from "../support/tasks.js";

test("nothing is posted before the page is ready", async () => {
  const { session, sidecar, host, task: shown } = makePanel();

  sidecar.notify("task/changed", { task: shown });
  session.focusComposer();
  await settled();

  assert.deepEqual(host.posted, []);
});

test("a page that is ready gets the task, its newest turns oldest first, and what waits", async () => {
  const shown = task();
  const { session, sidecar, host } = makePanel(shown);
  const waiting = approval(shown.threadId);
  sidecar.answers["task/follow"] = () => ({
    seq: 4,
    approvals: [waiting],
    missed: [],
  });
  sidecar.answers["task/read"] = () =>
    readPage(shown, {
      turns: [turn(3), turn(2)],
      nextCursor: "before:2",
      turnCount: 3,
      seq: 4,
    });

  await session.receive({ type: "ready" });

  assert.equal(host.last("task")?.task, shown);
  assert.deepEqual(host.last("turns"), {
    type: "turns",
    position: "replace",
    turns: [turn(2), turn(3)],
    nextCursor: "before:2",
    turnCount: 3,
    seq: 4,
  });
  assert.deepEqual(host.last("approvals")?.approvals, [waiting]);
  assert.deepEqual(host.last("mayRun"), {
    type: "mayRun",
    allowed: true,
    reason: "",
    isExample: false,
  });
  assert.deepEqual(host.last("sidecar"), { type: "sidecar", state: "running" });
});

test("events that come while turns are read follow them, those the turns contain don't", async () => {
  const { session, sidecar, host, task: shown } = makePanel();
  let answer: ((page: TaskReadResponse) => void) | undefined;
  sidecar.answers["task/read"] = () => new Promise((resolve) => (answer = resolve));
  const ready = session.receive({ type: "ready" });
  await settled();

  [5, 6, 7].forEach((seq) => {
    sidecar.notify("task/event", event(shown.threadId, seq));
  });
  assert.deepEqual(host.all("event"), []);
  answer?.(readPage(shown, { seq: 5 }));
  await ready;

  assert.deepEqual(
    host.posted
      .map((message) => (message.type === "event" ? message.event.seq : message.type))
      .slice(-6),
    // What waits is known before the turns are read.
    ["approvals", "trouble", "task", "turns", 6, 7],
  );
});

test("events of other tasks are not this page's", async () => {
  const { sidecar, host, task: shown } = await openPanel();

  sidecar.notify("task/event", event("another", 1));
  sidecar.notify("task/changed", { task: task() });
  sidecar.notify("task/event", event(shown.threadId, 1));

  assert.equal(host.all("event").length, 1);
  assert.equal(host.last("task")?.task, shown);
});

test("the cursor goes into the composer when the page is there, once", async () => {
  const { session, host } = makePanel();
  session.focusComposer();

  await session.receive({ type: "ready" });
  await session.receive({ type: "ready" });

  assert.equal(host.all("focusComposer").length, 1);
  assert.equal(host.posted.at(-1)?.type === "focusComposer", false);
});

test("a page that was hidden is filled again when it comes back", async () => {
  const { session, sidecar, host, task: shown } = await openPanel();
  session.hidden();
  const before = host.posted.length;

  sidecar.notify("task/event", event(shown.threadId, 1));
  assert.equal(host.posted.length, before);
  await session.receive({ type: "ready" });

  assert.equal(host.all("turns").length, 2);
});

test("a page that is ready twice shows what was read last", async () => {
  const { session, sidecar, host, task: shown } = makePanel();
  const answers: ((page: TaskReadResponse) => void)[] = [];
  sidecar.answers["task/read"] = () => new Promise((resolve) => answers.push(resolve));
  const first = session.receive({ type: "ready" });
  const second = session.receive({ type: "ready" });
  await settled();

  answers[1]?.(readPage(shown, { turnCount: 2 }));
  await second;
  answers[0]?.(readPage(shown, { turnCount: 1 }));
  await first;

  assert.deepEqual(
    host.all("turns").map(({ turnCount }) => turnCount),
    [2],
  );
});

test("older turns go before those that are there", async () => {
  const { session, sidecar, host, task: shown } = await openPanel();
  sidecar.answers["task/read"] = ({ cursor }) => {
    assert.equal(cursor, "before:2");
    return readPage(shown, { turns: [turn(1)], turnCount: 3, seq: 9 });
  };

  await session.receive({ type: "loadOlder", cursor: "before:2" });

  assert.equal(host.last("turns")?.position, "prepend");
  assert.deepEqual(host.last("turns")?.turns, [turn(1)]);
});

test("an item comes whole when asked for", async () => {
  const { session, sidecar, host } = await openPanel();
  const item = { itemId: "i1", at: null, type: "webSearch", query: "q" } as const;
  sidecar.answers["task/items"] = () => ({
    items: [{ turnId: "t1", turnNumber: 1, item }],
    nextCursor: null,
  });

  await session.receive({ type: "loadItem", itemId: "i1" });

  assert.deepEqual(host.last("item")?.item, item);
});

test("a task that can't be read says why, with a button to try again", async () => {
  const { session, sidecar, host, task: shown } = makePanel();
  sidecar.answers["task/read"] = refuse("rolloutUnreadable", "It can't be read");
  await session.receive({ type: "ready" });
  const trouble = host.last("trouble");
  assert.equal(trouble?.message, "It can't be read");
  assert.deepEqual(
    trouble.actions.map(({ id }) => id),
    ["reload"],
  );

  sidecar.answers["task/read"] = () => readPage(shown);
  await session.receive({ type: "action", id: "reload" });

  assert.equal(host.last("trouble")?.message, null);
  assert.equal(host.all("turns").length, 1);
});

test("when the sidecar is back, an open page is read again, since events count anew", async () => {
  const { sidecar, host } = await openPanel();

  sidecar.become("restarting");
  sidecar.become("starting");
  sidecar.become("running");
  await settled();

  assert.deepEqual(
    host.all("sidecar").map(({ state }) => state),
    ["running", "restarting", "starting", "running", "running"],
  );
  assert.equal(host.all("turns").length, 2);
});

test("a page that waited for the first start is read once", async () => {
  const { session, sidecar, host } = makePanel();
  sidecar.state = "starting";
  await session.receive({ type: "ready" });

  sidecar.become("running");
  await settled();

  assert.equal(host.all("turns").length, 1);
});

test("a task whose files vanish says so", async () => {
  const { sidecar, host, task: shown } = await openPanel();

  sidecar.notify("task/removed", { threadId: shown.threadId });

  assert.match(host.last("trouble")?.message ?? "", /gone/);
});

test("what the page wants opened goes to VS Code, with the task's folder", async () => {
  const { session, host, task: shown } = await openPanel();

  await session.receive({ type: "openFile", path: "a.c", line: 3 });
  await session.receive({ type: "openDiff", itemId: "i1", path: "a.c" });
  await session.receive({ type: "openLink", url: "https://example.com" });
  await session.receive({ type: "copy", text: "x" });
  await session.receive({ type: "action", id: "showLog" });
  await session.receive({ type: "action", id: "workbench.action.quit" });

  assert.deepEqual(host.deeds.slice(-5), [
    ["openFile", "a.c", 3, "/home/ada/engine"],
    ["openDiff", shown.threadId, "i1", "a.c"],
    ["openLink", "https://example.com"],
    ["copy", "x"],
    ["perform", "showLog"],
  ]);
});

test("a hit's item is shown once the page is there, and only once", async () => {
  const { session, host } = makePanel();

  session.showStep(4, "i7");
  assert.deepEqual(host.all("showStep"), []);
  await session.receive({ type: "ready" });
  await session.receive({ type: "ready" });

  assert.deepEqual(host.all("showStep"), [{ type: "showStep", step: 4, itemId: "i7" }]);
});
