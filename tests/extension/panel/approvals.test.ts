import assert from "node:assert/strict";
import { test } from "node:test";

import type { Response } from "../../../extension/src/protocol/index.js";
import { approval, openPanel, refuse } from "../support/panels.js";

test("a question is posted with all that wait, and taken back when it is resolved", async () => {
  const { sidecar, host, task } = await openPanel();
  const [first, second] = [
    approval(task.threadId, "r1"),
    approval(task.threadId, "r2"),
  ];

  sidecar.notify("task/approval", { approval: first });
  sidecar.notify("task/approval", { approval: second });
  sidecar.notify("task/approval", { approval: approval("another", "r3") });
  assert.deepEqual(host.last("approvals")?.approvals, [first, second]);
  sidecar.notify("task/approvalResolved", { threadId: task.threadId, requestId: "r1" });

  assert.deepEqual(host.last("approvalResolved"), {
    type: "approvalResolved",
    requestId: "r1",
  });
  assert.equal(host.lastDeed("notify"), undefined);
});

test("a question that comes while the sidecar is asked what waits is kept", async () => {
  const { session, sidecar, host, task } = await openPanel();
  const [asked, over] = [approval(task.threadId, "r1"), approval(task.threadId, "r2")];
  let answer: (value: Response<"task/follow">) => void = () => undefined;
  sidecar.answers["task/follow"] = () => new Promise((resolve) => (answer = resolve));

  const opened = session.receive({ type: "ready" });
  sidecar.notify("task/approval", { approval: asked });
  sidecar.notify("task/approvalResolved", { threadId: task.threadId, requestId: "r2" });
  answer({ seq: 0, approvals: [over], missed: [] });
  await opened;

  assert.deepEqual(host.last("approvals")?.approvals, [asked]);
});

test("while the page is hidden, a question is a notification, once", async () => {
  const { session, sidecar, host, task } = await openPanel();
  const asked = approval(task.threadId);
  host.isVisible = false;
  session.hidden();

  sidecar.notify("task/approval", { approval: asked });
  sidecar.notify("task/approval", { approval: asked });

  assert.equal(host.deeds.filter(([name]) => name === "notify").length, 1);
  assert.deepEqual(host.lastDeed("notify"), [asked, task]);
});

test("an answer goes to the sidecar as it was given", async () => {
  const { session, sidecar, task } = await openPanel();
  sidecar.answers["task/answer"] = () => ({});
  const answers = { q1: ["yes"] };

  await session.receive({
    type: "answer",
    requestId: "r1",
    decision: "acceptForSession",
    answers,
  });

  assert.deepEqual(sidecar.paramsOf("task/answer"), [
    { threadId: task.threadId, requestId: "r1", decision: "acceptForSession", answers },
  ]);
});

test("a question that somebody else answered goes away without a complaint", async () => {
  const { session, sidecar, host, task } = await openPanel();
  sidecar.notify("task/approval", { approval: approval(task.threadId) });
  sidecar.answers["task/answer"] = refuse("approvalGone");

  await session.answer("r1", "accept");

  assert.equal(host.last("approvalResolved")?.requestId, "r1");
  assert.equal(host.last("trouble")?.message, null);
});

test("an answer that does not arrive can be given again", async () => {
  const { session, sidecar, host, task } = await openPanel();
  const asked = approval(task.threadId);
  sidecar.notify("task/approval", { approval: asked });
  sidecar.answers["task/answer"] = refuse("internal", "It failed");

  await session.answer("r1", "accept");

  assert.deepEqual(host.last("approvals")?.approvals, [asked]);
  assert.equal(host.last("trouble")?.message, "It failed");
});

test("questions of a sidecar that is gone can't be answered any more", async () => {
  const { sidecar, host, task } = await openPanel();
  sidecar.notify("task/approval", { approval: approval(task.threadId) });

  sidecar.become("restarting");

  assert.equal(host.last("approvalResolved")?.requestId, "r1");
});

test("a question that waits while one looks elsewhere is a notification too", async () => {
  const { session, sidecar, host, task } = await openPanel();
  sidecar.notify("task/approval", { approval: approval(task.threadId) });
  assert.equal(host.lastDeed("notify"), undefined);

  session.hidden();
  await session.receive({ type: "ready" });
  session.hidden();

  assert.equal(host.deeds.filter(([name]) => name === "notify").length, 1);
});

test("a panel that is closed asks nothing any more", async () => {
  const { session, sidecar, host, task } = await openPanel();
  sidecar.notify("task/approval", { approval: approval(task.threadId) });

  session.dispose();

  assert.equal(host.lastDeed("notify"), undefined);
});
