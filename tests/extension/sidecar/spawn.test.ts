import assert from "node:assert/strict";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { test } from "node:test";

import { SidecarProcess } from "../../../extension/src/sidecar/spawn.js";

function start(script: string): Promise<SidecarProcess> {
  const launch = {
    command: process.execPath,
    args: ["-e", script],
    source: "setting",
  } as const;
  return SidecarProcess.start(launch, tmpdir());
}

test("a process that ends with its input is gone when asked to end", async () => {
  const sidecar = await start("process.stdin.resume()");

  await sidecar.end();

  assert.equal(sidecar.child.exitCode, 0);
});

test("a process that does not listen is killed", async () => {
  const sidecar = await start(
    "process.on('SIGTERM', () => 0); setInterval(() => 0, 1e6); process.stdout.write('up')",
  );
  await once(sidecar.child.stdout, "data");

  await sidecar.end(20);

  assert.equal(sidecar.child.signalCode, "SIGKILL");
});

test("a process that lets go of us may go on", async () => {
  const sidecar = await start(
    "process.stdin.resume().on('end', () => { require('fs').closeSync(1); setTimeout(() => 0, 1e4) })",
  );

  await sidecar.end();

  assert.equal(sidecar.child.exitCode, null);
  assert.equal(sidecar.child.signalCode, null);
  sidecar.child.kill("SIGKILL");
});

test("the last line on stderr says why it died", async () => {
  const sidecar = await start(
    "console.error('Traceback'); console.error('No module'); process.exit(1)",
  );

  await once(sidecar.child, "close");

  assert.equal(sidecar.lastWords, "No module");
});

test("a program that is not there is an error that names it", async () => {
  const launch = { command: "/nowhere/python", args: [], source: "setting" } as const;

  await assert.rejects(SidecarProcess.start(launch, tmpdir()), /\/nowhere\/python/);
});

test("what VS Code tells its own processes is not handed on", async () => {
  const told = {
    ELECTRON_RUN_AS_NODE: "1",
    VSCODE_ESM_ENTRYPOINT: "x",
    THREADBOOK: "1",
  };
  Object.assign(process.env, told);
  const names = JSON.stringify(Object.keys(told));
  const sidecar = await start(
    `process.stdout.write(String(${names}.filter((name) => process.env[name])))`,
  );
  Object.keys(told).forEach((name) => Reflect.deleteProperty(process.env, name));

  const [chunk] = (await once(sidecar.child.stdout, "data")) as [Buffer];
  await sidecar.end();

  assert.equal(chunk.toString(), "THREADBOOK");
});
