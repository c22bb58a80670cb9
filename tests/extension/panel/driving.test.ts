import assert from "node:assert/strict";
import { test } from "node:test";

import type { FromPanel } from "../../../extension/src/panel/messages.js";
import { SidecarError } from "../../../extension/src/sidecar/errors.js";
import { settled } from "../support/fake-sidecar.js";
import {
  approval,
  event,
  makePanel,
  openPanel,
  readPage,
  refuse,
  resumed,
} from "../support/panels.js";
import { task } from "../support/tasks.js";

function send(rest: Partial<Extract<FromPanel, { type: "send" }>> = {}): FromPanel {
  return {
    type: "send",
    sendId: 1,
    text: "Go on",
    steer: false,
    model: null,
    effort: null,
    images: [],
    ...rest,
  };
}

function driving(sidecar: { asked: readonly { method: string }[] }): readonly string[] {
  return sidecar.asked
    .map(({ method }) => method)
    .filter((method) => !["task/follow", "task/list", "task/read"].includes(method));
}

test("the first message resumes the task, the next one only sends", async () => {
  const { session, sidecar, host, task: shown } = await openPanel();

  await session.receive(send({ model: "gpt-5.2", effort: "low" }));
  await session.receive(send({ sendId: 2 }));

  assert.deepEqual(driving(sidecar), ["task/resume", "task/send", "task/send"]);
  assert.deepEqual(sidecar.paramsOf("task/resume"), [
    { threadId: shown.threadId, model: "gpt-5.2", effort: "low", cwd: null },
  ]);
  assert.deepEqual(sidecar.paramsOf("task/send")[0], {
    threadId: shown.threadId,
    text: "Go on",
    model: "gpt-5.2",
    effort: "low",
    images: [],
  });
  assert.deepEqual(
    host.all("sent").map(({ sendId, failure }) => [sendId, failure]),
    [
      [1, null],
      [2, null],
    ],
  );
});

test("a task that Codex let go of meanwhile is resumed again", async () => {
  const { session, sidecar, host } = await openPanel();
  await session.receive(send());
  let sends = 0;
  sidecar.answers["task/send"] = () => {
    sends += 1;
    return sends === 1 ? refuse("taskNotLive")() : { turnId: "t10" };
  };

  await session.receive(send({ sendId: 2 }));

  assert.deepEqual(driving(sidecar).slice(2), [
    "task/send",
    "task/resume",
    "task/send",
  ]);
  assert.equal(host.last("sent")?.failure, null);
});

test("a message to a running turn steers it", async () => {
  const { session, sidecar } = await openPanel();

  await session.receive(send({ steer: true }));

  assert.deepEqual(driving(sidecar), ["task/steer"]);
});

test("a message to a turn that just ended starts the next one", async () => {
  const { session, sidecar, host } = await openPanel();
  sidecar.answers["task/steer"] = refuse("taskNotLive");

  await session.receive(send({ steer: true }));

  assert.deepEqual(driving(sidecar), ["task/steer", "task/resume", "task/send"]);
  assert.equal(host.last("sent")?.failure, null);
});

for (const [kind, actions] of [
  ["taskInUse", []],
  ["codexUnavailable", ["installCodex", "chooseCodex", "showLog"]],
  ["usageLimit", []],
  ["codexRefused", ["showLog"]],
  ["sidecarGone", ["restartSidecar", "showLog"]],
] as const) {
  test(`a message that fails with ${kind} comes back, and the banner offers what helps`, async () => {
    const { session, sidecar, host } = await openPanel();
    sidecar.answers["task/resume"] = refuse(kind, "This is why");

    await session.receive(send({ sendId: 7 }));

    assert.deepEqual(host.last("sent"), {
      type: "sent",
      sendId: 7,
      failure: "This is why",
    });
    assert.equal(host.last("trouble")?.message, "This is why");
    assert.deepEqual(
      host.last("trouble")?.actions.map(({ id }) => id),
      actions,
    );
  });
}

test("a task whose folder is gone goes on in the folder that one chooses", async () => {
  const {
    session,
    sidecar,
    host,
    task: shown,
  } = await openPanel(task({ cwdExists: false }));
  sidecar.answers["task/resume"] = refuse("notPossible", "The folder is gone");
  await session.receive(send());
  assert.deepEqual(
    host.last("trouble")?.actions.map(({ id }) => id),
    ["chooseFolder", "relink"],
  );

  host.folder = "/srv/new";
  await session.receive({ type: "action", id: "chooseFolder" });
  await session.receive(send());

  assert.deepEqual(sidecar.paramsOf("task/resume")[1], {
    threadId: shown.threadId,
    model: null,
    effort: null,
    cwd: "/srv/new",
  });
});

test("in an untrusted folder nothing runs, whatever the page says", async () => {
  const { session, sidecar, host } = makePanel();
  host.mayRun = false;
  await session.receive({ type: "ready" });
  assert.equal(host.last("mayRun")?.allowed, false);

  await session.receive(send());
  await session.receive(send({ steer: true }));
  assert.deepEqual(driving(sidecar), []);
  assert.match(host.last("sent")?.failure ?? "", /not trusted/);
  host.mayRun = true;
  session.trustChanged();

  assert.equal(host.last("mayRun")?.allowed, true);
});

test("nothing of the demo runs, and it says so plainly", async () => {
  const { session, sidecar, host } = makePanel();
  host.mayRun = false;
  host.isExample = true;
  await session.receive({ type: "ready" });
  await session.receive(send());

  assert.deepEqual(driving(sidecar), []);
  assert.equal(host.last("mayRun")?.isExample, true);
  assert.match(host.last("sent")?.failure ?? "", /no Codex behind it.*your own tasks/);
  await session.receive({ type: "action", id: "closeDemo" });
  assert.deepEqual(host.deeds.at(-1), ["perform", "closeDemo"]);
});

test("a task of an old format goes on in a new thread, shown as soon as it has a file", async () => {
  const { session, sidecar, host, task: old } = await openPanel();
  const fresh = task({ displayName: "goes on" });
  const isFresh = ({ threadId }: { threadId: string }): boolean =>
    threadId === fresh.threadId;
  sidecar.answers["task/resume"] = () => resumed(old, { threadId: fresh.threadId });
  sidecar.answers["task/read"] = (params) => readPage(isFresh(params) ? fresh : old);

  await session.receive(send());
  sidecar.notify("task/event", event(fresh.threadId, 1));
  await session.receive({ type: "ready" });
  assert.equal(host.last("task")?.task, old);
  assert.equal(host.all("event").length, 0);
  sidecar.notify("task/changed", { task: fresh });
  await settled();
  sidecar.notify("task/event", event(fresh.threadId, 2));
  await session.receive(send({ steer: true }));

  assert.equal(session.threadId, fresh.threadId);
  assert.equal(host.last("task")?.task, fresh);
  assert.equal(host.all("event").length, 1);
  const sent = [...sidecar.paramsOf("task/send"), ...sidecar.paramsOf("task/steer")];
  assert.ok(sent.every((params) => isFresh(params as { threadId: string })));
});

test("questions of the new thread are this panel's, and are answered there", async () => {
  const { session, sidecar, host, task: old } = await openPanel();
  sidecar.answers["task/resume"] = () => resumed(old, { threadId: "new" });
  sidecar.answers["task/answer"] = () => ({});
  await session.receive(send());

  sidecar.notify("task/approval", { approval: approval("new") });
  await session.answer("r1", "decline");

  assert.equal(host.last("approvals")?.approvals.length, 1);
  assert.equal(
    (sidecar.paramsOf("task/answer")[0] as { threadId: string }).threadId,
    "new",
  );
});

test("stopping where nothing runs says so", async () => {
  const { session, sidecar, host } = await openPanel();
  sidecar.answers["task/interrupt"] = () => ({ interrupted: false });

  await session.receive({ type: "interrupt" });

  assert.match(host.last("trouble")?.message ?? "", /nothing to stop/);
});

test("after the sidecar was gone, the task is resumed anew", async () => {
  const { session, sidecar } = await openPanel();
  await session.receive(send());
  sidecar.become("restarting");
  sidecar.become("running");
  await settled();

  await session.receive(send({ sendId: 2 }));

  assert.equal(sidecar.paramsOf("task/resume").length, 2);
});

test("a page that was hidden hears what became of its message when it comes back", async () => {
  const { session, sidecar, host, task: shown } = await openPanel();
  let refuseNow: ((thrown: Error) => void) | undefined;
  sidecar.answers["task/resume"] = () =>
    new Promise((_, reject) => (refuseNow = reject));
  const sending = session.receive(send({ sendId: 7 }));
  await settled();

  session.hidden();
  refuseNow?.(new SidecarError("taskInUse", "It is in use"));
  await sending;
  assert.deepEqual(host.all("sent"), []);
  await session.receive({ type: "ready" });

  assert.deepEqual(host.all("sent"), [
    { type: "sent", sendId: 7, failure: "It is in use" },
  ]);
  assert.equal(host.last("task")?.task.threadId, shown.threadId);
});

test("a task whose folder is pointed to where it is now has no trouble any more", async () => {
  const shown = task({ cwdExists: false });
  const { session, sidecar, host } = await openPanel(shown);
  sidecar.answers["task/resume"] = refuse("notPossible", "The folder is gone");
  await session.receive(send());

  await session.receive({ type: "action", id: "relink" });
  assert.deepEqual(host.lastDeed("perform"), ["relink"]);
  sidecar.notify("task/changed", { task: { ...shown, displayName: "Still gone" } });
  assert.notEqual(host.last("trouble")?.message, null);
  sidecar.notify("task/changed", {
    task: { ...shown, cwd: "/srv/new", cwdExists: true },
  });

  assert.equal(host.last("trouble")?.message, null);
});
