/**
 * Start programs that can't outlive us: each runs with all its children in a process group
 * of its own, behind `leash.mjs`, which ends the group as soon as we are gone.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import process from "node:process";

import { ROOT } from "./paths.mjs";

const LEASH = path.join(ROOT, "scripts", "parts", "leash.mjs");

/** `output` is a file descriptor for stdout and stderr, or "pipe" to read stdout ourselves. */
export function startLeashed(command, args, { cwd, env, output }) {
  const outputs = output === "pipe" ? ["pipe", "inherit"] : [output, output];
  const child = spawn(process.execPath, [LEASH, command, ...args], {
    cwd,
    env,
    stdio: ["pipe", ...outputs],
    detached: true,
  });
  // Whether it ended by itself or by us, closing its stdin is all that we do to it.
  child.stdin.on("error", () => {});
  const gone = once(child, "exit");
  return {
    pid: child.pid,
    stdout: child.stdout,
    gone,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    async stop() {
      child.stdin.end();
      await gone;
    },
  };
}
