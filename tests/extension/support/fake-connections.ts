/** Runs of a sidecar whose life a test decides over, and a clock that stands still. */
import type { NotificationMethod } from "../../../extension/src/protocol/index.js";
import { Sidecar } from "../../../extension/src/sidecar/client.js";
import type { SidecarConnection } from "../../../extension/src/sidecar/connection.js";
import type { Launch } from "../../../extension/src/sidecar/process.js";
import { failed, ok } from "../../../extension/src/lib/result.js";

export class FakeConnection implements SidecarConnection {
  lastWords = "";
  /** How this run came to its end. */
  fate: "runs" | "ended" | "buried" = "runs";
  answer: (method: string, params: object) => unknown = () => ({});
  notify: (method: NotificationMethod, params: unknown) => void = () => undefined;
  lose: () => void = () => undefined;
  readonly #start: () => Promise<void>;

  constructor(start: () => Promise<void>) {
    this.#start = start;
  }

  start(): Promise<void> {
    return this.#start();
  }

  async request(method: string, params: object): Promise<unknown> {
    return Promise.resolve(this.answer(method, params));
  }

  end(): Promise<void> {
    this.fate = "ended";
    return Promise.resolve();
  }

  bury(): Promise<void> {
    this.fate = "buried";
    return Promise.resolve();
  }

  /** Dies as a killed process does. */
  crash(lastWords = "Killed"): void {
    this.lastWords = lastWords;
    this.lose();
  }
}

const LAUNCH: Launch = { command: "threadbook", args: ["serve"], source: "installed" };

export class SidecarWorld {
  readonly runs: FakeConnection[] = [];
  readonly logged: string[] = [];
  readonly heard: string[] = [];
  /** How each start goes; what is left out succeeds. */
  starts: (() => Promise<void>)[] = [];
  missing: string | undefined;
  traces = false;
  #due: { readonly milliseconds: number; readonly callback: () => void }[] = [];
  readonly sidecar: Sidecar;

  constructor() {
    const write = (message: string): void => {
      this.logged.push(message);
    };
    this.sidecar = new Sidecar({
      log: { info: write, warn: write, error: write },
      launch: () => (this.missing === undefined ? ok(LAUNCH) : failed(this.missing)),
      connect: (_launch, notify, lose) => this.#connect(notify, lose),
      traces: () => this.traces,
      delay: (milliseconds, callback) => {
        const entry = { milliseconds, callback };
        this.#due.push(entry);
        return () => (this.#due = this.#due.filter((due) => due !== entry));
      },
    });
    this.sidecar.onState((state) => this.heard.push(state));
    this.sidecar.onTrouble(({ message }) => this.heard.push(message));
  }

  get lastRun(): FakeConnection {
    const run = this.runs.at(-1);
    if (run === undefined) {
      throw new Error("nothing was started");
    }
    return run;
  }

  /** Lets the time come that is waited for; answers how long that would be. */
  elapse(): readonly number[] {
    const due = this.#due;
    this.#due = [];
    due.forEach(({ callback }) => {
      callback();
    });
    return due.map(({ milliseconds }) => milliseconds);
  }

  #connect(notify: FakeConnection["notify"], lose: () => void): FakeConnection {
    const run = new FakeConnection(this.starts.shift() ?? (() => Promise.resolve()));
    run.notify = notify;
    run.lose = lose;
    this.runs.push(run);
    return run;
  }
}
