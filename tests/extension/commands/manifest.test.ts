import "../support/vscode-stub.js";

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";

import { COMMANDS } from "../../../extension/src/commands/index.js";

interface Manifest {
  readonly contributes: {
    readonly commands: readonly {
      readonly command: string;
      readonly title: string;
      readonly category?: string;
      readonly icon?: string;
    }[];
    readonly menus: Readonly<
      Record<string, readonly { readonly command: string; readonly when?: string }[]>
    >;
    readonly keybindings: readonly {
      readonly command: string;
      readonly args: { readonly view: string };
      readonly when: string;
    }[];
    readonly views: { readonly threadbook: readonly { readonly id: string }[] };
    readonly walkthroughs: readonly {
      readonly steps: readonly {
        readonly media: { readonly image: Readonly<Record<string, string>> };
      }[];
    }[];
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

/** Those that other programs, keys and documents rely on. */
const PROMISED = [
  "Resume last session",
  "Resume task...",
  "Search all tasks",
  "New task",
  "Open task",
  "Resume from step...",
  "Amend and resume...",
  "Fork task...",
  "Resume in terminal",
  "Archive",
  "Unarchive",
  "Delete",
  "Restore",
  "Delete permanently",
  "Purge...",
  "Rename...",
  "Pin",
  "Unpin",
  "Edit tags...",
  "Clear",
  "Copy task id",
  "Reveal rollout file",
  "Export...",
  "Show changes",
  "Review changes...",
  "Show usage limits",
  "Show log",
  "Restart sidecar",
  "Open demo",
];
const BY_TITLE = new Map(
  contributes.commands.map((one) => [
    STRINGS[one.title.slice(1, -1)] ?? one.title,
    one,
  ]),
);

test("every command that was promised is there, and each has an icon", () => {
  assert.deepEqual(
    PROMISED.filter((title) => !BY_TITLE.has(title)),
    [],
  );
  for (const { command, icon } of contributes.commands) {
    assert.match(icon ?? "", /^\$\([a-z-]+\)$/, command);
  }
});

test("every command is tried in the real VS Code", () => {
  const folder = path.join("tests", "end_to_end", "vscode");
  const specs = readdirSync(folder)
    .filter((file) => file.endsWith(".spec.mjs"))
    .map((file) => readFileSync(path.join(folder, file), "utf8"))
    .join("\n");
  // As a person chooses it: from the palette, a menu, a button; or by its key.
  const byKey: Readonly<Record<string, string>> = { "Rename...": '"F2"' };
  const isTried = (title: string): boolean =>
    [`"Threadbook: ${title}"`, `"${title}"`, byKey[title] ?? `"${title}"`].some(
      (words) => specs.includes(words),
    );

  assert.deepEqual(
    [...BY_TITLE.keys()].filter((title) => !isTried(title)),
    [],
  );
});

test("menus and welcome texts name commands that are there", () => {
  const ours = (text: string): readonly string[] =>
    text.match(/threadbook\.\w+(?=[")\]])/g) ?? [];
  const named = Object.values(contributes.menus)
    .flat()
    .map(({ command }) => command);
  const linked = Object.values(STRINGS).flatMap((text) =>
    [...text.matchAll(/command:(threadbook\.[\w.]+)/g)].map(
      ([, command]) => command ?? "",
    ),
  );
  const keyed = contributes.keybindings.map(({ command }) => command);
  // VS Code itself makes these.
  const made = contributes.views.threadbook.map(({ id }) => `${id}.focus`);

  assert.ok(ours(TEXT).length > 0);
  assert.deepEqual(
    [...named, ...linked, ...keyed].filter(
      (command) => ![...contributed(), ...made].includes(command),
    ),
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

test("a key works on the rows of its own view, and not while one types", () => {
  for (const { command, args, when } of contributes.keybindings) {
    assert.ok(when.includes(`focusedView == ${args.view} `), command);
    assert.ok(when.endsWith("!inputFocus"), command);
  }
});

test("every step of the walkthrough has a picture for each kind of theme", () => {
  for (const { media } of contributes.walkthroughs.flatMap(({ steps }) => steps)) {
    assert.deepEqual(Object.keys(media.image), ["dark", "light", "hc", "hcLight"]);
    for (const file of Object.values(media.image)) {
      assert.equal(readFileSync(file).toString("latin1", 1, 4), "PNG", file);
    }
  }
});

test("a row offers what applies to it, and nothing that does not", () => {
  const offered = (contextValue: string): readonly string[] =>
    (contributes.menus["view/item/context"] ?? [])
      .filter(({ when }) => {
        const pattern = /viewItem =~ \/(.+?)\/(?: |$)/.exec(when ?? "")?.[1];
        return pattern !== undefined && new RegExp(pattern).test(contextValue);
      })
      .map(({ command }) => command.replace("threadbook.", ""));
  const active = offered("task active idle folder steps");
  const pinned = offered("task active running pinned commit folder steps");
  const moved = offered("task archived idle moved steps");
  const trashed = offered("task trashed idle folder steps");

  assert.ok(["archive", "delete", "pin", "fork"].every((it) => active.includes(it)));
  assert.ok(
    ["unarchive", "restore", "unpin", "interrupt"].every((it) => !active.includes(it)),
  );
  assert.ok(["unpin", "interrupt"].every((it) => pinned.includes(it)));
  assert.ok(!pinned.includes("pin"));
  assert.ok(moved.includes("relink") && !active.includes("relink"));
  assert.deepEqual([...new Set(trashed)].sort(), [
    "copyId",
    "deletePermanently",
    "open",
    "restore",
    "revealRollout",
  ]);
});
