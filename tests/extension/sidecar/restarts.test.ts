import assert from "node:assert/strict";
import { test } from "node:test";

import { RestartBudget } from "../../../extension/src/sidecar/restarts.js";

test("the first restart is at once, later ones wait longer, the fifth is refused", () => {
  const budget = new RestartBudget();

  const delays = [0, 1, 2, 3, 4].map((second) => budget.afterCrash(second * 1_000));

  assert.deepEqual(delays, [0, 500, 2_000, 8_000, null]);
});

test("crashes of long ago don't count", () => {
  const budget = new RestartBudget();
  [0, 1, 2, 3].forEach((at) => budget.afterCrash(at));

  assert.equal(budget.afterCrash(4 * 60_000), 0);
});

test("a restart by hand allows everything again", () => {
  const budget = new RestartBudget();
  [0, 1, 2, 3, 4].forEach((at) => budget.afterCrash(at));

  budget.reset();

  assert.equal(budget.afterCrash(5), 0);
});
