import assert from "node:assert/strict";
import { test } from "node:test";

import type {
  Task,
  TaskListParams,
  TaskListResponse,
} from "../../../extension/src/protocol/index.js";
import { sidecarSource } from "../../../extension/src/tasks/sidecar-source.js";
import { TaskStore } from "../../../extension/src/tasks/task-store.js";
import { FakeSidecar, settled } from "../support/fake-sidecar.js";
import { task } from "../support/tasks.js";

const EVERYTHING = { folders: null, subAgents: true };

function page(
  tasks: readonly Task[],
  rest: Partial<TaskListResponse> = {},
): TaskListResponse {
  return { tasks, total: tasks.length, nextCursor: null, indexing: false, ...rest };
}

/** Announces when told to, so that a test sees how often. */
class Clock {
  due: (() => void)[] = [];
  readonly later = (callback: () => void): void => void this.due.push(callback);
  tick(): void {
    const due = this.due;
    this.due = [];
    due.forEach((callback) => {
      callback();
    });
  }
}

function names(store: TaskStore): readonly string[] {
  return store.tasks.map(({ displayName }) => displayName);
}

/** A sidecar with *tasks*, three to a page. */
function paged(tasks: readonly Task[]): FakeSidecar {
  return new FakeSidecar({
    "task/list": ({ cursor }) => {
      const start = Number(cursor ?? 0);
      const end = start + 3;
      const nextCursor = end < tasks.length ? String(end) : null;
      return page(tasks.slice(start, end), { nextCursor, total: tasks.length });
    },
  });
}

test("every page is loaded, a small one first", async () => {
  const tasks = Array.from({ length: 8 }, (_, at) =>
    task({ displayName: `task ${at}`, updatedAt: 1_000 - at }),
  );
  const sidecar = paged(tasks);
  const store = new TaskStore(sidecarSource(sidecar), EVERYTHING);

  await store.load();

  assert.deepEqual(
    names(store),
    tasks.map(({ displayName }) => displayName),
  );
  assert.equal(store.loaded, "complete");
  assert.deepEqual(
    sidecar.paramsOf("task/list").map((params) => (params as TaskListParams).limit),
    [200, 1000, 1000],
  );
});

test("each folder of the window is asked for, a task in two of them is one row", async () => {
  const both = task();
  const sidecar = new FakeSidecar({ "task/list": () => page([both]) });
  const scope = { folders: ["/home/ada/engine", "/home/ada"], subAgents: false };
  const store = new TaskStore(sidecarSource(sidecar), scope);

  await store.load();

  assert.equal(store.tasks.length, 1);
  assert.deepEqual(
    sidecar.paramsOf("task/list").map((params) => (params as TaskListParams).cwd),
    scope.folders,
  );
});

test("remembered rows are shown until the sidecar has said everything", async () => {
  const gone = task({ displayName: "gone", updatedAt: 1 });
  const kept = task({ displayName: "kept", updatedAt: 2 });
  const store = new TaskStore(sidecarSource(paged([kept])), EVERYTHING, [gone, kept]);
  assert.deepEqual(names(store), ["kept", "gone"]);
  assert.equal(store.loaded, "remembered");

  await store.load();

  assert.deepEqual(names(store), ["kept"]);
});

test("what an event says while pages come is newer than the pages", async () => {
  const old = task({ displayName: "old name" });
  const removed = task({ displayName: "removed" });
  const late = task({ displayName: "late" });
  const sidecar = new FakeSidecar();
  sidecar.answers["task/list"] = () => {
    sidecar.notify("task/changed", { task: { ...old, displayName: "new name" } });
    sidecar.notify("task/removed", { threadId: removed.threadId });
    sidecar.notify("task/changed", { task: late });
    return page([old, removed]);
  };
  const store = new TaskStore(sidecarSource(sidecar), EVERYTHING);

  await store.load();

  assert.deepEqual(new Set(names(store)), new Set(["new name", "late"]));
});

test("a task that leaves the scope leaves the list, another folder's never enters", async () => {
  const mine = task();
  const sidecar = paged([mine]);
  const store = new TaskStore(sidecarSource(sidecar), {
    folders: ["/home/ada/engine"],
    subAgents: true,
  });
  await store.load();

  sidecar.notify("task/changed", { task: task({ cwd: "/elsewhere" }) });
  assert.equal(store.tasks.length, 1);
  sidecar.notify("task/changed", { task: { ...mine, state: "archived" } });

  assert.equal(store.tasks.length, 0);
});

test("a task that the sidecar listed stays, though its folder is spelled otherwise", async () => {
  const linked = task({ cwd: "/mnt/real/engine" });
  const sidecar = paged([linked]);
  const store = new TaskStore(sidecarSource(sidecar), {
    folders: ["/home/ada/engine"],
    subAgents: true,
  });
  await store.load();

  sidecar.notify("task/changed", { task: { ...linked, displayName: "renamed" } });

  assert.deepEqual(names(store), ["renamed"]);
});

test("a thousand changes at once are announced once", async () => {
  const clock = new Clock();
  const sidecar = paged([]);
  const store = new TaskStore(sidecarSource(sidecar), EVERYTHING, [], clock.later);
  await store.load();
  clock.tick();
  let announced = 0;
  store.onChanged(() => (announced += 1));

  for (let at = 0; at < 1_000; at++) {
    sidecar.notify("task/changed", { task: task({ updatedAt: at }) });
  }
  clock.tick();
  clock.tick();

  assert.equal(announced, 1);
  assert.equal(store.tasks.length, 1_000);
});

test("another scope forgets the old rows, and what an older load still brings", async () => {
  const answers: ((response: TaskListResponse) => void)[] = [];
  const sidecar = new FakeSidecar({
    "task/list": () => new Promise((resolve) => answers.push(resolve)),
  });
  const store = new TaskStore(sidecarSource(sidecar), EVERYTHING);
  const first = store.load();
  await settled();

  const second = store.show({ folders: ["/home/ada/engine"], subAgents: true });
  await settled();
  answers[1]?.(page([task({ displayName: "wanted" })]));
  answers[0]?.(page([task({ displayName: "overtaken" })], { nextCursor: "more" }));
  await Promise.all([first, second]);

  assert.deepEqual(names(store), ["wanted"]);
  assert.equal(sidecar.asked.length, 2);
});

test("a load that fails keeps the rows and says why, the next one clears it", async () => {
  const sidecar = paged([task()]);
  const store = new TaskStore(sidecarSource(sidecar), EVERYTHING);
  await store.load();
  const { answers } = sidecar;
  sidecar.answers = {};

  await store.load();
  assert.match(String(store.failure), /nobody answers/);
  assert.equal(store.tasks.length, 1);
  sidecar.answers = answers;
  await store.load();

  assert.equal(store.failure, undefined);
});

test("many changes during a load lead to one more load, not to one each", async () => {
  const sidecar = paged([task(), task()]);
  const list = sidecar.answers["task/list"];
  assert.ok(list !== undefined);
  let loads = 0;
  sidecar.answers["task/list"] = (params) => {
    loads += 1;
    if (loads === 1) {
      for (let at = 0; at < 50; at++) {
        sidecar.notify("index/progress", { done: 300, total: 300, finished: true });
      }
    }
    return list(params);
  };
  const store = new TaskStore(sidecarSource(sidecar), EVERYTHING);

  await store.load();

  assert.equal(loads, 2);
  assert.equal(store.loaded, "complete");
});

test("a scan that goes on reloads nothing, a finished one does", async () => {
  const sidecar = paged([]);
  const store = new TaskStore(sidecarSource(sidecar), EVERYTHING);
  await store.load();

  sidecar.notify("index/progress", { done: 1, total: 2, finished: false });
  await settled();
  assert.equal(sidecar.asked.length, 1);
  sidecar.notify("index/progress", { done: 2, total: 2, finished: true });
  await settled();

  assert.equal(sidecar.asked.length, 2);
});

test("the archive and the trash are a scope too, and follow what comes and goes", async () => {
  const archived = task({ state: "archived" });
  const trashed = task({ state: "trashed" });
  const sidecar = new FakeSidecar({
    "task/list": ({ state }) => page(state === "trashed" ? [trashed] : [archived]),
  });
  const states = ["archived", "trashed"] as const;
  const store = new TaskStore(sidecarSource(sidecar), { ...EVERYTHING, states });
  await store.load();

  assert.deepEqual(
    sidecar.paramsOf("task/list").map((params) => (params as TaskListParams).state),
    states,
  );
  assert.equal(store.tasks.length, 2);
  sidecar.notify("task/changed", { task: { ...archived, state: "active" } });
  sidecar.notify("task/changed", { task: task({ state: "trashed" }) });

  assert.deepEqual(
    store.tasks.map(({ state }) => state),
    ["trashed", "trashed"],
  );
});
