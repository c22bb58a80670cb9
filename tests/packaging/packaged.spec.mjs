/** The VSIX that users get, in a fresh VS Code on a machine without Python. */
import fs from "node:fs";
import path from "node:path";
import process from "node:process";
import { spawnSync } from "node:child_process";

import { expect, test } from "@playwright/test";

import { ROOT, VENV_PYTHON } from "../../scripts/parts/paths.mjs";
import { readManifest } from "../../scripts/parts/vsix.mjs";
import { screenshot, World } from "../end_to_end/vscode/lib/world.mjs";

const MEGABYTE = 1024 * 1024;

/** Made by `npm run package` unless it is there already, as in `npm test`. */
function packagedVsix() {
  const target = `${process.platform}-${process.arch}`;
  const vsix = path.join(ROOT, `threadbook-${target}-${readManifest().version}.vsix`);
  if (!fs.existsSync(vsix)) {
    spawnSync("npm", ["run", "package"], { cwd: ROOT, stdio: "inherit" });
  }
  return vsix;
}

test("the packaged extension lists tasks in a fresh profile with no Python on the PATH", async () => {
  test.setTimeout(240_000);
  const vsix = packagedVsix();
  const world = await World.make({ vsix, env: { PATH: "/nonexistent" } });
  try {
    const workbench = await world.start();
    await workbench.showActivity("Threadbook");
    await expect(workbench.rows("The cart total is off by one cent")).toBeVisible();

    const [sidecar] = world.sidecars();
    const program = fs.readlinkSync(`/proc/${sidecar}/exe`);
    expect(program).toContain(path.join("extension", "bundled", "threadbook"));
    await workbench.rows("The cart total is off by one cent").click();
    await expect(workbench.panel.getByText("The total is right now.")).toBeVisible();
    await screenshot(workbench, "packaged");

    const file = path.join(world.folder, "cart.html");
    const args = ["export", "--last", "--redact", "-o", file];
    const { status, stderr } = spawnSync(program, args, {
      cwd: world.workspace,
      env: { ...process.env, ...world.env },
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(fs.readFileSync(file, "utf8")).toContain("The total is right now.");
    expect(looksIntoFiles(program, world.folder)).toEqual([1, 0]);
    await workbench.command("Threadbook: Open demo");
    const title = workbench.sidebar.locator(".pane-header").first();
    await expect(title).toContainText("Demo");
    await expect(workbench.rows("The cart total is off by one cent")).toBeVisible();
  } finally {
    await world.end();
  }
});

/** What the frozen program says as one that looks into files for `search --exact`. */
function looksIntoFiles(program, folder) {
  const frame = (text) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(Buffer.byteLength(text));
    return Buffer.concat([length, Buffer.from(text)]);
  };
  const files = ["needle", "hay"].map((word) => {
    const file = path.join(folder, `${word}.jsonl`);
    fs.writeFileSync(file, `a ${word}\n`);
    return file;
  });
  const input = Buffer.concat([frame("needle"), frame(files.join("\0"))]);
  return [...spawnSync(program, ["--look-into-files"], { input }).stdout];
}

function namesIn(vsix) {
  const listing = spawnSync(VENV_PYTHON, ["-m", "zipfile", "-l", vsix], {
    encoding: "utf8",
  });
  return listing.stdout.split("\n").map((line) => line.split(/\s/)[0]);
}

/** Files of a folder of the checkout, by their paths from there. */
function filesOf(folder) {
  const at = path.join(ROOT, folder);
  return fs
    .readdirSync(at, { recursive: true })
    .filter((name) => fs.statSync(path.join(at, name)).isFile())
    .map((name) => name.split(path.sep).join("/"));
}

test("the packaged extension stays small and carries nothing of the checkout", () => {
  const vsix = packagedVsix();
  expect(fs.statSync(vsix).size).toBeLessThan(60 * MEGABYTE);

  const names = namesIn(vsix);
  expect(names).toContain("extension/extension/dist/extension.js");
  const strays = names.filter((name) =>
    /\.(ts|map)$|node_modules|tests\/|\.venv/.test(name),
  );
  expect(strays).toEqual([]);
});

test("every file that the sidecar and the extension read is in the package", () => {
  const names = new Set(namesIn(packagedVsix()));
  const code = /\.py$|__pycache__/;
  const data = filesOf("sidecar/threadbook").filter((name) => !code.test(name));
  const shown = ["extension/l10n", "extension/media"].flatMap((folder) =>
    filesOf(folder).map((name) => `${folder}/${name}`),
  );
  const manifest = fs
    .readdirSync(ROOT)
    .filter((name) => /^package\.nls\..*json$/.test(name));
  const wanted = [
    ...data.map((name) => `extension/bundled/threadbook/_internal/threadbook/${name}`),
    ...shown,
    ...manifest,
  ];

  for (const known of ["export/gitleaks.json", "index/schema.sql"]) {
    expect(data).toContain(known);
  }
  expect(data.filter((name) => name.startsWith("demo/tasks/")).length).toBeGreaterThan(
    10,
  );
  expect(shown.length).toBeGreaterThan(5);
  expect(wanted.filter((name) => !names.has(`extension/${name}`))).toEqual([]);
});
