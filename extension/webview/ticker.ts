/** Keeps times true between drawings: ages, running clocks, countdowns. */
import { countdown } from "./render-banner.js";
import { countingDuration, relativeTime } from "./times.js";

const SECOND = 1000;
const AGES_EVERY = 30;

/** Begins to tick; ages every half minute, what counts every second. */
export function startTicker(root: HTMLElement): void {
  let ticks = 0;
  window.setInterval(() => {
    if (document.hidden) return;
    ticks += 1;
    tickClocks(root);
    if (ticks % AGES_EVERY === 0) tickAges(root);
  }, SECOND);
}

/** Running clocks and countdowns; also after a drawing that made new ones. */
export function tickClocks(root: HTMLElement): void {
  const now = Date.now();
  each(root, "since", (since) => countingDuration(now - since));
  each(root, "until", (until) => countdown(until, now));
}

function tickAges(root: HTMLElement): void {
  const now = Date.now();
  each(root, "at", (at) => relativeTime(at, now));
}

function each(
  root: HTMLElement,
  name: "since" | "until" | "at",
  text: (value: number) => string,
): void {
  for (const element of root.querySelectorAll<HTMLElement>(`[data-${name}]`)) {
    const next = text(Number(element.dataset[name]));
    if (element.textContent !== next) element.textContent = next;
  }
}
