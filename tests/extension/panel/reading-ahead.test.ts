import assert from "node:assert/strict";
import { test } from "node:test";

import { PanelSession } from "../../../extension/src/panel/panel-session.js";
import { FakeHost } from "../support/fake-host.js";
import { settled } from "../support/fake-sidecar.js";
import {
  approval,
  event,
  makePanel,
  readPage,
  refuse,
  turn,
  type Opened,
} from "../support/panels.js";
import { task } from "../support/tasks.js";

/** A panel whose page VS Code still makes, and what it will show. */
async function madeAhead(): Promise<Opened> {
  const opened = makePanel();
  const { session, sidecar, task: shown } = opened;
  sidecar.answers["task/read"] = () =>
    readPage(shown, { turns: [turn(1)], turnCount: 1, seq: 5 });
  session.readAhead();
  await settled();
  return opened;
}

test("turns are read while the page is made, and shown as soon as it is ready", async () => {
  const { session, sidecar, host } = await madeAhead();
  assert.equal(sidecar.paramsOf("task/read").length, 1);
  assert.deepEqual(host.posted, []);

  await session.receive({ type: "ready" });

  assert.equal(sidecar.paramsOf("task/read").length, 1);
  assert.equal(sidecar.paramsOf("task/follow").length, 1);
  assert.deepEqual(host.last("turns")?.turns, [turn(1)]);
});

test("what happens between reading ahead and the page is not lost, and comes after it", async () => {
  const { session, sidecar, host, task: shown } = await madeAhead();
  const waiting = approval(shown.threadId);
  const renamed = { ...shown, displayName: "Another name" };

  sidecar.notify("task/event", event(shown.threadId, 5));
  sidecar.notify("task/event", event(shown.threadId, 6));
  sidecar.notify("task/approval", { approval: waiting });
  sidecar.notify("task/changed", { task: renamed });
  await session.receive({ type: "ready" });

  assert.deepEqual(
    host.all("event").map(({ event: { seq } }) => seq),
    [6],
  );
  assert.equal(host.posted.at(-1)?.type, "event");
  assert.deepEqual(host.last("approvals")?.approvals, [waiting]);
  assert.equal(host.last("task")?.task, renamed);
  assert.deepEqual(host.lastDeed("showTask"), [renamed]);
});

test("a row that is known is shown before the turns are read", async () => {
  const shown = task();
  const { sidecar } = makePanel(shown);
  const host = new FakeHost();
  const session = new PanelSession(shown.threadId, sidecar, host, shown);
  sidecar.answers["task/read"] = () => new Promise(() => undefined);

  void session.receive({ type: "ready" });
  await settled();

  assert.equal(host.last("task")?.task, shown);
  assert.deepEqual(host.all("turns"), []);
});

test("what could not be read ahead is read again when the page is there", async () => {
  const { session, sidecar, host, task: shown } = makePanel();
  sidecar.answers["task/read"] = refuse("sidecarGone");
  session.readAhead();
  await settled();

  sidecar.answers["task/read"] = () => readPage(shown, { turns: [turn(1)] });
  await session.receive({ type: "ready" });

  assert.equal(host.all("turns").length, 1);
  assert.equal(host.last("trouble")?.message, null);
});

test("a page that was read ahead is out of date once the panel is hidden or the sidecar restarts", async () => {
  for (const ends of ["hidden", "restarted"] as const) {
    const { session, sidecar, host, task: shown } = await madeAhead();
    if (ends === "hidden") {
      session.hidden();
    } else {
      sidecar.become("restarting");
      sidecar.become("running");
    }
    sidecar.answers["task/read"] = () => readPage(shown, { turns: [turn(2)] });

    await session.receive({ type: "ready" });

    assert.deepEqual(host.last("turns")?.turns, [turn(2)], ends);
    assert.equal(host.all("turns").length, 1, ends);
  }
});

test("a page that is there is not read again because the panel is looked at", async () => {
  const { session, sidecar } = await madeAhead();
  await session.receive({ type: "ready" });

  session.readAhead();
  await settled();

  assert.equal(sidecar.paramsOf("task/read").length, 1);
});

test("a page that never comes up gathers no events without end", async () => {
  const { session, sidecar, host, task: shown } = await madeAhead();
  for (let seq = 6; seq <= 10_010; seq++) {
    sidecar.notify("task/event", event(shown.threadId, seq));
  }
  sidecar.answers["task/read"] = () => readPage(shown, { seq: 10_010 });

  await session.receive({ type: "ready" });

  assert.equal(sidecar.paramsOf("task/read").length, 2);
  assert.deepEqual(host.all("event"), []);
});
