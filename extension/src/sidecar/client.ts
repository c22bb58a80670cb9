/**
 * The sidecar, as the rest of the extension sees it: typed requests and notifications,
 * and a process behind them that is started, watched and restarted.
 *
 * Each start makes a new `LanguageClient`: its own restarting can neither wait nor look
 * for another program, and a client that failed once refuses to start again.
 */
import type { CancellationToken, LanguageClient } from "vscode-languageclient/node";

import type { Disposable } from "../lib/disposables.js";
import { Emitter, type Event } from "../lib/events.js";
import { t } from "../lib/l10n.js";
import { messageOf } from "../lib/log.js";
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
import { Connection, type ConnectionOptions } from "./connection.js";
import { SidecarError, toSidecarError } from "./errors.js";
import type { Launch } from "./process.js";
import { RestartBudget } from "./restarts.js";

export interface SidecarOptions extends ConnectionOptions {
  launch(this: void): Result<Launch, string>;
  /** Whether requests are logged: methods and times, never what they say. */
  traces(this: void): boolean;
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
  #connection: Connection | undefined;
  #queue: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

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

  /** Waits for a sidecar that starts; @throws SidecarError */
  async request<M extends RequestMethod>(
    method: M,
    params: Params<M>,
    token?: CancellationToken,
  ): Promise<Response<M>> {
    const client = await this.#running();
    const since = performance.now();
    try {
      // A token that is undefined would be sent as a second parameter.
      const response = await (token === undefined
        ? client.sendRequest<Response<M>>(method, params)
        : client.sendRequest<Response<M>>(method, params, token));
      this.#trace(method, since, "ok");
      return response;
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
        // Both sides are of one version, and made from one protocol.
        listener(params as Notifications[M]);
      }
    });
  }

  async #running(): Promise<LanguageClient> {
    while (this.#state === "starting" || this.#state === "restarting") {
      await this.#nextState();
    }
    if (this.#connection === undefined) {
      const reason = this.#failure ?? t("Threadbook's sidecar is not running.");
      throw new SidecarError("sidecarGone", reason);
    }
    return this.#connection.client;
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
    clearTimeout(this.#timer);
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

  #connect(launch: Launch): Connection {
    return new Connection(
      launch,
      this.#options,
      (method, params) => {
        this.#notifications.fire([method, params]);
      },
      (connection) => {
        this.#lost(connection);
      },
    );
  }

  #notStarted(state: "starting" | "restarting", reason: string): void {
    if (state === "restarting") {
      this.#afterCrash(reason);
    } else {
      this.#giveUp(t("Threadbook's sidecar did not start: {0}", reason));
    }
  }

  /** A connection closed, and not because we asked for it. */
  #lost(connection: Connection): void {
    if (this.#connection === connection) {
      this.#connection = undefined;
      void this.#enqueue(() => connection.end());
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
    this.#timer = setTimeout(() => {
      void this.#enqueue(() => this.#open("restarting"));
    }, delay);
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
