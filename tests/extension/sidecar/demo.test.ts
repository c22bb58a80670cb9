import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";

import type { Memento } from "vscode";

import { Demo } from "../../../extension/src/sidecar/demo.js";
import { memento } from "../support/memento.js";

const FOLDER = path.join(path.sep, "storage", "demo");
const HOME = path.join(FOLDER, "codex-home");

interface World {
  readonly kept?: Memento;
  readonly folders?: Set<string>;
  readonly fails?: boolean;
}

function demo({ kept = memento(), folders = new Set(), fails }: World = {}): {
  readonly demo: Demo;
  readonly states: boolean[];
} {
  const made = new Demo({
    memento: kept,
    folder: FOLDER,
    isFolder: (folder) => folders.has(folder),
    write: (folder) => {
      if (fails === true) {
        return Promise.reject(new Error("The disk is full"));
      }
      folders.add(path.join(folder, "codex-home"));
      return Promise.resolve();
    },
  });
  const states: boolean[] = [];
  made.onChanged(() => states.push(made.isOpen));
  return { demo: made, states };
}

test("while it is open the sidecar runs on its home, without a codex", async () => {
  const { demo: opened, states } = demo();
  assert.deepEqual(opened.initializationOptions, {});

  await opened.open(() => []);
  assert.deepEqual(opened.initializationOptions, {
    codexHome: HOME,
    codexPath: "none",
    autoResume: "off",
  });

  await opened.close();
  assert.deepEqual(opened.initializationOptions, {});
  assert.deepEqual(states, [true, false]);
});

test("it is open after a reload, unless its folder went meanwhile", async () => {
  const world = { kept: memento(), folders: new Set<string>() };
  await demo(world).demo.open(() => []);

  assert.equal(demo(world).demo.isOpen, true);
  world.folders.clear();
  assert.equal(demo(world).demo.isOpen, false);
  assert.deepEqual(demo(world).demo.initializationOptions, {});
});

test("what showed the user's own tasks is known when it is closed, also after a reload", async () => {
  const world = { kept: memento(), folders: new Set<string>() };
  const left = [{ threadId: "t1", column: 2 }];
  await demo(world).demo.open(() => left);
  const { demo: reloaded } = demo(world);
  await reloaded.close();

  assert.deepEqual(await reloaded.takeLeft(), left);
  assert.deepEqual(await reloaded.takeLeft(), []);
});

test("when its tasks can't be written, the user's own stay", async () => {
  const { demo: opened, states } = demo({ fails: true });

  await assert.rejects(
    opened.open(() => assert.fail("they are still shown")),
    /disk is full/,
  );
  assert.equal(opened.isOpen, false);
  assert.deepEqual(states, []);
});

test("it knows its own rollouts from the user's", () => {
  const { demo: opened } = demo();

  assert.ok(opened.owns(path.join(HOME, "sessions", "rollout-1.jsonl")));
  assert.ok(!opened.owns(path.join(FOLDER, "codex-home-2", "rollout-1.jsonl")));
  assert.ok(!opened.owns("/home/me/.codex/sessions/rollout-1.jsonl"));
});
