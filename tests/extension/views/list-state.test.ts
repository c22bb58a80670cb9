import assert from "node:assert/strict";
import { test } from "node:test";

import {
  listMessage,
  listState,
  type ListFacts,
} from "../../../extension/src/views/list-state.js";

function state(facts: Partial<ListFacts>): string {
  return listState({
    tasks: 0,
    isComplete: false,
    failure: undefined,
    sidecar: "running",
    ...facts,
  });
}

test("rows are shown whatever else is the matter", () => {
  assert.equal(
    state({ tasks: 1, failure: "homeNotFound", sidecar: "stopped" }),
    "some",
  );
});

test("an empty list is told from one that is not there yet, and from why it can't be", () => {
  assert.equal(state({ isComplete: true }), "none");
  assert.equal(state({}), "loading");
  assert.equal(state({ sidecar: "starting" }), "loading");
  assert.equal(state({ failure: "homeNotFound" }), "homeMissing");
  assert.equal(state({ failure: "internal" }), "failed");
  assert.equal(state({ sidecar: "stopped" }), "failed");
});

test("while the sidecar is started again, the list is on its way", () => {
  assert.equal(state({ failure: "sidecarGone", sidecar: "restarting" }), "loading");
  assert.equal(state({ failure: "sidecarGone", sidecar: "stopped" }), "failed");
});

test("above rows: that they are old comes first, then trust, then Codex", () => {
  const facts = {
    state: "some",
    isTrusted: false,
    isCodexMissing: true,
    isDemo: false,
    filter: "",
  } as const;

  assert.match(
    listMessage({ ...facts, failure: "The index is busy" }),
    /index is busy/,
  );
  assert.match(listMessage({ ...facts, failure: undefined }), /untrusted/);
  assert.match(listMessage({ ...facts, isTrusted: true, failure: undefined }), /Codex/);
  const demo = listMessage({ ...facts, isDemo: true, failure: undefined });
  assert.equal(demo, "Example tasks: try them out, yours are not touched.");
});

test("without rows the welcome text speaks alone", () => {
  const facts = {
    isTrusted: false,
    isCodexMissing: true,
    isDemo: false,
    failure: "x",
    filter: "y",
  };

  assert.equal(listMessage({ ...facts, state: "none" }), "");
});

test("what is filtered for stands below what is wrong", () => {
  const facts = {
    state: "some",
    isTrusted: true,
    isCodexMissing: false,
    isDemo: false,
  } as const;

  assert.equal(
    listMessage({ ...facts, failure: undefined, filter: "Filter: failed" }),
    "Filter: failed",
  );
  assert.match(
    listMessage({ ...facts, failure: "The index is busy", filter: "Filter: failed" }),
    /index is busy\nFilter: failed$/,
  );
});
