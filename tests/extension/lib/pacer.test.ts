import assert from "node:assert/strict";
import { test } from "node:test";

import { Pacer } from "../../../extension/src/lib/pacer.js";

/** Time that passes when a test says so. */
class Clock {
  #waiting: (() => void) | undefined;
  readonly delay = (callback: () => void): (() => void) => {
    this.#waiting = callback;
    return () => {
      this.#waiting = undefined;
    };
  };

  pass(): void {
    const callback = this.#waiting;
    this.#waiting = undefined;
    callback?.();
  }
}

function paced(acts = true): { pacer: Pacer; clock: Clock; count: () => number } {
  const clock = new Clock();
  let count = 0;
  const act = (): boolean => {
    count += 1;
    return acts;
  };
  return { pacer: new Pacer(act, 1, clock.delay), clock, count: () => count };
}

test("it acts at once, and what is asked for while it rests is done once after that", () => {
  const { pacer, clock, count } = paced();

  pacer.ask();
  assert.equal(count(), 1);
  pacer.ask();
  pacer.ask();
  assert.equal(count(), 1);
  clock.pass();
  assert.equal(count(), 2);
  clock.pass();
  clock.pass();
  assert.equal(count(), 2);
});

test("someone who never stops to ask is answered after each rest", () => {
  const { pacer, clock, count } = paced();

  for (let rest = 0; rest < 5; rest += 1) {
    pacer.ask();
    pacer.ask();
    clock.pass();
  }

  assert.equal(count(), 6);
});

test("it does not rest where there was nothing to do", () => {
  const { pacer, count } = paced(false);

  pacer.ask();
  pacer.ask();

  assert.equal(count(), 2);
});

test("nothing is done after it was disposed", () => {
  const { pacer, clock, count } = paced();
  pacer.ask();
  pacer.ask();

  pacer.dispose();
  clock.pass();

  assert.equal(count(), 1);
});
