/**
 * One run of the sidecar: its process and the language client that talks to it.
 *
 * Each start makes a new `LanguageClient`: its own restarting can neither wait nor look
 * for another program, and a client that failed once refuses to start again.
 */
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  RevealOutputChannelOn,
  WorkDoneProgress,
  type CancellationToken,
  type LanguageClientOptions,
} from "vscode-languageclient/node";
import type { LogOutputChannel } from "vscode";

import { t } from "../lib/l10n.js";
import type { NotificationMethod } from "../protocol/index.js";
import type { Launch } from "./process.js";
import { SidecarProcess } from "./spawn.js";

export interface ConnectionOptions {
  /** The extension's; the sidecar must say the same. */
  readonly version: string;
  readonly log: LogOutputChannel;
  /** A folder that is safe to run in, unlike the user's. */
  readonly cwd: string;
  initializationOptions(this: void): object;
}

const NOTIFICATIONS: Readonly<Record<NotificationMethod, true>> = {
  "task/changed": true,
  "task/removed": true,
  "task/event": true,
  "task/approval": true,
  "task/approvalResolved": true,
  "index/progress": true,
  "usage/changed": true,
};

/** A run of the sidecar, as its keeper sees it. */
export interface SidecarConnection {
  /** Why the process died, in its own words; empty when it said nothing. */
  readonly lastWords: string;
  /** @throws Error when it does not start, or is of another version. */
  start(): Promise<void>;
  /** *onPart* hears how much of it is done, from 0 to 1. */
  request(
    method: string,
    params: object,
    token?: CancellationToken,
    onPart?: (part: number) => void,
  ): Promise<unknown>;
  /** Asks it to go; resolves when it is gone. */
  end(): Promise<void>;
  /** Clears away what is left when it went by itself. */
  bury(): Promise<void>;
}

export class Connection implements SidecarConnection {
  readonly #client: LanguageClient;
  readonly #version: string;
  #process: SidecarProcess | undefined;
  #followed = 0;

  constructor(
    launch: Launch,
    options: ConnectionOptions,
    onNotification: (method: NotificationMethod, params: unknown) => void,
    onLost: () => void,
  ) {
    this.#version = options.version;
    const spawn = async (): Promise<SidecarProcess["child"]> => {
      this.#process = await SidecarProcess.start(launch, options.cwd);
      return this.#process.child;
    };
    this.#client = new QuietClient(
      "threadbook",
      "Threadbook",
      spawn,
      clientOptions(options, onLost),
    );
    for (const method of Object.keys(NOTIFICATIONS) as NotificationMethod[]) {
      this.#client.onNotification(method, (params: unknown) => {
        onNotification(method, params);
      });
    }
  }

  get lastWords(): string {
    return this.#process?.lastWords ?? "";
  }

  async start(): Promise<void> {
    await this.#client.start();
    const version = this.#client.initializeResult?.serverInfo?.version ?? t("unknown");
    if (version !== this.#version) {
      throw new Error(
        t(
          "The sidecar is of version {0}, the extension of {1}; install the same.",
          version,
          this.#version,
        ),
      );
    }
  }

  async request(
    method: string,
    params: object,
    token?: CancellationToken,
    onPart?: (part: number) => void,
  ): Promise<unknown> {
    if (onPart === undefined) {
      return this.#ask(method, params, token);
    }
    this.#followed += 1;
    const workDoneToken = `request-${this.#followed}`;
    const following = this.#client.onProgress(
      WorkDoneProgress.type,
      workDoneToken,
      (progress) => {
        if (progress.kind === "report" && progress.percentage !== undefined) {
          onPart(progress.percentage / 100);
        }
      },
    );
    try {
      return await this.#ask(method, { ...params, workDoneToken }, token);
    } finally {
      following.dispose();
    }
  }

  #ask(method: string, params: object, token?: CancellationToken): Promise<unknown> {
    // A token that is undefined would be sent as a second parameter.
    return token === undefined
      ? this.#client.sendRequest(method, params)
      : this.#client.sendRequest(method, params, token);
  }

  async end(): Promise<void> {
    await this.#dispose();
    await this.#process?.end();
  }

  async bury(): Promise<void> {
    // First the process: until it is gone, the client would still try to talk to it.
    await this.#process?.end();
    await this.#dispose();
  }

  async #dispose(): Promise<void> {
    // A client that is not running can't be stopped, and says so by throwing.
    await this.#client.dispose().catch(() => undefined);
  }
}

function clientOptions(
  options: ConnectionOptions,
  lost: () => void,
): LanguageClientOptions {
  return {
    documentSelector: [],
    outputChannel: options.log,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    initializationOptions: options.initializationOptions(),
    initializationFailedHandler: () => false,
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => {
        lost();
        return { action: CloseAction.DoNotRestart, handled: true };
      },
    },
  };
}

/** Writes to the log what `LanguageClient` would put into notifications. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }

  override info(message: string, data?: unknown): void {
    super.info(message, data, false);
  }
}
