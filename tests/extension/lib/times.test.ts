import assert from "node:assert/strict";
import { test } from "node:test";

import {
  absolute,
  age,
  daysBetween,
  monthName,
} from "../../../extension/src/lib/times.js";

const NOON = new Date(2026, 10, 21, 12).getTime();
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

for (const [passed, expected] of [
  [0, "now"],
  [-5 * MINUTE, "now"],
  [59_999, "now"],
  [3 * MINUTE, "3m"],
  [2 * HOUR, "2h"],
  [11 * HOUR, "11h"],
  [13 * HOUR, "yesterday"],
  [DAY, "yesterday"],
  [2 * DAY, "2d"],
  [13 * DAY, "13d"],
  [21 * DAY, "3w"],
  [90 * DAY, "3mo"],
  [800 * DAY, "2y"],
] as const) {
  test(`what was ${passed / MINUTE} minutes ago is "${expected}"`, () => {
    assert.equal(age(NOON - passed, NOON), expected);
  });
}

test("shortly after midnight, an hour ago is hours, not yesterday", () => {
  const night = new Date(2026, 10, 21, 0, 30).getTime();

  assert.equal(age(night - 2 * HOUR, night), "2h");
});

test("days are counted by midnights, over a change of the clock too", () => {
  const monday = new Date(2026, 2, 30, 0, 5).getTime();
  const saturday = new Date(2026, 2, 28, 23, 55).getTime();

  assert.equal(daysBetween(saturday, monday), 2);
  assert.equal(daysBetween(monday + DAY, monday), 0);
});

test("dates are written in the reader's manner", () => {
  assert.equal(monthName(NOON, "en"), "November 2026");
  assert.equal(monthName(NOON, "de"), "November 2026");
  assert.match(absolute(NOON, "en"), /^Nov 21, 2026, 12:00/);
});
