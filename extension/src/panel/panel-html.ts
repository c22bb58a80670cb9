/** The panel's page before its script runs. Nothing from a conversation is in it. */

export interface PageSources {
  /** The webview's `cspSource`. */
  readonly cspSource: string;
  readonly nonce: string;
  readonly script: string;
  /** What the page fetches when the first things are to be seen. */
  readonly highlighter: string;
  readonly style: string;
  readonly title: string;
  readonly language: string;
  /** Translations by English text. */
  readonly strings: Readonly<Record<string, unknown>>;
}

/**
 * Says `ready` at once and keeps what comes: the host's answer is on its way while VS Code
 * still fetches the bundle, whose `main.ts` takes both over. Meanwhile the browser learns
 * to write times and numbers, which takes a process 20 ms once.
 */
const GREETING = `window.early = { host: acquireVsCodeApi(), messages: [] };
window.early.take = (event) => window.early.messages.push(event.data);
window.addEventListener("message", window.early.take);
window.early.host.postMessage({ type: "ready" });
setTimeout(() => new Intl.RelativeTimeFormat(document.documentElement.lang));`;

export function panelHtml(sources: PageSources): string {
  const { cspSource, nonce, script, style, title, language, strings } = sources;
  const { highlighter } = sources;
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource}`,
    `font-src ${cspSource} data:`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!doctype html>
<html lang="${escapeHtml(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<script nonce="${nonce}">${GREETING}</script>
<link rel="stylesheet" href="${style}">
<script type="application/json" id="strings">${escapeScript(strings)}</script>
<script nonce="${nonce}" src="${script}" data-highlighter="${highlighter}" defer></script>
</head>
<body>
</body>
</html>`;
}

/** JSON that ends no script element. */
function escapeScript(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
