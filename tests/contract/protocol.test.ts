/**
 * What Python wrote to tests/fixtures/protocol is what the TypeScript types say.
 *
 * Examples are checked as literals by the compiler: a field too many, one missing, or
 * a word that is not in a union is an error, as it is in our own code.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { test } from "node:test";

import ts from "typescript";

const EXAMPLES = "tests/fixtures/protocol";
const PROTOCOL = resolve("extension/src/protocol/index.js");

/** The type of an example that is no request. */
const OTHERS: Readonly<Record<string, string>> = {
  approval: "wire.Approval",
  events: "readonly wire.TaskEventNotification[]",
  items: "readonly wire.Item[]",
  "rate-limits": "wire.RateLimits",
};

/** `task-list` is an example of `task/list`. */
function typeOf(name: string): string {
  const method = name.replace("-", "/");
  return OTHERS[name] ?? `wire.Requests[${JSON.stringify(method)}]`;
}

/** What the compiler says of *json* as a value of *type*. */
function complaints(type: string, json: string): readonly string[] {
  const file = resolve("tests/contract/example.ts");
  const text = `import type * as wire from ${JSON.stringify(PROTOCOL)};
export const example: ${type} = ${json};`;
  const options: ts.CompilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    target: ts.ScriptTarget.ES2022,
    types: [],
    skipLibCheck: true,
  };
  const real = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...real,
    fileExists: (name) => name === file || real.fileExists(name),
    getSourceFile: (name, target) =>
      name === file
        ? ts.createSourceFile(name, text, target)
        : real.getSourceFile(name, target),
  };
  const program = ts.createProgram([file], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

const examples = readdirSync(EXAMPLES).filter((name) => name.endsWith(".json"));

for (const file of examples) {
  const name = basename(file, ".json");

  test(`the example ${name} is a ${typeOf(name)}`, () => {
    assert.deepEqual(
      complaints(typeOf(name), readFileSync(join(EXAMPLES, file), "utf8")),
      [],
    );
  });
}

test("there are examples of the requests that every view makes", () => {
  for (const name of [
    "task-list.json",
    "task-read.json",
    "task-items.json",
    "events.json",
  ]) {
    assert.ok(examples.includes(name), name);
  }
});

for (const [what, type, json] of [
  [
    "an unknown field",
    "wire.TaskFollowResponse",
    '{"seq": 1, "approvals": [], "more": 1}',
  ],
  ["a missing field", "wire.TaskFollowResponse", '{"seq": 1}'],
  [
    "an unknown word",
    "wire.StatusChangedEvent",
    '{"type": "statusChanged", "status": "x"}',
  ],
  ["an unknown method", 'wire.Requests["task/lost"]', "{}"],
] as const) {
  test(`an example with ${what} would be found`, () => {
    assert.equal(complaints(type, json).length, 1);
  });
}
