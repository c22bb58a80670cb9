/**
 * The heavy parts that only the demo, `npm start` and the tests need: a codex binary and a
 * VS Code, from npm by name, pinned by the lock files in `scripts/heavy/`, no install script run.
 *
 * A part is fetched into a folder of its own and renamed into place when it is whole: a
 * fetch that was cut off leaves nothing that looks ready, and of two fetches at once the
 * first one wins.
 */
import fs from "node:fs";
import path from "node:path";
import process from "node:process";

import { HEAVY, ROOT } from "./paths.mjs";
import { isAlive, Refusal, run } from "./run.mjs";

const MANIFESTS = path.join(ROOT, "scripts", "heavy");
const NPM_FLAGS = [
  "--ignore-scripts",
  "--no-audit",
  "--no-fund",
  "--loglevel=error",
  "--fetch-retries=5",
];

/** The native codex executable of a version, fetched when absent. */
export async function codexExecutable(version) {
  const pinned = manifest("codex").dependencies["@openai/codex"];
  const wanted = version ?? pinned;
  const folder = await part(`codex-${wanted}`, async (target) => {
    if (wanted === pinned) {
      await installLocked("codex", target);
    } else {
      await installNamed(`@openai/codex@${wanted}`, target);
    }
  });
  return nativeCodex(folder, wanted);
}

/** `{entry, node}` of the VS Code server: run as `node entry ...`; fetched when absent. */
export async function vscodeServer() {
  const { dependencies } = manifest("vscode");
  const folder = await part(
    `code-server-${dependencies["code-server"]}`,
    async (target) => {
      await installLocked("vscode", target);
      // What code-server's own install script does, less the native builds that we don't miss.
      const vscode = path.join(target, "node_modules", "code-server", "lib", "vscode");
      await npm(["install", "--omit=dev"], vscode);
      await npm(["install", "--omit=dev"], path.join(vscode, "extensions"));
    },
  );
  const modules = path.join(folder, "node_modules");
  return {
    entry: path.join(modules, "code-server", "out", "node", "entry.js"),
    node: nodeForVscode(modules),
  };
}

async function part(name, fill) {
  const final = path.join(HEAVY, name);
  if (fs.existsSync(final)) return final;
  process.stderr.write(`Fetching ${name} into .heavy (once)\n`);
  const building = makeWorkFolder();
  try {
    await fill(building);
    fs.renameSync(building, final);
  } catch (error) {
    fs.rmSync(building, { recursive: true, force: true });
    if (!fs.existsSync(final)) throw error;
  }
  return final;
}

/** A folder of ours to make something in, swept by a later run should we be cut off. */
export function makeWorkFolder() {
  fs.mkdirSync(HEAVY, { recursive: true });
  sweepAbandoned();
  return fs.mkdtempSync(path.join(HEAVY, `.making-${process.pid}-`));
}

function sweepAbandoned() {
  for (const name of fs.readdirSync(HEAVY)) {
    const owner = /^\.making-(\d+)-/.exec(name)?.[1];
    if (owner !== undefined && !isAlive(Number(owner))) {
      fs.rmSync(path.join(HEAVY, name), { recursive: true, force: true });
    }
  }
}

function manifest(name) {
  return JSON.parse(
    fs.readFileSync(path.join(MANIFESTS, name, "package.json"), "utf8"),
  );
}

async function installLocked(name, target) {
  for (const file of ["package.json", "package-lock.json"]) {
    fs.copyFileSync(path.join(MANIFESTS, name, file), path.join(target, file));
  }
  await npm(["ci"], target);
}

async function installNamed(specifier, target) {
  fs.writeFileSync(path.join(target, "package.json"), '{"private": true}\n');
  await npm(["install", specifier], target);
}

function npm(args, cwd) {
  return run("npm", [...args, ...NPM_FLAGS], { cwd, quiet: true });
}

/** Where the package has kept its binary over the years; one of them exists. */
function nativeCodex(folder, version) {
  const triple = codexTriple();
  const suffix = process.platform === "win32" ? ".exe" : "";
  const scope = path.join(folder, "node_modules", "@openai");
  const platformPackage = `codex-${process.platform}-${process.arch}`;
  const places = [
    path.join(scope, platformPackage, "vendor", triple, "bin", `codex${suffix}`),
    path.join(scope, platformPackage, "vendor", triple, "codex", `codex${suffix}`),
    path.join(scope, "codex", "vendor", triple, "codex", `codex${suffix}`),
    path.join(scope, "codex", "bin", `codex-${triple}${suffix}`),
  ];
  const found = places.find((place) => fs.existsSync(place));
  if (found === undefined) {
    throw new Refusal(
      `@openai/codex ${version} carries no binary for ${process.platform}-${process.arch}`,
    );
  }
  return found;
}

function codexTriple() {
  const cpu = { x64: "x86_64", arm64: "aarch64" }[process.arch];
  const system = {
    linux: "unknown-linux-musl",
    darwin: "apple-darwin",
    win32: "pc-windows-msvc",
  }[process.platform];
  if (cpu === undefined || system === undefined) {
    throw new Refusal(`codex is not published for ${process.platform}-${process.arch}`);
  }
  return `${cpu}-${system}`;
}

function nodeForVscode(modules) {
  const bundled = path.join(
    modules,
    `node-${process.platform}-${process.arch}`,
    "bin",
    "node",
  );
  if (fs.existsSync(bundled)) return bundled;
  if (process.versions.node.startsWith("24.")) return process.execPath;
  throw new Refusal(
    `The embedded VS Code needs Node 24, which npm has no package of for ` +
      `${process.platform}-${process.arch}: run this with Node 24, or put VS Code's ` +
      `"code" command on the PATH`,
  );
}
