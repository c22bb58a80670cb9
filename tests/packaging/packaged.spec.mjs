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
  } finally {
    await world.end();
  }
});

test("the packaged extension stays small and carries nothing of the checkout", () => {
  const vsix = packagedVsix();
  expect(fs.statSync(vsix).size).toBeLessThan(60 * MEGABYTE);

  const listing = spawnSync(VENV_PYTHON, ["-m", "zipfile", "-l", vsix], {
    encoding: "utf8",
  });
  const names = listing.stdout.split("\n").map((line) => line.split(/\s/)[0]);
  expect(names).toContain("extension/extension/dist/extension.js");
  const strays = names.filter((name) =>
    /\.(ts|map)$|node_modules|tests\/|\.venv/.test(name),
  );
  expect(strays).toEqual([]);
});
