/**
 * `npm start`: from a fresh clone to Threadbook in VS Code. With `code` on the PATH it is
 * installed there; else an embedded VS Code runs until Ctrl-C.
 *
 *     npm start [-- --demo] [-- --no-open]
 *
 * `--demo` always takes the embedded one: nothing of the user's own is touched. What it keeps
 * from start to start is in `.heavy/`, or in `$THREADBOOK_START_FOLDER`.
 */
import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import process from "node:process";

import { startDemo } from "./parts/demo.mjs";
import { prepareEnvironment } from "./parts/environment.mjs";
import { once } from "./parts/fingerprint.mjs";
import { HEAVY } from "./parts/paths.mjs";
import { isAlive, main, Refusal } from "./parts/run.mjs";
import * as vscode from "./parts/vscode_server.mjs";
import { checkoutVsix } from "./parts/vsix.mjs";

const WINDOWS = process.platform === "win32";
const OPTIONS = new Set(["--demo", "--no-open"]);

await main(async (args) => {
  const unknown = args.find((arg) => !OPTIONS.has(arg));
  if (unknown !== undefined) throw new Refusal(`npm start does not know ${unknown}`);
  const isDemo = args.includes("--demo");
  const mayOpen = !args.includes("--no-open");
  await prepareEnvironment(WINDOWS ? "dev" : "runtime");
  const built = await checkoutVsix();
  if (!isDemo && hasCode()) return openInCode(built.vsix, mayOpen);
  if (WINDOWS) {
    throw new Refusal(
      'The embedded VS Code does not run on Windows: put "code" on the PATH',
    );
  }
  return serve({ isDemo, mayOpen, built });
});

function hasCode() {
  return (
    spawnSync("code", ["--version"], { stdio: "ignore", shell: WINDOWS }).status === 0
  );
}

async function openInCode(vsix, mayOpen) {
  await code("--install-extension", vsix, "--force");
  process.stdout.write("Threadbook is installed in VS Code\n");
  if (mayOpen) await code(workspaceFolder());
}

async function code(...args) {
  const { status } = spawnSync("code", args, { stdio: "inherit", shell: WINDOWS });
  if (status !== 0) throw new Refusal(`code ${args[0]} failed`);
}

/** Where the user ran npm. */
function workspaceFolder() {
  return process.env.INIT_CWD ?? process.cwd();
}

async function serve({ isDemo, mayOpen, built }) {
  const folder =
    process.env.THREADBOOK_START_FOLDER ??
    path.join(HEAVY, isDemo ? "demo" : "profile");
  const running = await alreadyRunning(folder);
  if (running !== undefined) {
    process.stdout.write(`Threadbook is running already: ${running}\n`);
    return;
  }
  const stopped = untilStopped();
  const demo = isDemo ? await startDemo(folder) : undefined;
  try {
    await serveVscode({ folder, demo, mayOpen, built, stopped });
  } finally {
    await demo?.stop();
  }
}

async function serveVscode({ folder, demo, mayOpen, built, stopped }) {
  const server = await startVscode(folder, demo, built);
  try {
    const workspace = demo?.workspace ?? workspaceFolder();
    announce(folder, `${server.url}/?folder=${encodeURIComponent(workspace)}`, mayOpen);
    await Promise.race([stopped, server.gone]);
  } finally {
    await server.stop();
    fs.rmSync(runningFile(folder), { force: true });
  }
  if (!stopped.isDone()) {
    throw new Refusal(`VS Code ended; see ${path.join(folder, "server.log")}`);
  }
}

async function startVscode(folder, demo, { vsix, print }) {
  vscode.prepareProfile(folder, { machine: demo?.settings });
  const made = path.join(folder, "extensions", "extensions.json");
  const stamp = path.join(folder, "installed.stamp");
  await once({ stamp, print, made }, () => vscode.installVsix(folder, vsix, demo?.env));
  const portFile = path.join(folder, "port");
  const wanted = fs.existsSync(portFile)
    ? Number(fs.readFileSync(portFile, "utf8"))
    : 0;
  const port = await vscode.freePort(wanted);
  fs.writeFileSync(portFile, String(port));
  return vscode.startServer(folder, { port, env: demo?.env });
}

function announce(folder, address, mayOpen) {
  fs.writeFileSync(runningFile(folder), JSON.stringify({ pid: process.pid, address }));
  process.stdout.write(`Threadbook in VS Code: ${address}\nCtrl-C stops it.\n`);
  const opener = { darwin: "open", linux: "xdg-open" }[process.platform];
  const hasScreen =
    process.platform === "darwin" || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  if (mayOpen && process.stdout.isTTY && hasScreen) {
    spawn(opener, [address], { stdio: "ignore", detached: true })
      .on("error", () => {})
      .unref();
  }
}

async function alreadyRunning(folder) {
  const file = runningFile(folder);
  if (!fs.existsSync(file)) return undefined;
  const { address } = JSON.parse(fs.readFileSync(file, "utf8"));
  return (await vscode.answers(new URL(address).origin)) ? address : undefined;
}

function runningFile(folder) {
  return path.join(folder, "running.json");
}

/** Resolves on Ctrl-C, on a signal, and when the npm that started us was killed. */
function untilStopped() {
  let isDone = false;
  const stopped = new Promise((resolve) => {
    const stop = () => {
      isDone = true;
      resolve();
    };
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, stop);
    const npm = npmPid();
    if (npm !== undefined) setInterval(() => isAlive(npm) || stop(), 1_000).unref();
  });
  return Object.assign(stopped, { isDone: () => isDone });
}

/** npm runs us through a shell, which would outlive it; without npm we stand alone. */
function npmPid() {
  if (process.env.npm_lifecycle_event === undefined) return undefined;
  const parent = ["-o", "ppid=,args=", "-p", String(process.ppid)];
  const { stdout } = spawnSync("ps", parent, { encoding: "utf8" });
  const shell = /^\s*(\d+)\s+\S*sh -c /.exec(stdout ?? "");
  return shell === null ? process.ppid : Number(shell[1]);
}
