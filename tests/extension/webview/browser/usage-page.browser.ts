/** The usage page as `threadbook stats` writes it: in every scheme, narrow and on paper. */
import type { Browser, BrowserContextOptions, Page } from "@playwright/test";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { after, before, describe, test } from "node:test";

import { launch } from "./open-page.js";

const AXE = readFileSync(
  createRequire(import.meta.url).resolve("axe-core/axe.min.js"),
  "utf8",
);
const WIDE = { viewport: { width: 1100, height: 900 } };
const SHOWN: Readonly<Record<string, BrowserContextOptions>> = {
  light: { ...WIDE, colorScheme: "light" },
  dark: { ...WIDE, colorScheme: "dark" },
  "high contrast": { ...WIDE, colorScheme: "dark", forcedColors: "active" },
  narrow: { colorScheme: "light", viewport: { width: 320, height: 700 } },
};

interface Axe {
  run(): Promise<{ readonly violations: readonly { readonly id: string }[] }>;
}

let folder = "";
let browser: Browser;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "threadbook-usage-"));
  const demo = ["--home", join(folder, "demo"), "--work", join(folder, "work")];
  run("python", "scripts/demo/make_home.py", ...demo);
  mkdirSync(join(folder, "none"));
  for (const home of ["demo", "none"]) {
    const output = join(folder, `${home}.html`);
    run("threadbook", "--codex-home", join(folder, home), "stats", "-o", output);
  }
  browser = await launch();
});

after(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

function run(command: string, ...args: readonly string[]): void {
  const programs = join(".venv", process.platform === "win32" ? "Scripts" : "bin");
  const env = { ...process.env, XDG_CACHE_HOME: folder, XDG_DATA_HOME: folder };
  const options = { env, encoding: "utf8" } as const;
  const { status, stderr } = spawnSync(join(programs, command), args, options);
  assert.equal(status, 0, stderr);
}

async function open(home: string, options: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext({ ...options, bypassCSP: true });
  const page = await context.newPage();
  await page.goto(pathToFileURL(join(folder, `${home}.html`)).href);
  return page;
}

async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const found = await (window as unknown as { axe: Axe }).axe.run();
    return found.violations.map(({ id }) => id);
  });
}

describe("the usage page", () => {
  for (const home of ["demo", "none"]) {
    for (const [name, options] of Object.entries(SHOWN)) {
      test(`has nothing that axe objects to (${home}, ${name})`, async () => {
        const page = await open(home, options);
        await page.evaluate(() => {
          document.querySelectorAll("details").forEach((each) => (each.open = true));
        });

        assert.deepEqual(await violations(page), []);
        const [whole, seen] = await page.evaluate(() => [
          document.documentElement.scrollWidth,
          window.innerWidth,
        ]);
        assert.equal(whole, seen);
        await page.context().close();
      });
    }
  }

  test("draws a column as high as the table says", async () => {
    const page = await open("demo", WIDE);

    const drawn = await page.evaluate(() => {
      const heights = [...document.querySelectorAll(".columns g")].map((group) =>
        [...group.querySelectorAll("rect:not(.hit)")].reduce(
          (sum, each) => sum + Number(each.getAttribute("height")),
          0,
        ),
      );
      return heights.filter((height) => height > 0).reverse();
    });
    const told = await page.evaluate(() =>
      [...document.querySelectorAll("details tbody tr")].map((row) =>
        Number(row.lastElementChild?.textContent.replaceAll(",", "")),
      ),
    );

    assert.ok(told.length >= 3);
    const scale = (drawn[0] ?? 0) / (told[0] ?? 1);
    told.forEach((tokens, at) => {
      assert.ok(Math.abs((drawn[at] ?? 0) - tokens * scale) < 0.1);
    });
    await page.context().close();
  });
});
