/** The Chromium that shows VS Code to the tests. */
import fs from "node:fs";
import path from "node:path";
import process from "node:process";

import { chromium } from "@playwright/test";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const ARGS = [
  "--no-sandbox",
  "--disable-dev-shm-usage",
  "--disable-gpu",
  // Chromium itself would like to ask its maker this and that.
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

export const CHROMIUM = { executablePath: findChromium(), args: ARGS };
export const VIEWPORT = { width: 1400, height: 900 };

function findChromium() {
  if (process.env.CHROMIUM !== undefined) return process.env.CHROMIUM;
  const folders = (process.env.PATH ?? "").split(path.delimiter);
  const found = NAMES.flatMap((name) => folders.map((at) => path.join(at, name)));
  return found.find((file) => fs.existsSync(file));
}

/** A browser whose storage, where VS Code keeps its state, lies in `folder`. */
export function openBrowser(folder) {
  return chromium.launchPersistentContext(folder, { ...CHROMIUM, viewport: VIEWPORT });
}
