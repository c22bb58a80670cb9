/**
 * `node scripts/fetch.mjs codex [VERSION]` and `node scripts/fetch.mjs vscode`: make sure that
 * a heavy part is in `.heavy/` and print the path of what to run, alone on stdout.
 */
import process from "node:process";

import { codexExecutable, vscodeServer } from "./parts/heavy.mjs";
import { main, Refusal } from "./parts/run.mjs";

const FETCH = {
  codex: codexExecutable,
  vscode: async () => (await vscodeServer()).entry,
};

await main(async ([name, version]) => {
  const fetch = FETCH[name];
  if (fetch === undefined)
    throw new Refusal("usage: node scripts/fetch.mjs codex [VERSION] | vscode");
  process.stdout.write(`${await fetch(version)}\n`);
});
