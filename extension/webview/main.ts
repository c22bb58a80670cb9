/** The panel's page in a webview: takes the host's messages and its translations. */
import "@vscode/codicons/dist/codicon.css";
import "./panel.css";
import type { ToPanel } from "../src/panel/messages.js";
import { Page } from "./page.js";
import type { Host } from "./state.js";
import { useLanguage, useStrings } from "./strings.js";

/** What the page's own few lines (`panel-html.ts`) began before this script was there. */
interface Early {
  readonly host: Host;
  readonly messages: readonly Post[];
  readonly take: (event: MessageEvent<Post>) => void;
}

/** Several messages that the host had to say at once come as one. */
type Post = ToPanel | readonly ToPanel[];

declare global {
  interface Window {
    readonly early: Early;
  }
}

/** The host's page may carry `<script type="application/json" id="strings">`. */
const strings = document.getElementById("strings")?.textContent;
if (strings !== undefined) useStrings(JSON.parse(strings) as Record<string, string>);

useLanguage(document.documentElement.lang);

const { host, messages, take } = window.early;
const page = new Page(host, document.getElementById("root") ?? document.body);
window.removeEventListener("message", take);
window.addEventListener("message", (event: MessageEvent<Post>) => {
  for (const message of [event.data].flat()) page.take(message);
});
page.start(messages.flat());
