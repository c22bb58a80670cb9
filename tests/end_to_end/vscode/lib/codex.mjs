/** Codex itself, as from a terminal beside VS Code. */
import { spawnSync } from "node:child_process";
import process from "node:process";

/** A new task in the folder that is open; *words* are for the mock model. */
export function codexExec(world, words) {
  const args = ["exec", "--skip-git-repo-check", "--json", words];
  const { status, stdout, stderr } = spawnSync(world.demo.codex, args, {
    cwd: world.workspace,
    env: { ...process.env, ...world.env },
    encoding: "utf8",
    input: "",
    timeout: 60_000,
  });
  if (status !== 0) throw new Error(stderr);
  const events = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  return events.find(({ type }) => type === "thread.started").thread_id;
}
