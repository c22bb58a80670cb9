/** The built page in a real Chromium, with a host that records what the page posts. */
import { chromium, type Browser, type Page } from "@playwright/test";
import { build } from "esbuild";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { FromPanel, ToPanel } from "../../../../extension/src/panel/messages.js";
import { THEMES, VSCODE_STYLE } from "./themes.js";

const ADDRESS = "http://panel.test/";
const NONCE = "n0nce";
const POLICY = [
  "default-src 'none'",
  `script-src 'nonce-${NONCE}'`,
  `style-src ${ADDRESS}`,
  `font-src ${ADDRESS} data:`,
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

export interface Bundle {
  readonly script: string;
  readonly style: string;
}

/** What `esbuild.mjs` makes of the page. */
export async function bundlePage(): Promise<Bundle> {
  const main = createRequire(import.meta.url).resolve(
    "../../../../extension/webview/main.ts",
  );
  const { outputFiles } = await build({
    entryPoints: { webview: main },
    outdir: fileURLToPath(new URL(".", import.meta.url)),
    bundle: true,
    write: false,
    platform: "browser",
    target: "chrome132",
    format: "iife",
    loader: { ".ttf": "dataurl" },
    logLevel: "warning",
  });
  const ending = (name: string): string =>
    outputFiles.find((file) => file.path.endsWith(name))?.text ?? "";
  return { script: ending(".js"), style: ending(".css") };
}

export function launch(): Promise<Browser> {
  const args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"];
  return chromium.launch({
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    args,
  });
}

export interface PanelOptions {
  readonly theme?: keyof typeof THEMES;
  readonly width?: number;
  readonly height?: number;
  readonly state?: unknown;
}

/** A panel: send to it as the host does, and see what it posted. */
export class Panel {
  readonly page: Page;
  /** Requests that left the page, and rules of the policy that it broke: none are right. */
  readonly offences: string[] = [];

  constructor(page: Page) {
    this.page = page;
  }

  async send(...messages: readonly ToPanel[]): Promise<void> {
    await this.page.evaluate(async (all) => {
      for (const message of all) window.postMessage(message, "*");
      await new Promise((done) => {
        setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(done)), 0);
      });
    }, messages);
  }

  /** What the page posted; the drafts that it posts as one writes are left out. */
  posted(): Promise<readonly FromPanel[]> {
    return this.page.evaluate(() =>
      (window as unknown as { posted: FromPanel[] }).posted.filter(
        ({ type }) => type !== "draft",
      ),
    );
  }

  state(): Promise<unknown> {
    return this.page.evaluate(() => (window as unknown as { kept: unknown }).kept);
  }
}

export async function openPanel(
  browser: Browser,
  bundle: Bundle,
  options: PanelOptions = {},
): Promise<Panel> {
  const { theme = "dark", width = 900, height = 800, state } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    locale: "en-GB",
    timezoneId: "UTC",
  });
  const page = await context.newPage();
  const panel = new Panel(page);
  await page.route("**/*", (route) => {
    const url = route.request().url();
    if (url === ADDRESS)
      return route.fulfill({
        contentType: "text/html",
        body: html(THEMES[theme].bodyClass),
      });
    if (url.endsWith("webview.js"))
      return route.fulfill({ contentType: "text/javascript", body: bundle.script });
    if (url.endsWith("webview.css"))
      return route.fulfill({ contentType: "text/css", body: bundle.style });
    if (url.endsWith("vscode.css"))
      return route.fulfill({ contentType: "text/css", body: VSCODE_STYLE });
    panel.offences.push(url);
    return route.abort();
  });
  page.on("console", (message) => {
    if (message.type() === "error") panel.offences.push(message.text());
  });
  page.on("pageerror", (error) => panel.offences.push(String(error)));
  // tsx names functions by a helper of its own, also those that are sent into the page.
  await page.addInitScript("globalThis.__name = (named) => named;");
  await page.addInitScript(fakeHost, { variables: THEMES[theme].variables, state });
  await page.goto(ADDRESS);
  await page.waitForSelector("textarea");
  return panel;
}

function fakeHost({
  variables,
  state,
}: {
  variables: Readonly<Record<string, string>>;
  state: unknown;
}): void {
  const host = { posted: [] as unknown[], kept: state };
  Object.assign(window, host, {
    acquireVsCodeApi: () => ({
      postMessage: (message: unknown) => host.posted.push(message),
      getState: () => host.kept,
      setState: (next: unknown) => {
        Object.assign(window, { kept: next });
      },
    }),
  });
  document.addEventListener("DOMContentLoaded", () => {
    for (const [name, value] of Object.entries(variables)) {
      document.documentElement.style.setProperty(`--vscode-${name}`, value);
    }
  });
}

function html(bodyClass: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}"><title>Task</title>
<link rel="stylesheet" href="${ADDRESS}vscode.css"><link rel="stylesheet" href="${ADDRESS}webview.css"></head>
<body class="${bodyClass}"><div id="root"></div><script nonce="${NONCE}" src="${ADDRESS}webview.js"></script></body></html>`;
}
