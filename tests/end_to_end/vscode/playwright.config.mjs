import path from "node:path";
import process from "node:process";

import { defineConfig } from "@playwright/test";

import { ROOT } from "../../../scripts/parts/paths.mjs";
import { CHROMIUM, VIEWPORT } from "./lib/browser.mjs";

export default defineConfig({
  projects: [
    { name: "vscode", testDir: "." },
    { name: "packaging", testDir: "../../packaging" },
  ],
  testMatch: "*.spec.mjs",
  // One VS Code at a time: it alone keeps two cores busy.
  workers: 1,
  // A window that restores itself late is seen now and then; a flaky test is told as such.
  retries: process.env.CI ? 1 : 0,
  fullyParallel: false,
  forbidOnly: process.env.CI !== undefined,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: [["list"]],
  outputDir: path.join(ROOT, "tests", "artefacts", "playwright"),
  // Traces slow the workbench down three times: only on request (`--trace on`).
  use: { viewport: VIEWPORT, launchOptions: CHROMIUM },
});
