import "../support/vscode-stub.js";

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { COMMANDS } from "../../../extension/src/commands/index.js";

interface Manifest {
  readonly contributes: {
    readonly commands: readonly {
      readonly command: string;
      readonly category?: string;
    }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string }[]>>;
    readonly configuration: { readonly properties: Readonly<Record<string, object>> };
  };
  readonly capabilities: {
    readonly untrustedWorkspaces: {
      readonly restrictedConfigurations: readonly string[];
    };
  };
}

const TEXT = readFileSync("package.json", "utf8");
const STRINGS = JSON.parse(readFileSync("package.nls.json", "utf8")) as Record<
  string,
  string
>;
const { contributes, capabilities } = JSON.parse(TEXT) as Manifest;

function contributed(): readonly string[] {
  return contributes.commands.map(({ command }) => command).sort();
}

test("every command is contributed, and what is contributed is there", () => {
  assert.deepEqual(contributed(), Object.keys(COMMANDS).sort());
  assert.ok(contributes.commands.every(({ category }) => category === "Threadbook"));
});

test("menus and welcome texts name commands that are there", () => {
  const ours = (text: string): readonly string[] =>
    text.match(/threadbook\.\w+(?=[")\]])/g) ?? [];
  const named = Object.values(contributes.menus)
    .flat()
    .map(({ command }) => command);
  const linked = Object.values(STRINGS).flatMap((text) =>
    [...text.matchAll(/command:(threadbook\.\w+)/g)].map(
      ([, command]) => command ?? "",
    ),
  );

  assert.ok(ours(TEXT).length > 0);
  assert.deepEqual(
    [...named, ...linked].filter((command) => !contributed().includes(command)),
    [],
  );
});

test("every string of the manifest is there, and none is left over", () => {
  const used = [...TEXT.matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key);

  assert.deepEqual([...new Set(used)].sort(), Object.keys(STRINGS).sort());
});

test("a folder can't choose the programs that run before it is trusted", () => {
  const chooseWhatRuns = Object.keys(contributes.configuration.properties).filter(
    (name) => /Path$|Home$/.test(name),
  );

  assert.ok(chooseWhatRuns.length >= 3);
  assert.deepEqual(
    [...capabilities.untrustedWorkspaces.restrictedConfigurations].sort(),
    chooseWhatRuns.sort(),
  );
});
