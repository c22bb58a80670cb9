/**
 * Makes a VSIX from exactly what belongs into it: a staging folder is filled from a list, so
 * nothing else of a checkout can slip in, and two builds at once don't meet.
 */
import fs from "node:fs";
import path from "node:path";
import process from "node:process";

import { fingerprint, once } from "./fingerprint.mjs";
import { makeWorkFolder } from "./heavy.mjs";
import { HEAVY, ROOT, VENV_PYTHON } from "./paths.mjs";
import { run } from "./run.mjs";

const CARRIED = [
  "README.md",
  "CHANGELOG.md",
  "LICENSE",
  "package.nls.json",
  "package.nls.de.json",
  "package.nls.ja.json",
  "package.nls.zh-cn.json",
  "docs/screenshot.png",
  "extension/dist",
  "extension/l10n",
  "extension/media",
];
const BUILT_FROM = [
  ...CARRIED.filter((place) => place !== "extension/dist"),
  "extension",
  "esbuild.mjs",
  "package.json",
  "package-lock.json",
  "scripts/parts/vsix.mjs",
];
/** What PyInstaller finds in a developer's environment and nobody calls. */
const UNUSED = ["hypothesis", "pytest", "setuptools", "tkinter", "zstandard._cffi"];
const WINDOWS = process.platform === "win32";
const VSCE = path.join(ROOT, "node_modules", "@vscode", "vsce", "vsce");

/**
 * The VSIX that `npm start` and the tests install, made anew when something changed; it runs
 * the sidecar of this checkout. Answers where it is and what it was made from.
 */
export async function checkoutVsix() {
  const vsix = path.join(HEAVY, "threadbook.vsix");
  const print = fingerprint(...BUILT_FROM, ...(WINDOWS ? ["sidecar"] : []));
  await once({ stamp: `${vsix}.stamp`, print, made: vsix }, async () => {
    process.stderr.write("Building the extension\n");
    await run("npm", ["run", "--silent", "build"], { cwd: ROOT, quiet: true });
    await makeVsix(vsix, { addSidecar: WINDOWS ? addFrozenSidecar : addLauncher });
  });
  return { vsix, print };
}

/** Write a VSIX; `addSidecar` puts a sidecar into the folder that it is given. */
export async function makeVsix(out, { target, addSidecar }) {
  const stage = makeWorkFolder();
  try {
    fillStage(stage);
    await addSidecar(path.join(stage, "extension", "bundled"));
    await packVsix(stage, out, target);
  } finally {
    fs.rmSync(stage, { recursive: true, force: true });
  }
}

/** Write a folder that holds an extension, as it is, into a VSIX. */
export async function packVsix(folder, out, target) {
  const targetArgs = target === undefined ? [] : ["--target", target];
  const flags = [
    "--no-dependencies",
    "--allow-missing-repository",
    "--no-rewrite-relative-links",
  ];
  await run(
    process.execPath,
    [VSCE, "package", ...flags, ...targetArgs, "--out", out],
    {
      cwd: folder,
      quiet: true,
    },
  );
}

function fillStage(stage) {
  for (const place of CARRIED) {
    const from = path.join(ROOT, place);
    if (fs.existsSync(from)) {
      fs.cpSync(from, path.join(stage, place), { recursive: true, filter: isCarried });
    }
  }
  const { scripts: _scripts, devDependencies: _tools, ...manifest } = readManifest();
  fs.writeFileSync(path.join(stage, "package.json"), JSON.stringify(manifest, null, 2));
}

function isCarried(file) {
  return !file.endsWith(".map");
}

export function readManifest() {
  return JSON.parse(fs.readFileSync(path.join(ROOT, "package.json"), "utf8"));
}

/**
 * For `npm start`: in place of a build, a launcher of this checkout's environment, so that
 * an edit of the sidecar counts at its next start.
 */
function addLauncher(bundled) {
  const folder = path.join(bundled, "threadbook");
  fs.mkdirSync(folder, { recursive: true });
  const python = VENV_PYTHON.replaceAll("'", "'\\''");
  const script = `#!/bin/sh\nexec '${python}' -P -m threadbook "$@"\n`;
  fs.writeFileSync(path.join(folder, "threadbook"), script, { mode: 0o755 });
}

/** For release: the sidecar with a Python and all libraries, as one folder (PyInstaller). */
export async function addFrozenSidecar(bundled) {
  const work = makeWorkFolder();
  const flags = [
    "--noconfirm",
    "--clean",
    "--onedir",
    "--console",
    "--name",
    "threadbook",
  ];
  try {
    await run(
      VENV_PYTHON,
      [
        ...["-m", "PyInstaller", ...flags, "--log-level", "WARN"],
        ...["--distpath", bundled, "--workpath", work, "--specpath", work],
        ...["--paths", path.join(ROOT, "sidecar")],
        ...UNUSED.flatMap((name) => ["--exclude-module", name]),
        // Commands and handlers are imported when they are first asked for.
        ...["--collect-submodules", "threadbook", "--collect-data", "threadbook"],
        path.join(ROOT, "scripts", "packaging", "frozen.py"),
      ],
      { cwd: ROOT, quiet: true },
    );
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
}
