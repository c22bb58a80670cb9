/**
 * The sidecar, as the rest of the extension sees it: typed requests and notifications,
 * and a process behind them that is started, watched and restarted.
 */
import type { CancellationToken } from "vscode-languageclient/node";

import type { Disposable } from "../lib/disposables.js";
import { Emitter, type Event } from "../lib/events.js";
import { t } from "../lib/l10n.js";
import { messageOf, type Log } from "../lib/log.js";
import type { Result } from "../lib/result.js";
import type {
  NotificationMethod,
  Notifications,
  Params,
  Requester,
  RequestMethod,
  Response,
  SidecarState,
} from "../protocol/index.js";
import type { SidecarConnection } from "./connection.js";
import { SidecarError, toSidecarError } from "./errors.js";
import type { Launch } from "./process.js";
import { RestartBudget } from "./restarts.js";

export interface SidecarOptions {
  readonly log: Log;
  /** Which program to start; asked before each start. */
  launch(this: void): Result<Launch, string>;
  connect(
    this: void,
    launch: Launch,
    onNotification: (method: NotificationMethod, params: unknown) => void,
    onLost: () => void,
  ): SidecarConnection;
  /** Whether requests are logged: methods and times, never what they say. */
  traces(this: void): boolean;
  /** Calls back later; answers what cancels it. */
  delay(this: void, milliseconds: number, callback: () => void): () => void;
}

/** What the user should hear about. */
export interface SidecarTrouble {
  readonly message: string;
  readonly restarts: boolean;
}

export class Sidecar implements Requester, Disposable {
  readonly #options: SidecarOptions;
  readonly #budget = new RestartBudget();
  readonly #states = new Emitter<SidecarState>();
  readonly #troubles = new Emitter<SidecarTrouble>();
  readonly #notifications = new Emitter<readonly [NotificationMethod, unknown]>();
  #state: SidecarState = "stopped";
  #failure: string | undefined;
  #connection: SidecarConnection | undefined;
  #queue: Promise<void> = Promise.resolve();
  #cancelRestart: () => void = () => undefined;

  readonly onState: Event<SidecarState> = this.#states.event;
  readonly onTrouble: Event<SidecarTrouble> = this.#troubles.event;

  constructor(options: SidecarOptions) {
    this.#options = options;
  }

  get state(): SidecarState {
    return this.#state;
  }

  /** Why it does not run, when it should. */
  get failure(): string | undefined {
    return this.#failure;
  }

  start(): Promise<void> {
    return this.#enqueue(() => this.#open("starting"));
  }

  stop(): Promise<void> {
    return this.#enqueue(() => this.#close("stopped"));
  }

  restart(): Promise<void> {
    this.#budget.reset();
    return this.#enqueue(async () => {
      await this.#close("restarting");
      await this.#open("starting");
    });
  }

  dispose(): Promise<void> {
    return this.stop();
  }

  /**
   * Waits for a sidecar that starts. *onPart* hears how much of a long request is done,
   * from 0 to 1.
   *
   * @throws SidecarError
   */
  async request<M extends RequestMethod>(
    method: M,
    params: Params<M>,
    token?: CancellationToken,
    onPart?: (part: number) => void,
  ): Promise<Response<M>> {
    const connection = await this.#running();
    const since = performance.now();
    try {
      const response = await connection.request(method, params, token, onPart);
      this.#trace(method, since, "ok");
      // Both sides are of one version, and made from one protocol.
      return response as Response<M>;
    } catch (thrown) {
      const error = toSidecarError(thrown);
      this.#trace(method, since, error.kind);
      throw error;
    }
  }

  onNotification<M extends NotificationMethod>(
    method: M,
    listener: (params: Notifications[M]) => unknown,
  ): Disposable {
    return this.#notifications.event(([name, params]) => {
      if (name === method) {
        listener(params as Notifications[M]);
      }
    });
  }

  async #running(): Promise<SidecarConnection> {
    while (this.#state === "starting" || this.#state === "restarting") {
      await this.#nextState();
    }
    if (this.#connection === undefined) {
      const reason = this.#failure ?? t("Threadbook's sidecar is not running.");
      throw new SidecarError("sidecarGone", reason);
    }
    return this.#connection;
  }

  #nextState(): Promise<void> {
    return new Promise((resolve) => {
      const waiting = this.#states.event(() => {
        waiting.dispose();
        resolve();
      });
    });
  }

  #trace(method: string, since: number, outcome: string): void {
    if (this.#options.traces()) {
      const took = Math.round(performance.now() - since);
      this.#options.log.info(`${method} ${outcome} ${took} ms`);
    }
  }

  /** One step after the other; a restart that waits is overtaken. */
  #enqueue(step: () => Promise<void>): Promise<void> {
    this.#cancelRestart();
    const done = this.#queue.then(step);
    this.#queue = done.catch(() => undefined);
    return done;
  }

  #become(state: SidecarState, failure?: string): void {
    this.#failure = failure;
    this.#state = state;
    this.#states.fire(state);
  }

  async #open(state: "starting" | "restarting"): Promise<void> {
    if (this.#connection !== undefined) {
      return;
    }
    this.#become(state);
    const launch = this.#options.launch();
    if (!launch.ok) {
      this.#giveUp(launch.error);
      return;
    }
    this.#options.log.info(`Sidecar (${launch.value.source}): ${launch.value.command}`);
    const connection = this.#connect(launch.value);
    try {
      await connection.start();
      this.#connection = connection;
      this.#become("running");
    } catch (thrown) {
      await connection.end();
      this.#notStarted(state, connection.lastWords || messageOf(thrown));
    }
  }

  #connect(launch: Launch): SidecarConnection {
    const connection = this.#options.connect(
      launch,
      (method, params) => {
        this.#notifications.fire([method, params]);
      },
      () => {
        this.#lost(connection);
      },
    );
    return connection;
  }

  #notStarted(state: "starting" | "restarting", reason: string): void {
    if (state === "restarting") {
      this.#afterCrash(reason);
    } else {
      this.#giveUp(t("Threadbook's sidecar did not start: {0}", reason));
    }
  }

  /** A connection closed, and not because we asked for it. */
  #lost(connection: SidecarConnection): void {
    if (this.#connection === connection) {
      this.#connection = undefined;
      void this.#enqueue(() => connection.bury());
      this.#afterCrash(connection.lastWords);
    }
  }

  #afterCrash(reason: string): void {
    const delay = this.#budget.afterCrash(Date.now());
    if (delay === null) {
      this.#giveUp(t("Threadbook's sidecar keeps stopping: {0}", reason));
      return;
    }
    this.#options.log.warn(`The sidecar stopped and is started again: ${reason}`);
    this.#become("restarting");
    this.#cancelRestart = this.#options.delay(delay, () => {
      void this.#enqueue(() => this.#open("restarting"));
    });
    this.#troubles.fire({
      message: t("Threadbook's sidecar stopped unexpectedly and is started again."),
      restarts: true,
    });
  }

  #giveUp(message: string): void {
    this.#options.log.error(message);
    this.#become("stopped", message);
    this.#troubles.fire({ message, restarts: false });
  }

  async #close(next: "stopped" | "restarting"): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    this.#become(next);
    await connection?.end();
  }
}
