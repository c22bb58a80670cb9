/** Times, sizes, announcements and kept state, as people and VS Code get them. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { announcements } from "../../../extension/webview/announce.js";
import { EMPTY } from "../../../extension/webview/model.js";
import { stateOf } from "../../../extension/webview/state.js";
import { t, tCount, useStrings } from "../../../extension/webview/strings.js";
import {
  compact,
  countingDuration,
  duration,
  relativeTime,
  size,
} from "../../../extension/webview/times.js";
import { approval, NOW, turn } from "./samples.js";

describe("times", () => {
  test("say how long ago it was, and the date when it is long", () => {
    const ago = (minutes: number): string => relativeTime(NOW - minutes * 60_000, NOW);

    assert.deepEqual(
      [ago(0), ago(3), ago(120), ago(24 * 60)],
      ["now", "3 min. ago", "2 hr. ago", "yesterday"],
    );
    assert.equal(ago(30 * 24 * 60), "Oct 22");
    assert.equal(ago(400 * 24 * 60), "Oct 17, 2025");
  });

  test("in the future are now", () => {
    assert.equal(relativeTime(NOW + 60_000, NOW), "now");
  });

  test("have at most two units", () => {
    assert.deepEqual([2340, 12_000, 185_000, 7_980_000].map(duration), [
      "2.3s",
      "12s",
      "3m 5s",
      "2h 13m",
    ]);
    assert.deepEqual([40, -5].map(duration), ["0.1s", "0s"]);
    assert.equal(countingDuration(2999), "2s");
  });

  test("and sizes are rounded for reading", () => {
    assert.deepEqual([1, 999, 1_234_567, 182_000].map(size), [
      "1 byte",
      "999 bytes",
      "1.2 MB",
      "182 kB",
    ]);
    assert.equal(compact(191_400), "191.4K");
  });
});

describe("texts", () => {
  test("come in the host's language where it has them", (context) => {
    context.after(() => {
      useStrings({});
    });
    useStrings({ "Step {0}": "Schritt {0}" });

    assert.equal(t("step", 3), "Schritt 3");
    assert.equal(t("copy"), "Copy");
  });

  test("agree with their number", () => {
    assert.deepEqual(
      [tCount("moreLines", 1), tCount("moreLines", 1200)],
      ["Show 1 more line", "Show 1,200 more lines"],
    );
  });
});

describe("announcements", () => {
  const running = {
    ...EMPTY,
    liveTurnId: "turn-1",
    turns: [turn(1, [], { status: "inProgress" })],
  };

  test("are made of the end of a turn and of questions", () => {
    const after = {
      ...running,
      liveTurnId: null,
      turns: [turn(1, [])],
      approvals: [approval({ title: "Run\nls?" })],
    };

    assert.deepEqual(announcements(running, after), [
      "Step finished",
      "Approval needed: Run ls?",
    ]);
    assert.deepEqual(announcements(after, after), []);
  });

  test("are not made of what streams", () => {
    assert.deepEqual(
      announcements(running, {
        ...running,
        turns: [turn(1, [], { status: "inProgress" })],
      }),
      [],
    );
  });
});

describe("kept state", () => {
  test("is taken as far as it is one", () => {
    assert.equal(stateOf(undefined), null);
    assert.equal(stateOf({ draft: "x" }), null);
    assert.deepEqual(
      stateOf({
        threadId: "t",
        draft: 4,
        anchor: { itemId: "i" },
        unsent: [{ sendId: 1, text: "a" }, 7],
      }),
      {
        threadId: "t",
        draft: "",
        scrollTop: 0,
        anchor: null,
        sought: null,
        unsent: [{ sendId: 1, text: "a" }],
      },
    );
  });
});
