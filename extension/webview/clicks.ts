/** Clicks and keys that belong to no single item: links, copying code, going from step to step. */
import type { FromPanel } from "../src/panel/messages.js";
import type { Deeds } from "./deeds.js";
import { targetOf } from "./links.js";

const SHOWN_AS_COPIED = 1500;

/**
 * Routes links through the host. VS Code would open links by itself (and `command:`
 * ones, were they allowed), so a click never gets past this.
 */
export function routeClicks(
  root: HTMLElement,
  post: (message: FromPanel) => void,
): void {
  const route = (event: MouseEvent): void => {
    const element = event.target instanceof Element ? event.target : null;
    const link = element?.closest("a") ?? null;
    if (link !== null) {
      event.preventDefault();
      event.stopPropagation();
      follow(link, post);
    }
    const copy = element?.closest<HTMLElement>(".codicon-copy") ?? null;
    if (copy !== null) showCopied(copy, post);
  };
  root.addEventListener("click", route);
  root.addEventListener("auxclick", route);
}

function follow(link: HTMLAnchorElement, post: (message: FromPanel) => void): void {
  const { path, line } = link.dataset;
  if (path !== undefined) {
    post({ type: "openFile", path, line: line === undefined ? null : Number(line) });
    return;
  }
  const target = targetOf(link.getAttribute("href") ?? "");
  if (target.kind === "page") post({ type: "openLink", url: target.url });
}

function showCopied(button: HTMLElement, post: (message: FromPanel) => void): void {
  if (button.classList.contains("copy-code")) {
    const code = button.closest(".code")?.querySelector("code")?.textContent;
    if (code !== undefined) post({ type: "copy", text: code });
  }
  button.classList.replace("codicon-copy", "codicon-check");
  window.setTimeout(() => {
    button.classList.replace("codicon-check", "codicon-copy");
  }, SHOWN_AS_COPIED);
}

/**
 * Alt+Up and Alt+Down go from step to step; Ctrl+F (Cmd+F) finds, Ctrl+Shift+O lists the
 * steps, wherever the focus is on the page.
 */
export function routeKeys(
  scroller: HTMLElement,
  { find, overlay }: Pick<Deeds, "find" | "overlay">,
): void {
  scroller.addEventListener("keydown", (event) => {
    const forward = event.key === "ArrowDown";
    if (!event.altKey || (!forward && event.key !== "ArrowUp")) return;
    event.preventDefault();
    stepFrom(scroller, forward);
  });
  document.addEventListener("keydown", (event) => {
    if ((!event.ctrlKey && !event.metaKey) || event.altKey) return;
    const key = event.key.toLowerCase();
    if (key === "f" && !event.shiftKey) find();
    else if (key === "o" && event.shiftKey) overlay("outline");
    else return;
    event.preventDefault();
    // VS Code would otherwise open its own.
    event.stopPropagation();
  });
}

function stepFrom(scroller: HTMLElement, forward: boolean): void {
  const turns = [...scroller.querySelectorAll<HTMLElement>("[data-turn]")];
  const top = scroller.getBoundingClientRect().top;
  const focused = turns.findIndex((turn) => turn.contains(document.activeElement));
  const inView = turns.findIndex(
    (turn) => turn.getBoundingClientRect().bottom > top + 1,
  );
  const next =
    turns[(focused < 0 ? inView : focused) + (forward ? 1 : focused < 0 ? 0 : -1)];
  next?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: "start" });
}
