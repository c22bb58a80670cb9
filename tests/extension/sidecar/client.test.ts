import assert from "node:assert/strict";
import { test } from "node:test";

import { settled } from "../support/fake-sidecar.js";
import { SidecarWorld } from "../support/fake-connections.js";

const FOLLOWED = { seq: 1, approvals: [] };

function isGone(sentence: RegExp): (error: unknown) => boolean {
  return (error) =>
    error instanceof Error &&
    "kind" in error &&
    error.kind === "sidecarGone" &&
    sentence.test(error.message);
}

async function started(): Promise<SidecarWorld> {
  const world = new SidecarWorld();
  await world.sidecar.start();
  return world;
}

test("a request waits for the sidecar to start", async () => {
  const world = new SidecarWorld();
  let up: (() => void) | undefined;
  world.starts.push(() => new Promise((resolve) => (up = resolve)));
  const starting = world.sidecar.start();
  await settled();

  const answer = world.sidecar.request("task/follow", { threadId: "1" });
  await settled();
  world.lastRun.answer = () => FOLLOWED;
  up?.();
  await starting;

  assert.deepEqual(await answer, FOLLOWED);
});

test("notifications reach who listens to their method", async () => {
  const { sidecar, lastRun } = await started();
  const removed: string[] = [];
  const listening = sidecar.onNotification("task/removed", ({ threadId }) =>
    removed.push(threadId),
  );

  lastRun.notify("task/removed", { threadId: "1" });
  lastRun.notify("index/progress", { done: 1, total: 1, finished: true });
  listening.dispose();
  lastRun.notify("task/removed", { threadId: "2" });

  assert.deepEqual(removed, ["1"]);
});

test("a sidecar that crashes is started again and says so; what asks meanwhile waits", async () => {
  const world = await started();
  world.heard.length = 0;

  world.lastRun.crash();
  const answer = world.sidecar.request("task/follow", { threadId: "1" });
  assert.deepEqual(world.elapse(), [0]);
  await settled();

  assert.deepEqual(world.heard, [
    "restarting",
    "Threadbook's sidecar stopped unexpectedly and is started again.",
    "restarting",
    "running",
  ]);
  assert.equal(world.runs[0]?.fate, "buried");
  assert.equal(world.runs.length, 2);
  assert.deepEqual(await answer, {});
});

test("notifications of the run after a crash are heard as well", async () => {
  const world = await started();
  const removed: string[] = [];
  world.sidecar.onNotification("task/removed", ({ threadId }) =>
    removed.push(threadId),
  );
  world.lastRun.crash();
  world.elapse();
  await settled();

  world.lastRun.notify("task/removed", { threadId: "1" });

  assert.deepEqual(removed, ["1"]);
});

test("a sidecar that keeps crashing is given up, with its last words", async () => {
  const world = await started();
  const delays: number[] = [];

  for (let crashes = 0; crashes < 5; crashes++) {
    world.lastRun.crash("MemoryError");
    delays.push(...world.elapse());
    await settled();
  }

  assert.deepEqual(delays, [0, 500, 2_000, 8_000]);
  assert.equal(world.sidecar.state, "stopped");
  assert.match(world.sidecar.failure ?? "", /MemoryError/);
  await assert.rejects(
    world.sidecar.request("task/follow", { threadId: "1" }),
    isGone(/MemoryError/),
  );
});

test("a restart that does not come up counts as a crash", async () => {
  const world = await started();
  world.starts.push(() => Promise.reject(new Error("port taken")));

  world.lastRun.crash();
  world.elapse();
  await settled();
  assert.equal(world.sidecar.state, "restarting");
  assert.deepEqual(world.elapse(), [500]);
  await settled();

  assert.equal(world.sidecar.state, "running");
});

test("a sidecar that is missing or does not start says why, and is not tried again", async () => {
  const missing = new SidecarWorld();
  missing.missing = "Install it";
  const broken = new SidecarWorld();
  broken.starts.push(() => Promise.reject(new Error("wrong version")));

  await missing.sidecar.start();
  await broken.sidecar.start();

  assert.deepEqual(missing.heard, ["starting", "stopped", "Install it"]);
  assert.match(broken.sidecar.failure ?? "", /wrong version/);
  assert.equal(broken.lastRun.fate, "ended");
  assert.deepEqual([...missing.elapse(), ...broken.elapse()], []);
});

test("a restart by hand ends the old run first, and needs no budget", async () => {
  const world = await started();
  for (let crashes = 0; crashes < 5; crashes++) {
    world.lastRun.crash();
    world.elapse();
    await settled();
  }

  await world.sidecar.restart();
  await world.sidecar.restart();

  assert.equal(world.sidecar.state, "running");
  assert.equal(world.runs.at(-2)?.fate, "ended");
  world.lastRun.crash();
  assert.deepEqual(world.elapse(), [0]);
});

test("stopping while a restart is due leaves nothing running", async () => {
  const world = await started();
  world.lastRun.crash();

  await world.sidecar.stop();

  assert.deepEqual(world.elapse(), []);
  assert.equal(world.sidecar.state, "stopped");
  assert.equal(world.runs.length, 1);
});

test("starting twice starts one", async () => {
  const world = new SidecarWorld();

  await Promise.all([world.sidecar.start(), world.sidecar.start()]);

  assert.equal(world.runs.length, 1);
});

test("a run that was ended on purpose and then closes is no crash", async () => {
  const world = await started();
  await world.sidecar.stop();
  world.heard.length = 0;

  world.lastRun.crash();

  assert.deepEqual(world.heard, []);
});

test("a failed request is an error of a kind", async () => {
  const world = await started();
  world.lastRun.answer = () => {
    const data = { kind: "threadNotFound", facts: {} };
    throw Object.assign(new Error("No such task"), { code: 1002, data });
  };

  await assert.rejects(world.sidecar.request("task/follow", { threadId: "1" }), {
    kind: "threadNotFound",
    message: "No such task",
  });
});

test("the trace has methods and outcomes, never what was said", async () => {
  const world = await started();
  world.traces = true;
  const params = { threadId: "1", text: "my secret" };

  await world.sidecar.request("task/send", params);

  assert.match(world.logged.join("\n"), /task\/send ok \d+ ms/);
  assert.doesNotMatch(world.logged.join("\n"), /secret/);
});
