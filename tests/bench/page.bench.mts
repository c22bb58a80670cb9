/**
 * The panel's page with a task of 20,000 items, in a real Chromium: how long its frames
 * take on the way to the beginning and back, while a turn streams, and what it keeps.
 *
 * `npm run bench -- page` prints the table. `npx tsx tests/bench/page.bench.mts [ITEMS]`
 * prints a row a line as JSON: `{what, value, unit, goal, cpu}`; `cpu` is what the page's
 * main thread itself took, which a busy machine changes less than the wall time.
 */
import process from "node:process";
import type { Browser } from "@playwright/test";
import type { ToPanel } from "../../extension/src/panel/messages.js";
import type { Turn } from "../../extension/src/protocol/index.js";
import type { Item } from "../../extension/webview/wire.js";
import {
  bundlePage,
  launch,
  openPanel,
  type Panel,
} from "../extension/webview/browser/open-page.js";
import { asked, ran, said, task, text, turn } from "../extension/webview/samples.js";

const ITEMS = Number(process.argv[2] ?? 20_000);
const PER_TURN = 10;
const PAGE = 20;

const PROSE = `Each line is read **once** and its problems are kept, see [importer.py](ledger/importer.py:44).

\`\`\`python
def read(path: Path) -> Iterator[Entry]:
    for number, line in enumerate(path.open(), start=1):
        yield parse(number, line)
\`\`\`

- the importer goes on after a broken line
- the summary names what was left out`;
const DIFF = `@@ -1,4 +1,6 @@\n context\n-old line\n${"+new line of code here\n".repeat(6)} context\n`;
const OUTPUT = Array.from({ length: 40 }, (_, index) => `row ${index} passed`).join(
  "\n",
);

function itemsOf(number: number): readonly Item[] {
  const id = (name: string): string => `${name}${number}`;
  return [
    asked(id("u"), `Question ${number}: ${"some words ".repeat(12)}`),
    {
      type: "reasoning",
      itemId: id("r"),
      at: null,
      text: text("**Looking**\n\nAt it."),
    },
    ran(id("x"), `pytest -q tests/test_${number}.py`, OUTPUT),
    ran(id("y"), "git status --short", " M ledger/importer.py\n"),
    {
      type: "fileChange",
      itemId: id("f"),
      at: null,
      status: "completed",
      changes: [
        { path: "ledger/importer.py", kind: "update", diff: text(DIFF), movedTo: null },
      ],
    },
    said(id("c"), "I'll look at how it is called."),
    ran(id("z"), "rg -n importer", OUTPUT, 1),
    { type: "reasoning", itemId: id("s"), at: null, text: text("**Deciding**\n\nSo.") },
    said(id("a"), PROSE),
    said(id("b"), PROSE),
  ];
}

interface Frames {
  /** The longest time between two frames, and how many took more than 50 ms. */
  readonly worst: number;
  readonly slow: number;
  readonly frames: number;
  readonly seconds: number;
}

interface Row {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** At most; null: nothing was promised. */
  readonly goal: number | null;
  /** Milliseconds of the main thread. */
  readonly cpu: number | null;
}

/**
 * Keeps the conversation in the page and answers for the host; says in how many
 * milliseconds the first page of it was drawn.
 */
function serve(panel: Panel, turns: readonly Turn[]): Promise<number> {
  return panel.page.evaluate(
    async ({ all, size }) => {
      const api = window as unknown as {
        posted: { type: string; cursor?: string; fromStep?: number }[];
      };
      const answer = (message: ToPanel): void => {
        setTimeout(() => {
          window.postMessage(message, "*");
        }, 5);
      };
      const push = api.posted.push.bind(api.posted);
      api.posted.push = (message) => {
        if (message.type === "loadOlder") {
          const last = Number(message.cursor);
          const from = Math.max(0, last - size);
          answer({
            type: "turns",
            position: "prepend",
            turns: all.slice(from, last),
            nextCursor: from === 0 ? null : String(from),
            turnCount: all.length,
            seq: 0,
          });
        }
        return push(message);
      };
      const first: ToPanel = {
        type: "turns",
        position: "replace",
        turns: all.slice(-size),
        nextCursor: String(all.length - size),
        turnCount: all.length,
        seq: 0,
      };
      const began = performance.now();
      window.postMessage(first, "*");
      await new Promise<void>((done) => {
        const frame = (): void => {
          if (document.querySelector("article") === null) requestAnimationFrame(frame);
          else setTimeout(done);
        };
        requestAnimationFrame(frame);
      });
      return performance.now() - began;
    },
    { all: turns, size: PAGE },
  );
}

interface Task {
  readonly name?: string;
  readonly pid: number;
  readonly tid: number;
  readonly tdur?: number;
}

/** What the longest task of the page's main thread took of the processor, in milliseconds. */
async function watched<T>(
  panel: Panel,
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly cpu: number }> {
  const browser = panel.page.context().browser();
  if (browser === null) throw new Error("The page has no browser");
  await browser.startTracing(panel.page, { categories: ["toplevel"] });
  const result = await work();
  const trace = JSON.parse(String(await browser.stopTracing())) as {
    readonly traceEvents: readonly (Task & {
      readonly args?: { readonly name?: string };
    })[];
  };
  const mains = new Set(
    trace.traceEvents
      .filter(
        ({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain",
      )
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  const tasks = trace.traceEvents.filter(({ pid, tid }) => mains.has(`${pid} ${tid}`));
  const cpu = tasks.reduce((most, { tdur = 0 }) => Math.max(most, tdur), 0) / 1000;
  return { result, cpu };
}

/** Scrolls by so many pixels each frame until the edge, and watches the frames. */
function scroll(panel: Panel, step: number): Promise<Frames> {
  return panel.page.evaluate(async (pixels) => {
    const main = document.querySelector("main") as HTMLElement;
    const began = performance.now();
    let last = began;
    let worst = 0;
    let slow = 0;
    let frames = 0;
    let still = 0;
    await new Promise<void>((done) => {
      const frame = (): void => {
        const now = performance.now();
        const took = now - last;
        last = now;
        if (frames > 0) worst = Math.max(worst, took);
        if (frames > 0 && took > 50) slow += 1;
        frames += 1;
        const before = main.scrollTop;
        main.scrollTop += pixels;
        still = Math.abs(main.scrollTop - before) < 1 ? still + 1 : 0;
        if (still > 90) done();
        else requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
    });
    const seconds = (performance.now() - began) / 1000;
    return { worst, slow, frames, seconds };
  }, step);
}

/** So many deltas a second for three seconds, as they come from a sidecar. */
function stream(panel: Panel, perSecond: number): Promise<Frames> {
  return panel.page.evaluate(
    async ({ threadId, rate }) => {
      const post = (seq: number, event: object): void => {
        const body = { threadId, turnId: "live", seq, event };
        window.postMessage({ type: "event", event: body }, "*");
      };
      post(1, { type: "turnStarted", turnId: "live", at: Date.now() });
      const began = performance.now();
      let seq = 1;
      let last = began;
      let worst = 0;
      let slow = 0;
      let frames = 0;
      await new Promise<void>((done) => {
        const frame = (): void => {
          const now = performance.now();
          const took = now - last;
          last = now;
          if (frames > 0) worst = Math.max(worst, took);
          if (frames > 0 && took > 100) slow += 1;
          frames += 1;
          const due = 1 + ((now - began) / 1000) * rate;
          while (seq < due) {
            seq += 1;
            const delta = seq % 40 === 0 ? "word.\n\n" : "word ";
            post(seq, { type: "itemDelta", itemId: "m", field: "text", delta });
          }
          if (now - began < 3000) requestAnimationFrame(frame);
          else done();
        };
        requestAnimationFrame(frame);
      });
      return { worst, slow, frames, seconds: (performance.now() - began) / 1000 };
    },
    { threadId: task().threadId, rate: perSecond },
  );
}

/** What this machine does to a page that has nothing to do. */
async function scrollNothing(panel: Panel): Promise<Frames> {
  await panel.page.evaluate(() => {
    document.body.innerHTML = "<main><div></div></main>";
    const main = document.querySelector("main") as HTMLElement;
    main.style.cssText = "display: block; height: 800px; overflow: auto";
    (main.firstElementChild as HTMLElement).style.height = "180000px";
  });
  return scroll(panel, 600);
}

async function heap(panel: Panel): Promise<number> {
  const session = await panel.page.context().newCDPSession(panel.page);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  await session.detach();
  return usedSize / 1e6;
}

function frameRows(
  what: string,
  { worst, slow, frames, seconds }: Frames,
  cpu: number,
  goal: number | null,
): readonly Row[] {
  const over = `over ${goal ?? 50} ms`;
  return [
    { what: `${what}: longest frame`, value: worst, unit: "ms", goal, cpu },
    {
      what: `... frames ${over}, of ${frames} in ${seconds.toFixed(0)} s`,
      value: slow,
      unit: "",
      goal: null,
      cpu: null,
    },
  ];
}

function plainRow(what: string, value: number, unit: string, goal: number | null): Row {
  return { what, value, unit, goal, cpu: null };
}

async function measure(browser: Browser): Promise<readonly Row[]> {
  const turns = Array.from({ length: ITEMS / PER_TURN }, (_, index) =>
    turn(index + 1, itemsOf(index + 1)),
  );
  const panel = await openPanel(browser, await bundlePage(), {
    width: 1000,
    height: 900,
  });
  await panel.send({ type: "task", task: task() });
  const empty = await heap(panel);
  const opened = await serve(panel, turns);
  const up = await watched(panel, () => scroll(panel, -600));
  const first = await panel.page.locator('[data-item="u1"]').count();
  const used = await heap(panel);
  const down = await watched(panel, () => scroll(panel, 600));
  const last = await panel.page.locator(`[data-item="u${turns.length}"]`).count();
  if (first + last !== 2) throw new Error("Scrolling did not reach both ends");
  const streamed = await watched(panel, () => stream(panel, 2000));
  const nothing = await watched(panel, () => scrollNothing(panel));
  const items = ITEMS.toLocaleString("en");
  return [
    plainRow("panel: page of 20 turns to drawn", opened, "ms", 200),
    ...frameRows(`${items} items, to the first`, up.result, up.cpu, 50),
    ...frameRows(`${items} items, to the last`, down.result, down.cpu, 50),
    ...frameRows("2,000 deltas a second", streamed.result, streamed.cpu, 100),
    ...frameRows("for comparison, an empty page", nothing.result, nothing.cpu, null),
    plainRow("heap, empty", empty, "MB", null),
    plainRow("heap with all loaded, the bench's copy included", used, "MB", 150),
  ];
}

const browser = await launch();
try {
  for (const row of await measure(browser)) console.log(JSON.stringify(row));
} finally {
  await browser.close();
}
