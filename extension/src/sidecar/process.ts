/**
 * Which sidecar to start. Facts come in, so that every platform can be tested on one.
 *
 * The order: the user's choice of Python, the build that ships in the extension, an
 * installed `threadbook`, the environment of a development checkout.
 */
import { statSync } from "node:fs";
import * as path from "node:path";

import { t } from "../lib/l10n.js";
import { failed, ok, type Result } from "../lib/result.js";

export interface LaunchFacts {
  readonly extensionPath: string;
  /** The setting `threadbook.pythonPath`; empty: not set. */
  readonly pythonPath: string;
  readonly platform: NodeJS.Platform;
  /** The environment's PATH. */
  readonly searchPath: string;
  readonly userHome: string;
  isFile(this: void, path: string): boolean;
}

export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly source: "setting" | "bundled" | "installed" | "checkout";
}

export function findSidecar(facts: LaunchFacts): Result<Launch, string> {
  if (facts.pythonPath !== "") {
    return fromSetting(facts);
  }
  const found = bundled(facts) ?? installed(facts) ?? checkout(facts);
  return found === undefined
    ? failed(
        t(
          "Threadbook's sidecar is missing: install the Threadbook build for this platform, or Python 3.11+ with the threadbook package, and set threadbook.pythonPath.",
        ),
      )
    : ok(found);
}

export function isFile(file: string): boolean {
  try {
    return statSync(file).isFile();
  } catch {
    // Not there, or in a folder that we may not look into: no program for us.
    return false;
  }
}

export function isFolder(folder: string): boolean {
  try {
    return statSync(folder).isDirectory();
  } catch {
    return false;
  }
}

/** "~/x" as the user's shell reads it. */
export function expandHome(written: string, userHome: string): string {
  return /^~(?=$|[\\/])/.test(written) ? userHome + written.slice(1) : written;
}

function fromSetting(facts: LaunchFacts): Result<Launch, string> {
  const command = expandHome(facts.pythonPath, facts.userHome);
  const isBareName = !/[\\/]/.test(command);
  if (!isBareName && !facts.isFile(command)) {
    return failed(t("threadbook.pythonPath names no file: {0}", command));
  }
  return ok({ command, args: pythonArgs, source: "setting" });
}

// -P: never import from the working folder.
const pythonArgs = ["-P", "-m", "threadbook", "serve"] as const;

function bundled(facts: LaunchFacts): Launch | undefined {
  const folder = join(facts, facts.extensionPath, "extension", "bundled", "threadbook");
  const command = join(facts, folder, executable(facts, "threadbook"));
  return facts.isFile(command)
    ? { command, args: ["serve"], source: "bundled" }
    : undefined;
}

function installed(facts: LaunchFacts): Launch | undefined {
  const paths = pathsOf(facts);
  // A relative entry of PATH would run whatever lies in the working folder.
  const command = facts.searchPath
    .split(paths.delimiter)
    .filter((folder) => paths.isAbsolute(folder))
    .map((folder) => join(facts, folder, executable(facts, "threadbook")))
    .find((file) => facts.isFile(file));
  return command === undefined
    ? undefined
    : { command, args: ["serve"], source: "installed" };
}

function checkout(facts: LaunchFacts): Launch | undefined {
  const folder = facts.platform === "win32" ? "Scripts" : "bin";
  const python = executable(facts, "python");
  const command = join(facts, facts.extensionPath, ".venv", folder, python);
  return facts.isFile(command)
    ? { command, args: pythonArgs, source: "checkout" }
    : undefined;
}

function executable(facts: LaunchFacts, name: string): string {
  return facts.platform === "win32" ? `${name}.exe` : name;
}

function join(facts: LaunchFacts, ...parts: string[]): string {
  return pathsOf(facts).join(...parts);
}

function pathsOf(facts: LaunchFacts): path.PlatformPath {
  return facts.platform === "win32" ? path.win32 : path.posix;
}
