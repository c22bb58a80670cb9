import assert from "node:assert/strict";
import { test } from "node:test";

import {
  FIRST_ROWS,
  openAtTop,
  openWhatIsFound,
  pageOf,
  ShownRows,
} from "../../../extension/src/views/group-pages.js";
import { groupTasks, type Group } from "../../../extension/src/views/task-groups.js";
import { task } from "../support/tasks.js";

const NOON = new Date(2026, 10, 21, 12).getTime();
const DAY = 24 * 60 * 60_000;

/** A group of so many tasks for each count. */
function folders(...counts: readonly number[]): readonly Group[] {
  const tasks = counts.flatMap((count, at) =>
    Array.from({ length: count }, () =>
      task({ cwd: `/srv/${at}`, workspaceName: String(at), updatedAt: NOON - at }),
    ),
  );
  return groupTasks(tasks, "folder", NOON);
}

function only(count: number): Group {
  const [group] = folders(count);
  assert.ok(group);
  return group;
}

test("a group is shown in full where few rows would be hidden, else its first rows", () => {
  const sizes = (count: number): readonly number[] => {
    const { branches, hidden } = pageOf(only(count), 20);
    return [branches.length, hidden];
  };

  assert.deepEqual(sizes(3), [3, 0]);
  assert.deepEqual(sizes(30), [30, 0]);
  assert.deepEqual(sizes(31), [20, 11]);
});

test("a group whose rows nobody asked for has none, and says how many there are", () => {
  assert.deepEqual(pageOf(only(5), 0), {
    id: "folder:/srv/0",
    label: "0",
    branches: [],
    hidden: 5,
  });
});

test("walking to the end of 10,000 rows hands over each about twice", () => {
  const group = only(10_000);
  const shown = new ShownRows();
  let handedOver = 0;

  for (let page = shown.page(group); ; page = shown.page(group)) {
    handedOver += page.branches.length;
    if (page.hidden === 0) {
      break;
    }
    shown.more(group.id);
    shown.settle();
  }

  assert.ok(handedOver < 3 * 10_000);
});

test("what is asked for counts once it is settled, and asking twice is asking once", () => {
  const group = only(1_000);
  const shown = new ShownRows();

  shown.more(group.id);
  shown.more(group.id);
  assert.equal(shown.page(group).branches.length, FIRST_ROWS);
  shown.settle();
  assert.equal(shown.page(group).branches.length, 2 * FIRST_ROWS);
});

test("a group that was shut begins with its first rows, whose end is a new one", () => {
  const group = only(1_000);
  const shown = new ShownRows();
  const end = shown.endOf(group.id);
  assert.equal(shown.turn(group, false), false);

  shown.more(group.id);
  shown.settle();
  assert.notEqual(shown.endOf(group.id), end);
  assert.equal(shown.turn(group, true), false);
  assert.equal(shown.turn(group, false), true);
  shown.settle();

  assert.equal(shown.page(group).branches.length, FIRST_ROWS);
  assert.notEqual(shown.endOf(group.id), end);
});

test("a group is as the user left it, also when it went meanwhile; what a filter leaves is not", () => {
  const group = only(1);
  const shown = new ShownRows();
  assert.equal(shown.isOpen(group), group.isOpen);

  shown.turn(group, !group.isOpen);
  assert.equal(shown.isOpen({ ...group }), !group.isOpen);

  const [found] = openWhatIsFound([group]);
  assert.ok(found);
  shown.turn(found, false);
  assert.equal(shown.isOpen(found), true);
});

test("folders are open from the top as far as their rows are few, the first one always", () => {
  const open = (...counts: readonly number[]): readonly boolean[] =>
    openAtTop(folders(...counts)).map(({ isOpen }) => isOpen);

  assert.deepEqual(open(5_000), [true]);
  assert.deepEqual(open(20, 30, 40), [true, true, true]);
  assert.deepEqual(open(5_000, 5_000, 60, 5_000, 5_000, 1), [
    true,
    true,
    true,
    true,
    true,
    false,
  ]);
});

test("months stay shut, and take no place from what is open", () => {
  const tasks = [0, 40, 80].map((days) => task({ updatedAt: NOON - days * DAY }));

  assert.deepEqual(
    openAtTop(groupTasks(tasks, "date", NOON)).map(({ isOpen }) => isOpen),
    [true, false, false],
  );
});

test("what a filter leaves is open at the top, under ids that remember nothing", () => {
  const found = (
    ...counts: readonly number[]
  ): readonly (readonly [string, boolean])[] =>
    openWhatIsFound(folders(...counts)).map(({ id, isOpen }) => [id, isOpen]);
  const past = groupTasks([task({ updatedAt: NOON - 400 * DAY })], "date", NOON);

  assert.deepEqual(
    openWhatIsFound(past).map(({ id, isOpen }) => [id, isOpen]),
    past.map(({ id }) => [`found:${id}`, true]),
  );
  assert.deepEqual(found(100, 100, 100, 100), [
    ["found:folder:/srv/0", true],
    ["found:folder:/srv/1", true],
    ["found:folder:/srv/2", true],
    ["folder:/srv/3", false],
  ]);
});
