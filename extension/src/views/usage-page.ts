/**
 * The usage page: an editor tab with the page that the sidecar writes. It has no
 * scripts; a task's name in it is a link to a command of ours.
 */
import * as vscode from "vscode";

import { Disposables } from "../lib/disposables.js";
import { t } from "../lib/l10n.js";
import { messageOf } from "../lib/log.js";
import type { Response } from "../protocol/index.js";
import type { Sidecar } from "../sidecar/client.js";
import { usagePageWords } from "./usage-page-words.js";

export const USAGE_PAGE_TYPE = "threadbook.usagePage";
/** While tasks are still being read the figures grow: look again after so long. */
const AGAIN_MS = 2_000;
const TASK_LINK = "command:threadbook.open?%5B%22{threadId}%22%5D";

export class UsagePage implements vscode.WebviewPanelSerializer, vscode.Disposable {
  readonly #sidecar: Sidecar;
  readonly #media: vscode.Uri;
  readonly #held = new Disposables();
  #panel: vscode.WebviewPanel | undefined;
  /** Of several readings only the newest is shown. */
  #asked = 0;
  #again: NodeJS.Timeout | undefined;

  constructor(sidecar: Sidecar, extensionUri: vscode.Uri) {
    this.#sidecar = sidecar;
    this.#media = vscode.Uri.joinPath(extensionUri, "extension", "media");
    this.#held.add(vscode.window.registerWebviewPanelSerializer(USAGE_PAGE_TYPE, this));
    this.#held.add(
      sidecar.onState((state) => {
        if (state === "running") {
          void this.refresh();
        }
      }),
    );
  }

  open(): Promise<void> {
    if (this.#panel === undefined) {
      const title = t("Threadbook: Usage");
      const active = vscode.ViewColumn.Active;
      this.#keep(
        vscode.window.createWebviewPanel(USAGE_PAGE_TYPE, title, active, {
          enableFindWidget: true,
        }),
      );
    }
    this.#panel?.reveal();
    return this.refresh();
  }

  async refresh(): Promise<void> {
    const panel = this.#panel;
    if (!panel?.visible) {
      return;
    }
    if (panel.webview.html === "") {
      panel.webview.html = messagePage(t("Loading…"));
    }
    this.#asked += 1;
    const asked = this.#asked;
    clearTimeout(this.#again);
    const { html, isPartial } = await this.#read();
    if (asked === this.#asked && panel === this.#panel) {
      panel.webview.html = html;
      if (isPartial) {
        this.#again = setTimeout(() => void this.refresh(), AGAIN_MS);
      }
    }
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    this.#keep(panel);
    return this.refresh();
  }

  dispose(): void {
    this.#held.dispose();
    clearTimeout(this.#again);
    // The page stays open: VS Code brings it back.
  }

  #keep(panel: vscode.WebviewPanel): void {
    this.#panel?.dispose();
    this.#panel = panel;
    panel.iconPath = {
      light: vscode.Uri.joinPath(this.#media, "usage-light.svg"),
      dark: vscode.Uri.joinPath(this.#media, "usage-dark.svg"),
    };
    panel.webview.options = { enableCommandUris: ["threadbook.open"] };
    panel.onDidDispose(() => {
      this.#panel = this.#panel === panel ? undefined : this.#panel;
    });
    let wasVisible = panel.visible;
    panel.onDidChangeViewState(() => {
      if (panel.visible && !wasVisible) {
        void this.refresh();
      }
      wasVisible = panel.visible;
    });
  }

  async #read(): Promise<Response<"usage/page">> {
    try {
      return await this.#sidecar.request("usage/page", {
        language: vscode.env.language,
        words: usagePageWords(),
        thousands: thousands(vscode.env.language),
        taskLink: TASK_LINK,
      });
    } catch (thrown) {
      return { html: messagePage(messageOf(thrown)), isPartial: false };
    }
  }
}

/** What parts the thousands of a number; "" where nothing does. */
function thousands(language: string): string {
  const parts = new Intl.NumberFormat(language).formatToParts(1_234_567);
  return parts.find(({ type }) => type === "group")?.value ?? "";
}

function messagePage(message: string): string {
  const text = message.replace(/[&<>]/g, (found) => `&#${found.charCodeAt(0)};`);
  return `<!doctype html><html><body><p>${text}</p></body></html>`;
}
