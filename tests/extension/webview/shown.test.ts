/** Which part of a long conversation is in the page. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Turn } from "../../../extension/src/protocol/index.js";
import {
  countShown,
  EVERYTHING,
  isWithin,
  placeAfter,
  placeOfItem,
  rangeAround,
  rangeAtEnd,
  rangeEarlier,
  rangeLater,
  shownTurns,
} from "../../../extension/webview/shown.js";
import { said, turn } from "./samples.js";

function conversation(turnCount: number, itemCount: number): readonly Turn[] {
  return Array.from({ length: turnCount }, (_, index) =>
    turn(
      index + 1,
      Array.from({ length: itemCount }, (__, item) =>
        said(`i${index + 1}-${item}`, "x"),
      ),
    ),
  );
}

function itemsIn(turns: readonly Turn[], range: typeof EVERYTHING): readonly string[] {
  const { turns: shown, skipped, taken } = shownTurns(turns, range);
  return shown.flatMap((each, index) =>
    each.items
      .slice(
        index === 0 ? skipped : 0,
        index === shown.length - 1 ? (taken ?? undefined) : undefined,
      )
      .map(({ itemId }) => itemId),
  );
}

describe("a long conversation", () => {
  test("is in the page by its end", () => {
    const turns = conversation(10, 9);
    const range = rangeAtEnd(turns, 25);

    assert.deepEqual(range, { start: { turnId: "turn-8", item: 5 }, end: null });
    assert.equal(countShown(turns, range), 25);
    assert.deepEqual(
      shownTurns(turns, range).turns.map((each) => each.number),
      [8, 9, 10],
    );
    assert.equal(shownTurns(turns, range).skipped, 5);
  });

  test("is in the page as a whole when it is short", () => {
    assert.deepEqual(rangeAtEnd(conversation(2, 3), 100), EVERYTHING);
    assert.deepEqual(rangeAtEnd([], 100), EVERYTHING);
    assert.equal(countShown(conversation(2, 3), EVERYTHING), 8);
    assert.equal(countShown([], EVERYTHING), 0);
  });

  test("moves upwards to its beginning and down again, never more than allowed, every item once on the way", () => {
    const turns = conversation(7, 143);
    const all = new Set(
      turns.flatMap(({ items }) => items.map(({ itemId }) => itemId)),
    );
    const seen = new Set<string>();
    let range = rangeAtEnd(turns, 60);
    const look = (): void => {
      assert.ok(countShown(turns, range) <= 261, `${countShown(turns, range)}`);
      for (const itemId of itemsIn(turns, range)) seen.add(itemId);
    };
    look();
    while (range.start !== null) {
      range = rangeEarlier(turns, range, 12, 260);
      look();
    }
    assert.deepEqual(seen, all);

    seen.clear();
    look();
    while (range.end !== null) {
      range = rangeLater(turns, range, 12, 260);
      look();
    }
    assert.deepEqual(seen, all);
  });

  test("keeps what is near a place inside of one long step", () => {
    const turns = conversation(1, 1000);
    const range = rangeAround(turns, { turnId: "turn-1", item: 500 }, 40);

    assert.equal(itemsIn(turns, range)[0], "i1-460");
    assert.equal(itemsIn(turns, range).at(-1), "i1-539");
  });

  test("ends with its last item, also when that is the last thing allowed", () => {
    const turns = conversation(2, 5);

    assert.equal(placeAfter(turns, { turnId: "turn-2", item: 0 }, 5), null);
    assert.deepEqual(placeAfter(turns, { turnId: "turn-2", item: 0 }, 4), {
      turnId: "turn-2",
      item: 4,
    });
    assert.deepEqual(placeAfter(turns, { turnId: "turn-1", item: 0 }, 5), {
      turnId: "turn-1",
      item: 5,
    });
  });

  test("knows when its turns are gone", () => {
    const turns = conversation(3, 2);

    assert.ok(isWithin(turns, rangeAtEnd(turns, 4)));
    assert.ok(!isWithin(turns, { start: { turnId: "gone", item: 0 }, end: null }));
    assert.ok(!isWithin(turns, { start: null, end: { turnId: "gone", item: 0 } }));
  });

  test("finds the item where one read before", () => {
    assert.deepEqual(placeOfItem(conversation(3, 9), "i2-4"), {
      turnId: "turn-2",
      item: 4,
    });
    assert.equal(placeOfItem(conversation(3, 9), "gone"), null);
  });
});
