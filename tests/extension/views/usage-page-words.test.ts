import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { usagePageWords } from "../../../extension/src/views/usage-page-words.js";

test("the page says in English what the sidecar would say by itself", () => {
  const source = readFileSync("sidecar/threadbook/protocol/usage_page.py", "utf8");
  const own = [...source.matchAll(/^ {4}(\w+): str = \(?\s*"([^"]+)"/gm)].map(
    ([, name = "", text]) => [
      name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
      text,
    ],
  );

  const ofWords = own.filter(([name]) => name !== "language" && name !== "thousands");
  assert.deepEqual(usagePageWords(), Object.fromEntries(ofWords));
});
