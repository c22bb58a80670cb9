import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { stringsInSource } from "../support/strings.js";

const LANGUAGES = ["de", "ja", "zh-cn"] as const;
type Texts = Readonly<Record<string, string>>;

const source = stringsInSource();
const manifest = texts("package.nls.json");

function texts(file: string): Texts {
  return JSON.parse(readFileSync(file, "utf8")) as Texts;
}

/** `{0}`, links and commands: what a translation must not lose or bend. */
function fixed(text: string): readonly string[] {
  return (text.match(/\{\d\}|\]\([^)]+\)|`[^`]+`/g) ?? []).sort();
}

function bent(translated: Texts, original: (key: string) => string): readonly string[] {
  return Object.entries(translated)
    .filter(
      ([key, text]) =>
        JSON.stringify(fixed(text)) !== JSON.stringify(fixed(original(key))),
    )
    .map(([key]) => key);
}

function missing(wanted: Iterable<string>, there: Texts): readonly string[] {
  return [...wanted].filter((text) => (there[text] ?? "").trim() === "");
}

test("every text is written where a translator finds it", () => {
  assert.deepEqual(source.unreadable, []);
  assert.ok(source.texts.size > 300);
});

for (const language of LANGUAGES) {
  test(`no text of the extension is missing in ${language}, and none is bent`, () => {
    const bundle = texts(`extension/l10n/bundle.l10n.${language}.json`);

    assert.deepEqual(missing(source.texts, bundle), []);
    assert.deepEqual(
      bent(bundle, (key) => key),
      [],
    );
  });

  test(`no text of the manifest is missing in ${language}, and none is bent`, () => {
    const translated = texts(`package.nls.${language}.json`);

    assert.deepEqual(Object.keys(translated).sort(), Object.keys(manifest).sort());
    assert.deepEqual(missing(Object.keys(manifest), translated), []);
    assert.deepEqual(
      bent(translated, (key) => manifest[key] ?? ""),
      [],
    );
  });
}
