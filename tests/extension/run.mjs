/**
 * Runs the TypeScript unit and contract tests with node:test, through tsx.
 * Arguments choose files by a part of their path: `npm run test:unit -- panel`.
 * `--page`: those that need a browser instead.
 */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";

const ending = process.argv.includes("--page") ? ".browser.ts" : ".test.ts";
const wanted = process.argv.slice(2).filter((part) => part !== "--page");
const files = ["tests/extension", "tests/contract"]
  .flatMap((folder) =>
    readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name))),
  )
  .filter((file) => file.endsWith(ending))
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)));

if (files.length === 0) {
  console.error(`No test file fits ${wanted.join(", ")}.`);
  process.exit(1);
}
const { status } = spawnSync(
  process.execPath,
  ["--import", "tsx", "--test", "--test-reporter", "spec", ...files],
  { stdio: "inherit" },
);
process.exit(status ?? 1);
