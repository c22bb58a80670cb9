/**
 * Run as a program: `node leash.mjs COMMAND ARG...` keeps a command and all it starts on the
 * leash of whoever holds our stdin. When that end closes, also because its process was
 * killed, the command's whole process group goes.
 */
import { spawn } from "node:child_process";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";

const PATIENCE_MS = 5_000;
const [command, ...args] = process.argv.slice(2);

const child = spawn(command, args, {
  stdio: ["ignore", "inherit", "inherit"],
  detached: true,
});
child.on("error", (error) => {
  process.stderr.write(`${command} could not be run: ${error.message}\n`);
  process.exit(127);
});
// What the command leaves behind when it ends goes as well.
child.on("exit", (code) => void end().then(() => process.exit(code ?? 1)));

for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(signal, end);
process.stdin.on("end", end).on("error", end).resume();

async function end() {
  signalGroup("SIGTERM");
  const until = Date.now() + PATIENCE_MS;
  while (signalGroup(0) && Date.now() < until) await sleep(20);
  signalGroup("SIGKILL");
}

/** Whether anybody was there to get it; 0 only asks. */
function signalGroup(signal) {
  try {
    return process.kill(-child.pid, signal);
  } catch {
    return false;
  }
}
