import assert from "node:assert/strict";
import { test } from "node:test";

import type { Task } from "../../../extension/src/protocol/index.js";
import { makePanel, refuse, type Opened } from "../support/panels.js";
import { task } from "../support/tasks.js";

const OURS = task();

function fork(threadId: string, rest: Partial<Task> = {}): Task {
  return task({ threadId, forkedFromId: OURS.threadId, ...rest });
}

async function openWith(tasks: readonly Task[]): Promise<Opened> {
  const opened = makePanel(OURS);
  opened.sidecar.answers["task/list"] = () => ({
    tasks,
    total: tasks.length,
    nextCursor: null,
    indexing: false,
  });
  await opened.session.receive({ type: "ready" });
  return opened;
}

test("the only fork of a task is opened at once", async () => {
  const trashed = fork("b", { state: "trashed" });
  const cleared = fork("c", { cleared: true });
  const { session, sidecar, host } = await openWith([fork("a"), trashed, cleared]);

  assert.deepEqual(sidecar.paramsOf("task/list"), [
    {
      forkedFrom: OURS.threadId,
      state: "any",
      subAgents: false,
      limit: 0,
      sort: "created",
    },
  ]);
  assert.equal(host.last("forks")?.count, 1);
  await session.receive({ type: "openFork" });
  assert.equal(host.lastDeed("chooseTask"), undefined);
  assert.deepEqual(host.lastDeed("openTask"), ["a", false]);
});

test("of several forks one is chosen, the youngest first, or none", async () => {
  const [old, young] = [fork("a", { createdAt: 1 }), fork("b", { createdAt: 2 })];
  const { session, host } = await openWith([old, young]);

  await session.receive({ type: "openFork" });
  assert.deepEqual(host.lastDeed("chooseTask"), ["Forks of this task", [young, old]]);
  assert.equal(host.lastDeed("openTask"), undefined);

  host.chosenTask = "a";
  await session.receive({ type: "openFork" });
  assert.deepEqual(host.lastDeed("openTask"), ["a", false]);
});

test("forks that come and go are counted", async () => {
  const { sidecar, host } = await openWith([]);
  const counts = (): readonly number[] => host.all("forks").map(({ count }) => count);

  sidecar.notify("task/changed", { task: fork("a") });
  sidecar.notify("task/changed", { task: fork("s", { isSubAgent: true }) });
  sidecar.notify("task/changed", { task: task({ threadId: "stranger" }) });
  sidecar.notify("task/changed", { task: fork("b") });
  sidecar.notify("task/removed", { threadId: "a" });
  sidecar.notify("task/changed", { task: fork("b", { state: "trashed" }) });

  assert.deepEqual(counts(), [0, 1, 2, 1, 0]);
});

test("that forks can't be asked for is no trouble of the task's", async () => {
  const opened = makePanel(OURS);
  opened.sidecar.answers["task/list"] = refuse("internal", "no");
  await opened.session.receive({ type: "ready" });

  assert.equal(opened.host.last("forks"), undefined);
  assert.equal(opened.host.last("trouble")?.message, null);
});
