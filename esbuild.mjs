/**
 * Bundles the extension (`extension/dist/extension.js`) and the panel's page
 * (`webview.js`, `webview.css`, and `highlighter.js`, which comes later). `--minify` for a
 * release, `--watch` while working.
 */
import * as esbuild from "esbuild";
import { rm } from "node:fs/promises";
import { usedIcons } from "./scripts/parts/used-icons.mjs";

const minify = process.argv.includes("--minify");
const watch = process.argv.includes("--watch");
const outdir = "extension/dist";

/** @type {import("esbuild").BuildOptions} */
const shared = {
  outdir,
  bundle: true,
  minify,
  sourcemap: minify ? false : "linked",
  // `.js` imports name `.ts` files, as TypeScript wants them.
  resolveExtensions: [".ts", ".js", ".css", ".json"],
  legalComments: "linked",
  logLevel: "warning",
};

/** @type {import("esbuild").BuildOptions[]} */
const bundles = [
  {
    ...shared,
    entryPoints: { extension: "extension/src/extension.ts" },
    platform: "node",
    target: "node20",
    format: "cjs",
    external: ["vscode"],
  },
  {
    ...shared,
    entryPoints: {
      webview: "extension/webview/main.ts",
      highlighter: "extension/webview/highlighter.ts",
    },
    platform: "browser",
    // Every panel takes it in anew; a map tells a developer what it was.
    minify: true,
    // The Chromium of VS Code 1.100.
    target: "chrome132",
    format: "iife",
    plugins: [usedIcons("extension/webview")],
  },
];

if (watch) {
  const contexts = await Promise.all(bundles.map((bundle) => esbuild.context(bundle)));
  await Promise.all(contexts.map((context) => context.watch()));
} else {
  await rm(outdir, { recursive: true, force: true });
  await Promise.all(bundles.map((bundle) => esbuild.build(bundle)));
}
