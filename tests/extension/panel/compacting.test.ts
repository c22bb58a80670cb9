import assert from "node:assert/strict";
import { test } from "node:test";

import { SidecarError } from "../../../extension/src/sidecar/errors.js";
import { openPanel } from "../support/panels.js";

function driving(sidecar: { asked: readonly { method: string }[] }): readonly string[] {
  return sidecar.asked
    .map(({ method }) => method)
    .filter((method) => method === "task/resume" || method === "task/compact");
}

test("summing up resumes the task first, and again when it was let go of", async () => {
  const { session, sidecar, host, task: shown } = await openPanel();
  let isLive = false;
  sidecar.answers["task/compact"] = () => {
    if (!isLive) {
      isLive = true;
      throw new SidecarError("taskNotLive", "not live");
    }
    return {};
  };

  await session.receive({ type: "compact" });

  assert.deepEqual(driving(sidecar), [
    "task/resume",
    "task/compact",
    "task/resume",
    "task/compact",
  ]);
  assert.deepEqual(sidecar.paramsOf("task/compact")[0], { threadId: shown.threadId });
  assert.equal(host.last("trouble")?.message ?? null, null);
});

test("nothing is summed up in an untrusted folder", async () => {
  const { session, sidecar, host } = await openPanel();
  host.mayRun = false;

  await session.receive({ type: "compact" });

  assert.deepEqual(driving(sidecar), []);
  assert.match(host.last("trouble")?.message ?? "", /not trusted/);
});
