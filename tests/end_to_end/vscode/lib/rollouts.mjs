/** Tasks of a user's own, written as Codex 0.98 does, beside a VS Code that is open. */
import fs from "node:fs";
import path from "node:path";

let made = 0;

/** A finished task of one step, active at that time; answers its file. */
export function writeTask(home, { cwd, said, at = Date.now() }) {
  const id = `0199f000-0000-7000-8000-${String((made += 1)).padStart(12, "0")}`;
  const timestamp = new Date(at).toISOString();
  const meta = {
    id,
    timestamp,
    cwd,
    originator: "codex_cli_rs",
    cli_version: "0.98.0",
  };
  const folder = path.join(home, "sessions", ...timestamp.slice(0, 10).split("-"));
  fs.mkdirSync(folder, { recursive: true });
  const name = `rollout-${timestamp.slice(0, 19).replaceAll(":", "-")}-${id}.jsonl`;
  const file = path.join(folder, name);
  const head = { timestamp, type: "session_meta", payload: { ...meta, source: "cli" } };
  fs.writeFileSync(file, `${JSON.stringify(head)}\n${step(said, at)}`);
  return file;
}

/** One more step, as another program adds it. */
export function addStep(file, said, at = Date.now()) {
  fs.appendFileSync(file, step(said, at));
}

function step(said, at) {
  const timestamp = new Date(at).toISOString();
  return [
    { type: "user_message", message: said },
    { type: "agent_message", message: "Done" },
  ]
    .map((payload) => `${JSON.stringify({ timestamp, type: "event_msg", payload })}\n`)
    .join("");
}
