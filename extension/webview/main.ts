/** The panel's page in a webview: takes the host's messages and its translations. */
import "@vscode/codicons/dist/codicon.css";
import "./panel.css";
import type { ToPanel } from "../src/panel/messages.js";
import { Page } from "./page.js";
import type { Host } from "./state.js";
import { useLanguage, useStrings } from "./strings.js";

declare function acquireVsCodeApi(): Host;

/** The host's page may carry `<script type="application/json" id="strings">`. */
const strings = document.getElementById("strings")?.textContent;
if (strings !== undefined) useStrings(JSON.parse(strings) as Record<string, string>);

useLanguage(document.documentElement.lang);

const page = new Page(
  acquireVsCodeApi(),
  document.getElementById("root") ?? document.body,
);
window.addEventListener("message", (event: MessageEvent<ToPanel>) => {
  page.take(event.data);
});
page.start();
