/** One run of the sidecar: its process and the language client that talks to it. */
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  RevealOutputChannelOn,
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
};

export class Connection {
  readonly client: LanguageClient;
  readonly #version: string;
  #process: SidecarProcess | undefined;

  constructor(
    launch: Launch,
    options: ConnectionOptions,
    onNotification: (method: NotificationMethod, params: unknown) => void,
    onLost: (connection: Connection) => void,
  ) {
    this.#version = options.version;
    const spawn = async (): Promise<SidecarProcess["child"]> => {
      this.#process = await SidecarProcess.start(launch, options.cwd);
      return this.#process.child;
    };
    const lost = (): void => {
      onLost(this);
    };
    this.client = new QuietClient(
      "threadbook",
      "Threadbook",
      spawn,
      clientOptions(options, lost),
    );
    for (const method of Object.keys(NOTIFICATIONS) as NotificationMethod[]) {
      this.client.onNotification(method, (params: unknown) => {
        onNotification(method, params);
      });
    }
  }

  /** Why the process died, in its own words; empty when it said nothing. */
  get lastWords(): string {
    return this.#process?.lastWords ?? "";
  }

  /** @throws Error when it does not start, or is of another version. */
  async start(): Promise<void> {
    await this.client.start();
    const version = this.client.initializeResult?.serverInfo?.version ?? t("unknown");
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

  /** Resolves when the process is gone. */
  async end(): Promise<void> {
    // A client that is not running can't be stopped, and says so by throwing.
    await this.client.dispose().catch(() => undefined);
    await this.#process?.end();
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
