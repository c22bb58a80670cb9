import assert from "node:assert/strict";
import { test } from "node:test";

import type { Response, Task } from "../../../extension/src/protocol/index.js";
import { openPanel, refuse } from "../support/panels.js";
import { task } from "../support/tasks.js";

function forked(shown: Task): Response<"task/fork"> {
  return {
    threadId: "new",
    task: shown,
    turnId: null,
    worktree: null,
    model: null,
    effort: null,
    seq: 0,
    approvals: [],
  };
}

test("going on from a step forks there and opens the new task", async () => {
  const { session, sidecar, host, task: shown } = await openPanel();
  sidecar.answers["task/fork"] = () => forked(shown);

  await session.receive({ type: "fork", step: 3, beside: false });

  assert.deepEqual(sidecar.paramsOf("task/fork"), [
    {
      threadId: shown.threadId,
      cwd: null,
      model: shown.model,
      effort: shown.effort,
      fromStep: 3,
    },
  ]);
  assert.deepEqual(host.lastDeed("openTask"), ["new", false]);
});

test("a step is checked out beside the user's own folder, and goes on there", async () => {
  const { session, sidecar, host, task: shown } = await openPanel();
  const worktree = { path: "/w/then", commit: "0123456789abcdef" };
  sidecar.answers["task/fork"] = () => ({ ...forked(shown), worktree });
  await session.receive({ type: "worktree", step: 3 });
  assert.deepEqual(sidecar.paramsOf("task/fork"), []);

  host.worktree = worktree.path;
  await session.receive({ type: "worktree", step: 3 });

  assert.deepEqual(host.lastDeed("chooseWorktree"), [`${shown.cwd ?? ""}-step-3`]);
  assert.deepEqual(sidecar.paramsOf("task/fork"), [
    {
      threadId: shown.threadId,
      cwd: null,
      model: shown.model,
      effort: shown.effort,
      fromStep: 3,
      worktree: "/w/then",
    },
  ]);
  assert.deepEqual(host.lastDeed("checkedOut"), [worktree.path, worktree.commit]);
  assert.deepEqual(host.lastDeed("openTask"), ["new", false]);
});

test("what can't be checked out is said", async () => {
  const { session, sidecar, host } = await openPanel();
  host.worktree = "/w/then";
  sidecar.answers["task/fork"] = refuse("notPossible", "/w/then exists");

  await session.receive({ type: "worktree", step: 1 });

  assert.equal(host.last("trouble")?.message, "/w/then exists");
  assert.equal(host.lastDeed("openTask"), undefined);
});

test("a message said anew runs in a new task; when it can't, the words come back", async () => {
  const { session, sidecar, host, task: shown } = await openPanel();
  const amend = {
    type: "amend",
    sendId: 5,
    step: 2,
    text: "rather so",
    images: ["/a.png"],
  } as const;
  sidecar.answers["task/fork"] = () => forked(shown);
  await session.receive(amend);

  assert.deepEqual(sidecar.paramsOf("task/fork")[0], {
    threadId: shown.threadId,
    cwd: null,
    model: shown.model,
    effort: shown.effort,
    fromStep: 2,
    amend: "rather so",
    images: ["/a.png"],
  });
  assert.deepEqual(host.last("sent"), { type: "sent", sendId: 5, failure: null });
  assert.deepEqual(host.lastDeed("openTask"), ["new", false]);

  sidecar.answers["task/fork"] = refuse("codexRefused", "Codex does not want to");
  await session.receive({ ...amend, sendId: 6 });
  assert.equal(host.last("sent")?.failure, "Codex does not want to");
  assert.equal(host.last("trouble")?.message, "Codex does not want to");
});

test("nothing is forked in an untrusted folder", async () => {
  const { session, sidecar, host } = await openPanel();
  host.mayRun = false;

  await session.receive({ type: "fork", step: 1, beside: true });

  assert.deepEqual(sidecar.paramsOf("task/fork"), []);
  assert.match(host.last("trouble")?.message ?? "", /not trusted/);
});

test("a step is revealed in an editor, one in a compressed file in its folder", async () => {
  const { session, sidecar, host } = await openPanel();
  sidecar.answers["task/locate"] = () => ({
    path: "/home/r.jsonl",
    line: 12,
    format: "text",
  });
  await session.receive({ type: "revealStep", step: 4 });
  assert.deepEqual(host.lastDeed("openFile"), ["/home/r.jsonl", 12, null]);

  sidecar.answers["task/locate"] = () => ({
    path: "/home/r.jsonl.zst",
    line: null,
    format: "compressed",
  });
  await session.receive({ type: "revealStep", step: 4 });
  assert.deepEqual(host.lastDeed("revealFile"), ["/home/r.jsonl.zst"]);
});

test("a picture that can't be read leaves its name, and no banner", async () => {
  const { session, sidecar, host } = await openPanel();
  const before = host.all("trouble").length;
  const wanted = { type: "loadImage", turnId: "t1", itemId: "u1", index: 0 } as const;
  sidecar.answers["task/image"] = refuse("itemNotFound");
  await session.receive(wanted);
  sidecar.answers["task/image"] = () => ({ dataUrl: "data:image/png;base64,AA" });
  await session.receive(wanted);

  assert.deepEqual(
    host.all("image").map(({ dataUrl }) => dataUrl),
    [null, "data:image/png;base64,AA"],
  );
  assert.equal(host.all("trouble").length, before);
});

test("changes since the start need the commit of that time", async () => {
  const git = { branch: "main", commit: "abc", repositoryUrl: null };
  const known = await openPanel(task({ git, cwd: "/code" }));
  await known.session.receive({ type: "diffSinceStart", paths: ["a.py"] });
  assert.deepEqual(known.host.lastDeed("openSinceStart"), [["a.py"], "abc", "/code"]);

  const unknown = await openPanel(task({ git: null }));
  await unknown.session.receive({ type: "diffSinceStart", paths: ["a.py"] });
  assert.match(unknown.host.last("trouble")?.message ?? "", /not known/);
});

test("a step that was jumped to comes with what follows, until the end is reached", async () => {
  const { session, sidecar, host, task: shown } = await openPanel();
  const turns = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, index) => ({
      turnId: `t${to - index}`,
      number: to - index,
      status: "completed" as const,
      startedAt: null,
      completedAt: null,
      model: null,
      effort: null,
      stop: null,
      items: [],
      dropped: false,
    }));
  sidecar.answers["task/read"] = ({ fromStep }) => ({
    task: shown,
    turns: fromStep === 7 ? turns(7, 26) : turns(27, 30),
    nextCursor: "before:7",
    turnCount: 30,
    seq: 4,
  });

  await session.receive({ type: "jump", step: 10 });
  await session.receive({ type: "loadNewer", fromStep: 27 });

  assert.deepEqual(
    host
      .all("partTurns")
      .map(({ position, turns: [first], newerFrom }) => [
        position,
        first?.number,
        newerFrom,
      ]),
    [
      ["jump", 7, 27],
      ["append", 27, null],
    ],
  );
});
