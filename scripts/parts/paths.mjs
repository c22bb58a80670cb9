/**
 * Where things lie in this checkout. The heavy parts (a codex binary, a VS Code, the
 * profiles that `npm start` keeps) live in `.heavy/`, which is never committed.
 */
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

export const ROOT = path.dirname(
  path.dirname(path.dirname(fileURLToPath(import.meta.url))),
);
export const HEAVY = path.join(ROOT, ".heavy");
export const VENV = path.join(ROOT, ".venv");

const WINDOWS = process.platform === "win32";
export const VENV_PYTHON = WINDOWS
  ? path.join(VENV, "Scripts", "python.exe")
  : path.join(VENV, "bin", "python");

/** A command that Python's packages put into the environment, as `ruff`. */
export function inVenv(command) {
  return WINDOWS
    ? path.join(VENV, "Scripts", `${command}.exe`)
    : path.join(VENV, "bin", command);
}
