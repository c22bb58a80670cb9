import { commands } from "../support/vscode-tree-stub.js";

import assert from "node:assert/strict";
import { mock, test, type TestContext } from "node:test";

import type { Task } from "../../../extension/src/protocol/index.js";
import { sidecarSource } from "../../../extension/src/tasks/sidecar-source.js";
import { TaskStore } from "../../../extension/src/tasks/task-store.js";
import { openAtTop } from "../../../extension/src/views/group-pages.js";
import { groupTasks } from "../../../extension/src/views/task-groups.js";
import { TaskTree, type TreeNode } from "../../../extension/src/views/task-tree.js";
import { FakeSidecar } from "../support/fake-sidecar.js";
import { task } from "../support/tasks.js";

const NOON = new Date(2026, 10, 21, 12).getTime();
const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;
const ANNOUNCED_MS = 50;
const RESTED_MS = 210;

/** A tree, and a VS Code that asks as the real one does. */
class Shown {
  readonly sidecar = new FakeSidecar();
  readonly tree: TaskTree;
  /** What was to be drawn, each time: names of nodes, or everything. */
  readonly drawn: (readonly string[] | "all")[] = [];

  constructor(tasks: readonly Task[]) {
    const scope = { folders: null, subAgents: true };
    const store = new TaskStore(sidecarSource(this.sidecar), scope, tasks);
    this.tree = new TaskTree({
      id: "threadbook.tasks",
      store,
      group: (all) => openAtTop(groupTasks(all, "date", Date.now(), "en")),
    });
    this.tree.onDidChangeTreeData((nodes) => {
      this.drawn.push(nodes === undefined ? "all" : nodes.map(nameOf));
    });
  }

  group(label: string): TreeNode {
    const found = this.tree.getChildren().find((node) => nameOf(node) === label);
    assert.ok(found);
    return found;
  }

  /** The rows of a group, as VS Code asks for them when it is open. */
  rows(label: string): readonly string[] {
    return this.tree.getChildren(this.group(label)).map(nameOf);
  }

  change(...tasks: readonly Task[]): void {
    for (const changed of tasks) {
      this.sidecar.notify("task/changed", { task: changed });
    }
    mock.timers.tick(ANNOUNCED_MS);
  }
}

function nameOf(node: TreeNode): string {
  switch (node.kind) {
    case "group":
      return node.group.label;
    case "task":
      return node.branch.task.displayName;
    case "more":
      return "more";
  }
}

function shown(context: TestContext, tasks: readonly Task[]): Shown {
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"], now: NOON });
  context.after(() => mock.timers.reset());
  const view = new Shown(tasks);
  context.after(() => view.tree.dispose());
  return view;
}

function named(displayName: string, age: number): Task {
  return task({ displayName, updatedAt: NOON - age });
}

/** As many as need pages. */
function many(count: number): readonly Task[] {
  return Array.from({ length: count }, (_, at) => named(`task ${at}`, 2 * HOUR + at));
}

test("a group begins with its first rows; its end brings more once VS Code draws it", (context) => {
  const view = shown(context, many(500));
  const end = (): TreeNode => {
    const last = view.tree.getChildren(view.group("Today")).at(-1);
    assert.ok(last);
    return last;
  };
  assert.equal(view.rows("Today").length, 61);
  assert.equal(nameOf(end()), "more");
  const row = view.tree.getTreeItem(end());
  assert.equal(row.label, "440 more tasks");

  assert.ok(row.resourceUri);
  view.tree.provideFileDecoration(row.resourceUri);
  assert.deepEqual(view.drawn, [["Today"]]);
  assert.equal(view.rows("Today").length, 121);

  // An answer that comes late is of an end that is no longer one.
  mock.timers.tick(RESTED_MS);
  view.tree.provideFileDecoration(row.resourceUri);
  assert.equal(view.drawn.length, 1);
  commands.get(String(row.command?.command))?.(row.command?.arguments?.[0]);
  assert.equal(view.rows("Today").length, 241);
});

test("a row that says something else is drawn alone, one that moves with its group", (context) => {
  const [first, second] = [named("first", HOUR), named("second", 2 * HOUR)];
  const old = named("old", DAY);
  const view = shown(context, [first, second, old]);
  view.rows("Today");
  view.rows("Yesterday");

  view.change({ ...second, displayName: "renamed" });
  assert.deepEqual(view.drawn.splice(0), [["renamed"]]);

  mock.timers.tick(RESTED_MS);
  view.change({ ...second, updatedAt: NOON });
  assert.deepEqual(view.drawn.splice(0), [["Today"]]);

  mock.timers.tick(RESTED_MS);
  view.change({ ...first, status: "running" });
  assert.deepEqual(view.drawn, ["all"]);
});

test("of a group that nobody opened only the number counts", (context) => {
  const past = named("past", 90 * DAY);
  const view = shown(context, [named("new", HOUR), past]);
  view.rows("Today");

  view.change({ ...past, displayName: "renamed" });
  assert.deepEqual(view.drawn, []);
  view.change(named("one more", 91 * DAY));

  assert.deepEqual(view.drawn, [["August 2026"]]);
  assert.deepEqual(view.rows("August 2026"), ["renamed", "one more"]);
});

test("changes without end are drawn five times a second, and the last one is drawn", (context) => {
  const busy = named("busy", HOUR);
  const view = shown(context, [busy]);
  view.rows("Today");

  for (let at = 1; at <= 20; at += 1) {
    view.change({ ...busy, displayName: `busy ${at}` });
  }
  mock.timers.tick(RESTED_MS);

  assert.ok(view.drawn.length >= 5 && view.drawn.length <= 7);
  assert.deepEqual(view.drawn.at(-1), ["busy 20"]);
});

test("a minute later only rows whose age reads otherwise are drawn", (context) => {
  const view = shown(context, [named("recent", 5_000), named("earlier", 3 * HOUR)]);
  view.rows("Today");

  mock.timers.tick(60_000);

  assert.deepEqual(view.drawn, [["recent"]]);
});

test("what is beside the rows is drawn right after them, and makes them rest alike", (context) => {
  const busy = named("busy", HOUR);
  const view = shown(context, [busy]);
  view.rows("Today");
  const order: string[] = [];
  view.tree.onDidChangeTreeData(() => order.push("rows"));
  let line = false;
  view.tree.drawBeside(() => {
    order.push("line");
    return line;
  });
  order.length = 0;
  line = true;

  view.change({ ...busy, displayName: "other" });
  view.change({ ...busy, displayName: "another" });
  assert.deepEqual(order, ["rows", "line"]);
  line = false;
  mock.timers.tick(RESTED_MS);

  assert.deepEqual(order, ["rows", "line", "rows", "line"]);
});
