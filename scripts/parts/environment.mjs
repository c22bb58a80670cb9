/**
 * Python and Node as this checkout needs them: `.venv` from the hashed requirements with the
 * package in it, `node_modules` from the lock file. Done once; a second call only looks.
 * Node's own modules only: on a fresh clone nothing else is there yet.
 */
import { createHash } from "node:crypto";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import process from "node:process";

import { ROOT, VENV, VENV_PYTHON } from "./paths.mjs";
import { Refusal, run } from "./run.mjs";

const OLDEST_PYTHON = [3, 11];
const CANDIDATES =
  process.platform === "win32"
    ? [["py", "-3"], ["python"]]
    : [
        ["python3"],
        ["python3.14"],
        ["python3.13"],
        ["python3.12"],
        ["python3.11"],
        ["python"],
      ];

/** `level` is "runtime" (what a user runs) or "dev" (with all that checks and tests need). */
export async function prepareEnvironment(level) {
  await preparePython(level);
  await prepareNode();
}

async function preparePython(level) {
  // What a developer needs holds what a user needs.
  const levels = level === "dev" ? ["dev"] : ["runtime", "dev"];
  if (runs(VENV_PYTHON) && levels.some(isInstalled)) return;
  if (!runs(VENV_PYTHON)) {
    const python = findPython();
    process.stderr.write(`Making .venv with ${python.join(" ")}\n`);
    fs.rmSync(VENV, { recursive: true, force: true });
    await run(python[0], [...python.slice(1), "-m", "venv", VENV], { quiet: true });
  }
  process.stderr.write(`Installing Python packages (${level}) into .venv\n`);
  const pip = (args) =>
    run(VENV_PYTHON, ["-m", "pip", "install", "--quiet", ...args], {
      cwd: ROOT,
      quiet: true,
    });
  await pip(["--require-hashes", "-r", requirementsFile(level)]);
  // The developer's requirements hold the build backend, pinned; users let pip bring its own.
  const isolation = level === "dev" ? ["--no-build-isolation"] : [];
  await pip([...isolation, "--no-deps", "--editable", "."]);
  fs.writeFileSync(stampFile(level), requirementsPrint(level));
}

function isInstalled(level) {
  return contents(stampFile(level)) === requirementsPrint(level);
}

function stampFile(level) {
  return path.join(VENV, `threadbook-${level}.stamp`);
}

function requirementsFile(level) {
  return level === "dev" ? "requirements-dev.txt" : "requirements.txt";
}

function requirementsPrint(level) {
  const hash = createHash("sha256");
  for (const file of [requirementsFile(level), "pyproject.toml"]) {
    hash.update(fs.readFileSync(path.join(ROOT, file)));
  }
  return hash.update(VENV).digest("hex");
}

/** The first Python on the PATH that is new enough, as the start of a command line. */
export function findPython() {
  const seen = [];
  for (const candidate of CANDIDATES) {
    const version = pythonVersion(candidate);
    if (version === undefined) continue;
    if (isNewEnough(version)) return candidate;
    seen.push(`${candidate.join(" ")} is ${version.join(".")}`);
  }
  const found = seen.length === 0 ? "none was found on the PATH" : seen.join(", ");
  throw new Refusal(
    `Threadbook needs Python ${OLDEST_PYTHON.join(".")} or newer to run from a checkout; ${found}`,
  );
}

function pythonVersion([command, ...args]) {
  const script = "import sys; print(*sys.version_info[:2])";
  const { status, stdout } = spawnSync(command, [...args, "-c", script], {
    encoding: "utf8",
  });
  return status === 0 ? stdout.trim().split(" ").map(Number) : undefined;
}

function isNewEnough([major, minor]) {
  return (
    major > OLDEST_PYTHON[0] ||
    (major === OLDEST_PYTHON[0] && minor >= OLDEST_PYTHON[1])
  );
}

function runs(python) {
  return fs.existsSync(python) && pythonVersion([python]) !== undefined;
}

async function prepareNode() {
  if (nodeModulesMatchLock()) return;
  process.stderr.write("Installing Node packages\n");
  await run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: ROOT,
    quiet: true,
  });
}

/** Compare with npm's own record in node_modules of what it put there. */
function nodeModulesMatchLock() {
  const wanted = lockedPackages(path.join(ROOT, "package-lock.json"));
  const present = lockedPackages(path.join(ROOT, "node_modules", ".package-lock.json"));
  return Object.entries(wanted).every(
    ([place, { version, optional }]) =>
      place === "" || optional === true || present[place]?.version === version,
  );
}

function lockedPackages(file) {
  const text = contents(file);
  return text === undefined ? {} : JSON.parse(text).packages;
}

function contents(file) {
  return fs.existsSync(file) ? fs.readFileSync(file, "utf8") : undefined;
}
