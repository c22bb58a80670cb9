import assert from "node:assert/strict";
import { test } from "node:test";

import type { FromPanel } from "../../../extension/src/panel/messages.js";
import { settled } from "../support/fake-sidecar.js";
import { openPanel } from "../support/panels.js";

const SEND: FromPanel = {
  type: "send",
  sendId: 1,
  text: "Go on",
  steer: false,
  model: null,
  effort: null,
  images: [],
};

test("a closed panel lets go of the task that it drove, and of no other", async () => {
  const driven = await openPanel();
  await driven.session.receive(SEND);
  const read = await openPanel();

  driven.session.dispose();
  read.session.dispose();
  await settled();

  assert.equal(driven.sidecar.paramsOf("task/release").length, 1);
  assert.equal(read.sidecar.paramsOf("task/release").length, 0);
  assert.equal(driven.sidecar.paramsOf("task/unfollow").length, 0);
  assert.equal(read.sidecar.paramsOf("task/unfollow").length, 1);
});

test("a window that closes leaves its tasks to who comes back", async () => {
  const { session, sidecar } = await openPanel();
  await session.receive(SEND);

  session.detach();
  await settled();

  assert.equal(sidecar.paramsOf("task/release").length, 0);
  assert.equal(sidecar.paramsOf("task/unfollow").length, 0);
});
