import assert from "node:assert/strict";
import { test } from "node:test";

import { Disposables } from "../../../extension/src/lib/disposables.js";
import { Emitter } from "../../../extension/src/lib/events.js";
import { plural, t, translateWith } from "../../../extension/src/lib/l10n.js";

test("a listener hears until it is disposed, and only itself is", () => {
  const emitter = new Emitter<number>();
  const heard: number[] = [];
  const listen = (value: number): unknown => heard.push(value);
  const first = emitter.event(listen);
  emitter.event(listen);

  emitter.fire(1);
  first.dispose();
  emitter.fire(2);

  assert.deepEqual(heard, [1, 1, 2]);
});

test("a listener may dispose itself while it is told", () => {
  const emitter = new Emitter<void>();
  let heard = 0;
  const once = emitter.event(() => {
    heard += 1;
    once.dispose();
  });
  emitter.event(() => (heard += 10));

  emitter.fire();
  emitter.fire();

  assert.equal(heard, 21);
});

test("what is held is let go of last first, what comes later at once", () => {
  const order: string[] = [];
  const held = new Disposables();
  held.add({ dispose: () => order.push("first") });
  held.add({ dispose: () => order.push("second") });

  held.dispose();
  held.add({ dispose: () => order.push("late") });

  assert.deepEqual(order, ["second", "first", "late"]);
});

test("strings are filled in, and translated when VS Code has a translation", () => {
  assert.equal(t("{0} of {1}", 1, "many"), "1 of many");
  assert.equal(plural(1, "{0} turn", "{0} turns"), "1 turn");
  assert.equal(plural(12_000, "{0} turn", "{0} turns"), "12,000 turns");

  translateWith((message) => message.toUpperCase(), "de");
  const translated = t("show log");
  translateWith((message) => message, "en-US");

  assert.equal(translated, "SHOW LOG");
});
