import assert from "node:assert/strict";
import { test } from "node:test";

import { settled } from "../support/fake-sidecar.js";
import { makePanel, openPanel, refuse, type Opened } from "../support/panels.js";

const LATER = { id: 11, text: "and then the tests", images: [] };

async function endTurn({ sidecar, task }: Opened, status: "completed" | "failed") {
  sidecar.notify("task/event", {
    threadId: task.threadId,
    turnId: "t9",
    seq: 1,
    event: { type: "turnCompleted", status, stop: null, at: 1 },
  });
  await settled();
  await settled();
}

async function drive({ session }: Opened): Promise<void> {
  await session.receive({
    type: "send",
    sendId: 1,
    text: "go on",
    steer: false,
    model: null,
    effort: null,
    images: [],
  });
}

test("a queued message is sent when the turn ended well, once", async () => {
  const panel = await openPanel();
  await drive(panel);
  await panel.session.receive({ type: "enqueue", message: LATER });
  assert.deepEqual(panel.host.last("queue")?.messages, [LATER]);

  await endTurn(panel, "completed");
  await endTurn(panel, "completed");

  const said = panel.sidecar
    .paramsOf("task/send")
    .map((sent) => "text" in sent && sent.text);
  assert.deepEqual(said, ["go on", "and then the tests"]);
  assert.deepEqual(panel.host.last("queue")?.messages, []);
});

test("after a turn that failed, and after a refusal, it waits for the user", async () => {
  const panel = await openPanel();
  await drive(panel);
  await panel.session.receive({ type: "enqueue", message: LATER });
  await endTurn(panel, "failed");
  assert.equal(panel.sidecar.paramsOf("task/send").length, 1);

  panel.sidecar.answers["task/send"] = refuse("codexRefused");
  await endTurn(panel, "completed");
  assert.deepEqual(panel.host.last("queue")?.messages, [LATER]);

  panel.sidecar.answers["task/send"] = () => ({ turnId: "t9" });
  await panel.session.receive({ type: "sendQueued", id: 11, sendId: 12 });
  assert.deepEqual(panel.host.last("sent"), {
    type: "sent",
    sendId: 12,
    failure: null,
  });
  assert.deepEqual(panel.host.last("queue")?.messages, []);
});

test("queued messages can be changed and taken back", async () => {
  const { session, host } = await openPanel();
  await session.receive({ type: "enqueue", message: LATER });
  await session.receive({ type: "enqueue", message: { ...LATER, text: "changed" } });
  assert.deepEqual(host.last("queue")?.messages, [{ ...LATER, text: "changed" }]);

  await session.receive({ type: "unqueue", id: 11 });
  assert.deepEqual(host.last("queue")?.messages, []);
});

test("draft and queue come back with a new panel of the task", async () => {
  const first = await openPanel();
  await first.session.receive({ type: "draft", text: "half a thou" });
  await first.session.receive({ type: "enqueue", message: LATER });
  first.session.dispose();

  const second = makePanel(first.task, first.host);
  await second.session.receive({ type: "ready" });

  assert.equal(second.host.last("draft")?.text, "half a thou");
  assert.deepEqual(second.host.last("queue")?.messages, [LATER]);
});

test("the models of all tasks are offered, each once, and the choice goes to the page", async () => {
  const { session, sidecar, host, task } = await openPanel();
  const tasks = ["a", "b", "a", null].map((model) => ({ ...task, model }));
  sidecar.answers["task/list"] = () => ({
    tasks,
    total: 4,
    nextCursor: null,
    indexing: false,
  });
  host.settings = { model: "b", effort: "low" };

  await session.receive({ type: "chooseModel", model: "a", effort: null });
  assert.deepEqual(host.lastDeed("chooseModel"), [
    ["a", "b"],
    { model: "a", effort: null },
  ]);
  assert.deepEqual(host.last("settings"), {
    type: "settings",
    model: "b",
    effort: "low",
  });

  host.settings = undefined;
  await session.receive({ type: "chooseModel", model: "b", effort: "low" });
  assert.equal(host.all("settings").length, 1);
});

test("a picture is kept as a file, a chosen file is mentioned", async () => {
  const { session, host } = await openPanel();
  await session.receive({
    type: "attach",
    attachmentId: 3,
    mime: "image/png",
    data: "AA==",
  });
  assert.deepEqual(host.last("attached"), {
    type: "attached",
    attachmentId: 3,
    path: "/pictures/image/png/AA==",
    failure: null,
  });

  host.file = "src/a.ts";
  await session.receive({ type: "mention" });
  assert.equal(host.last("mentioned")?.path, "src/a.ts");
  host.file = undefined;
  await session.receive({ type: "mention" });
  assert.equal(host.all("mentioned").length, 1);
  assert.equal(host.posted.at(-1)?.type, "focusComposer");
});

test("a limited task is scheduled for the reset, and taken back", async () => {
  const { session, sidecar, task } = await openPanel();
  sidecar.answers["task/unschedule"] = () => ({ unscheduled: true });
  sidecar.answers["task/schedule"] = () => ({
    schedule: {
      threadId: task.threadId,
      at: 1,
      whenReset: true,
      prompt: null,
      attempts: 0,
      createdAt: 0,
      running: false,
      heldBack: false,
    },
  });

  await session.receive({ type: "schedule", on: true });
  await session.receive({ type: "schedule", on: false });

  assert.deepEqual(sidecar.paramsOf("task/schedule"), [
    { threadId: task.threadId, whenReset: true },
  ]);
  assert.deepEqual(sidecar.paramsOf("task/unschedule"), [{ threadId: task.threadId }]);
});
