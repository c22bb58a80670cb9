/** The built page in a real Chromium, with a host that records what the page posts. */
import { chromium, type Browser, type Page } from "@playwright/test";
import { build } from "esbuild";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { FromPanel, ToPanel } from "../../../../extension/src/panel/messages.js";
import { panelHtml } from "../../../../extension/src/panel/panel-html.js";
import { usedIcons } from "../../../../scripts/parts/used-icons.mjs";
import { THEMES, VSCODE_STYLE } from "./themes.js";

const ADDRESS = "http://panel.test/";
const NONCE = "n0nce";

export interface Bundle {
  readonly script: string;
  readonly highlighter: string;
  readonly style: string;
}

/** What `esbuild.mjs` makes of the page. */
export async function bundlePage(): Promise<Bundle> {
  const { resolve } = createRequire(import.meta.url);
  const source = (name: string): string =>
    resolve(`../../../../extension/webview/${name}.ts`);
  const { outputFiles } = await build({
    entryPoints: { webview: source("main"), highlighter: source("highlighter") },
    outdir: fileURLToPath(new URL(".", import.meta.url)),
    bundle: true,
    write: false,
    platform: "browser",
    target: "chrome132",
    format: "iife",
    plugins: [usedIcons(dirname(source("main")))],
    logLevel: "warning",
  });
  const ending = (name: string): string =>
    outputFiles.find((file) => file.path.endsWith(name))?.text ?? "";
  return {
    script: ending("webview.js"),
    highlighter: ending("highlighter.js"),
    style: ending(".css"),
  };
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
  /** What the host says before the page's script is there. */
  readonly early?: readonly ToPanel[];
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
  const { theme = "dark", width = 900, height = 800, state, early = [] } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    locale: "en-GB",
    timezoneId: "UTC",
  });
  const page = await context.newPage();
  const panel = new Panel(page);
  await page.route("**/*", async (route) => {
    const url = route.request().url();
    if (url === ADDRESS)
      return route.fulfill({
        contentType: "text/html",
        body: html(THEMES[theme].bodyClass),
      });
    if (url.endsWith("webview.js")) {
      await page.evaluate((all) => {
        for (const message of all) window.postMessage(message, "*");
      }, early);
      return route.fulfill({ contentType: "text/javascript", body: bundle.script });
    }
    if (url.endsWith("highlighter.js"))
      return route.fulfill({
        contentType: "text/javascript",
        body: bundle.highlighter,
      });
    if (url.endsWith("webview.css"))
      return route.fulfill({ contentType: "text/css", body: bundle.style });
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

/** The host's page as VS Code shows it: its own style comes before the page's policy. */
function html(bodyClass: string): string {
  const page = panelHtml({
    cspSource: ADDRESS,
    nonce: NONCE,
    script: `${ADDRESS}webview.js`,
    highlighter: `${ADDRESS}highlighter.js`,
    style: `${ADDRESS}webview.css`,
    title: "Task",
    language: "en",
    strings: {},
  });
  return page
    .replace("<head>", () => `<head><style>${VSCODE_STYLE}</style>`)
    .replace("<body>", () => `<body class="${bodyClass}"><div id="root"></div>`);
}
