/**
 * Run a program and wait for it. What it prints goes to our stderr, so that a script's
 * stdout stays the answer that its caller reads.
 */
import { spawn } from "node:child_process";
import process from "node:process";

/** A fault that is the user's to mend: printed as one sentence, without a stack. */
export class Refusal extends Error {}

/**
 * Run and fail on a non-zero exit.
 * With `quiet` the output is kept back and shown only when the program fails.
 */
export function run(command, args, { cwd, env, quiet = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: env ?? process.env,
      stdio: ["ignore", "pipe", "pipe"],
      shell: process.platform === "win32" && command === "npm",
    });
    const kept = [];
    const take = (chunk) => (quiet ? kept.push(chunk) : process.stderr.write(chunk));
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.on("error", (error) =>
      reject(new Refusal(`${command} could not be run: ${error.message}`)),
    );
    child.on("close", (code, signal) => {
      if (code === 0) return resolve();
      process.stderr.write(Buffer.concat(kept));
      reject(
        new Refusal(
          `${command} ${args[0] ?? ""} ended with ${signal ?? `exit code ${code}`}`,
        ),
      );
    });
  });
}

/** Whether a process exists. */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** A script's body: faults become one sentence on stderr and exit code 1. */
export async function main(body) {
  try {
    process.exitCode = (await body(process.argv.slice(2))) ?? 0;
  } catch (error) {
    const told = error instanceof Refusal ? error.message : error.stack;
    process.stderr.write(`${told}\n`);
    process.exitCode = 1;
  }
}
