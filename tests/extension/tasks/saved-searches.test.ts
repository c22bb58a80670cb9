import assert from "node:assert/strict";
import { test } from "node:test";

import { NO_FILTER } from "../../../extension/src/tasks/filter.js";
import { SavedSearches } from "../../../extension/src/tasks/saved-searches.js";
import { memento } from "../support/memento.js";

const FAILED = { ...NO_FILTER, status: ["failed"] } as const;

function names(searches: SavedSearches): readonly string[] {
  return searches.all.map(({ name }) => name);
}

test("what was saved is there again, by name, with what it asks for", async () => {
  const kept = memento();
  const searches = new SavedSearches(kept);
  await searches.save({
    name: "parsers",
    filter: NO_FILTER,
    query: "parser NOT lexer",
  });
  await searches.save({ name: "broken", filter: FAILED, query: "" });

  const later = new SavedSearches(kept);

  assert.deepEqual(names(later), ["broken", "parsers"]);
  assert.deepEqual(later.all[0]?.filter, FAILED);
  assert.equal(later.all[1]?.query, "parser NOT lexer");
});

test("the same name again replaces, a new name moves, and one can be removed", async () => {
  const searches = new SavedSearches(memento());
  await searches.save({ name: "a", filter: NO_FILTER, query: "one" });
  await searches.save({ name: "a", filter: NO_FILTER, query: "two" });
  await searches.save({ name: "b", filter: NO_FILTER, query: "three" });

  await searches.rename("a", "b");

  assert.deepEqual(
    searches.all.map(({ name, query }) => [name, query]),
    [["b", "two"]],
  );
  await searches.rename("gone", "c");
  await searches.remove("b");
  assert.deepEqual(names(searches), []);
});

test("one that an older version wrote lacks nothing", () => {
  const searches = new SavedSearches(
    memento({ "threadbook.searches": [{ name: "old", filter: { tag: ["a"] } }] }),
  );

  assert.deepEqual(searches.all, [
    { name: "old", filter: { ...NO_FILTER, tag: ["a"] }, query: "" },
  ]);
});
