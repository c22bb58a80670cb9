/** `npm start -- --demo`, as a user types it. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import process from "node:process";

import { expect, test } from "@playwright/test";

import { ROOT } from "../../../scripts/parts/paths.mjs";

/** Start it and answer the address that it prints. */
async function startDemo(folder) {
  const npm = spawn("npm", ["start", "--", "--demo", "--no-open"], {
    cwd: ROOT,
    env: { ...process.env, THREADBOOK_START_FOLDER: folder },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let printed = "";
  for await (const chunk of npm.stdout) {
    printed += chunk;
    if (printed.includes("Ctrl-C")) break;
  }
  return { npm, address: /http:\S+/.exec(printed)?.[0] };
}

/** Processes whose command line or working folder speaks of this folder. */
function processesOf(folder) {
  const { stdout } = spawnSync("ps", ["-eo", "pid=,args="], { encoding: "utf8" });
  return stdout.split("\n").filter((line) => line.includes(folder));
}

for (const signal of ["SIGTERM", "SIGKILL"]) {
  test(`npm start -- --demo serves VS Code until ${signal} and leaves no process`, async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "threadbook-start-"));
    const { npm, address } = await startDemo(folder);
    const page = await fetch(address);
    expect(page.status).toBe(200);
    expect(new URL(address).searchParams.get("folder")).toContain("storefront");
    expect(processesOf(folder)).not.toEqual([]);

    npm.kill(signal);

    await once(npm, "close");
    await expect.poll(() => processesOf(folder)).toEqual([]);
    fs.rmSync(folder, { recursive: true, force: true });
  });
}
