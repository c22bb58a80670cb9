/**
 * The sidecar's process: started, listened to, and gone when we say so.
 *
 * While a turn runs it goes on without us: it gives up its standard streams, and ends by
 * itself with the turn. So it must survive the extension host, and those of its signals
 * that are meant for a whole group of processes.
 */
import {
  execFile,
  spawn,
  type ChildProcessWithoutNullStreams,
} from "node:child_process";

import { t } from "../lib/l10n.js";
import { messageOf } from "../lib/log.js";
import type { Launch } from "./process.js";

const TAIL = 2_000;
/** How long a process may take to go by itself. */
const PATIENCE_MS = 2_000;
/** One that is still there so long after it has closed its output goes on by itself. */
const EXITS_WITHIN_MS = 300;

export class SidecarProcess {
  readonly child: ChildProcessWithoutNullStreams;
  /** It ended, or let go of us. */
  readonly #gone: Promise<void>;
  #tail = "";

  private constructor(child: ChildProcessWithoutNullStreams) {
    this.child = child;
    this.#gone = new Promise((resolve) => {
      child.once("exit", resolve);
      child.stdout.once("close", () => setTimeout(resolve, EXITS_WITHIN_MS));
    });
    child.stderr.on("data", (chunk: Buffer) => {
      this.#tail = (this.#tail + chunk.toString()).slice(-TAIL);
    });
  }

  /** @throws Error when the program can't be started. */
  static async start(launch: Launch, cwd: string): Promise<SidecarProcess> {
    const child = spawn(launch.command, launch.args, {
      cwd,
      env: environment(),
      stdio: "pipe",
      // A group of its own. On Windows, where no turn goes on, it would get a console.
      detached: process.platform !== "win32",
      windowsHide: true,
    });
    const started = new SidecarProcess(child);
    await new Promise<void>((resolve, reject) => {
      child.once("spawn", resolve);
      child.on("error", (error) => {
        reject(
          new Error(t("{0} can't be started: {1}", launch.command, messageOf(error))),
        );
      });
    });
    return started;
  }

  /** The last line that it wrote on stderr: why it died, mostly. */
  get lastWords(): string {
    return lastLine(this.#tail);
  }

  /** Resolves when the process is gone; killed when it does not go by itself. */
  async end(patienceMs = PATIENCE_MS): Promise<void> {
    this.child.stdin.end();
    // An end that nobody reads is not noticed.
    this.child.stdout.resume();
    if (await this.#goneWithin(patienceMs)) {
      // It may go on for a while, and we need not.
      this.child.unref();
      return;
    }
    this.child.kill();
    if (!(await this.#goneWithin(patienceMs))) {
      this.child.kill("SIGKILL");
      await this.#gone;
    }
  }

  async #goneWithin(milliseconds: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(() => {
        resolve(false);
      }, milliseconds);
    });
    const gone = await Promise.race([this.#gone.then(() => true as const), late]);
    clearTimeout(timer);
    return gone;
  }
}

/**
 * Runs another command of the sidecar's program to its end.
 * @throws Error with its last words.
 */
export async function runOnce(
  launch: Launch,
  args: readonly string[],
  cwd: string,
): Promise<void> {
  // What begins the program is the same; `serve` comes last.
  const all = [...launch.args.slice(0, -1), ...args];
  const options = { cwd, env: environment(), windowsHide: true };
  await new Promise<void>((resolve, reject) => {
    execFile(launch.command, all, options, (error, _stdout, stderr) => {
      if (error === null) {
        resolve();
      } else {
        reject(new Error(lastLine(stderr) || messageOf(error)));
      }
    });
  });
}

function lastLine(text: string): string {
  return text.trim().split(/\r?\n/).at(-1) ?? "";
}

/** What VS Code tells its own processes; the codex below us runs other programs. */
const INTERNAL = /^(ELECTRON_|VSCODE_(?!IPC_HOOK_CLI$))/;

function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !INTERNAL.test(name)),
  );
}
