/**
 * `npm test [-- STEP...]`: every check and every test, from a fresh clone. All steps run, also
 * after a failing one; the end says what failed, then repeats what each test runner counted.
 */
import { spawn } from "node:child_process";
import path from "node:path";
import process from "node:process";

import { prepareEnvironment } from "./parts/environment.mjs";
import { codexExecutable, vscodeServer } from "./parts/heavy.mjs";
import { inVenv, ROOT, VENV_PYTHON } from "./parts/paths.mjs";
import { main, Refusal } from "./parts/run.mjs";

const npx = (name, ...args) => [path.join(ROOT, "node_modules", ".bin", name), ...args];
const OUR_SCRIPTS = ["scripts", "tests/end_to_end", "tests/packaging"];

const STEPS = {
  "ruff-check": [inVenv("ruff"), "check"],
  "ruff-format": [inVenv("ruff"), "format", "--check"],
  pyright: [inVenv("pyright")],
  codespell: [
    inVenv("codespell"),
    // A class of the highlighter's style sheet, and names of ours.
    "--ignore-words-list=nd,atleast,textin,indexin,countin",
    ...[
      "README.md",
      "docs",
      "sidecar",
      "extension/src",
      "extension/webview",
      "scripts",
    ],
  ],
  prettier: npx("prettier", "--check", ...OUR_SCRIPTS),
  check: ["npm", "run", "--silent", "check"],
  build: ["npm", "run", "--silent", "build"],
  unit: ["npm", "run", "--silent", "test:unit"],
  page: ["npm", "run", "--silent", "test:page"],
  pytest: [VENV_PYTHON, "-m", "pytest", "-q"],
  package: [process.execPath, "scripts/package.mjs"],
  vscode: npx("playwright", "test", "--config", "tests/end_to_end/vscode"),
};
/** The pinned one, and the older ones of tests/end_to_end/live/test_versions.py. */
const CODEX_VERSIONS = [undefined, "0.148.0", "0.98.0"];
/** The lines in which pytest, node:test and Playwright say how many tests there were. */
const COUNTS =
  /^(=* ?\d+ (passed|failed).*|\S* ?(tests|pass|fail|skipped) \d+|\s*\d+ (passed|failed|flaky|skipped|did not run).*)$/;

await main(async (wanted) => {
  const unknown = wanted.find((name) => !(name in STEPS));
  if (unknown !== undefined) {
    throw new Refusal(`No step ${unknown}; there are ${Object.keys(STEPS).join(", ")}`);
  }
  await prepareEnvironment("dev");
  await fetchHeavyParts(wanted);
  const names = wanted.length === 0 ? Object.keys(STEPS) : wanted;
  const outcomes = [];
  for (const name of names) outcomes.push(await runStep(name));
  return report(outcomes);
});

/** Ahead of the tests that need them, whose time limits don't allow for a slow network. */
async function fetchHeavyParts(wanted) {
  const isWanted = (name) => wanted.length === 0 || wanted.includes(name);
  if (isWanted("pytest")) {
    for (const version of CODEX_VERSIONS) await codexExecutable(version);
  }
  if (isWanted("vscode")) {
    await codexExecutable();
    await vscodeServer();
  }
}

async function runStep(name) {
  process.stdout.write(`\n--- ${name}\n`);
  const began = Date.now();
  let { code, lines } = await runShown(STEPS[name]);
  const counts = countsIn(lines);
  if (code === 1 && name === "pytest" && process.env.CI !== undefined) {
    // Real processes on a busy machine: what failed is tried once more, and told above.
    process.stdout.write("\n--- pytest: what failed, once more\n");
    ({ code, lines } = await runShown([...STEPS[name], "--last-failed"]));
    counts.push(...countsIn(lines).map((line) => `once more: ${line}`));
  }
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  process.stdout.write(
    `--- ${name}: ${code === 0 ? "ok" : "FAILED"} in ${seconds} s\n`,
  );
  return { name, code, seconds, counts };
}

function countsIn(lines) {
  return lines.filter((line) => COUNTS.test(line)).map((line) => line.trim());
}

/** Show a program's output as it comes, and keep its last lines. */
function runShown([command, ...args]) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let text = "";
    const take = (chunk) => {
      process.stdout.write(chunk);
      text = (text + chunk).slice(-20_000);
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? 1, lines: text.split("\n") }));
  });
}

function report(outcomes) {
  process.stdout.write("\n=== summary\n");
  for (const { name, code, seconds } of outcomes) {
    const outcome = code === 0 ? "ok    " : "FAILED";
    process.stdout.write(`${outcome} ${name.padEnd(12)} ${seconds.padStart(7)} s\n`);
  }
  for (const { name, counts } of outcomes) {
    for (const line of counts) process.stdout.write(`${name}: ${line}\n`);
  }
  return outcomes.every(({ code }) => code === 0) ? 0 : 1;
}
