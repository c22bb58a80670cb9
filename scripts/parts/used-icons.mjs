/**
 * An esbuild plugin: of VS Code's icons, the page gets those that it names.
 *
 * The font has 600 of them, which is three quarters of all that a panel fetches before
 * it can draw anything; the page needs some sixty.
 */
import fs from "node:fs/promises";
import path from "node:path";
import subsetFont from "subset-font";

const RULE = /\.codicon-([a-z0-9-]+):before\s*\{\s*content:\s*"\\([0-9a-f]+)";?\s*\}/gu;
const FONT = /url\([^)]*codicon\.ttf[^)]*\)[^;]*/u;
const SOURCE = /\.(?:ts|css)$/u;
/** A word as it stands in a string or a class name, or a sign as CSS writes it. */
const NAMED =
  /(?<=["'`\s.])(?:codicon-)?([a-z0-9]+(?:-[a-z0-9]+)*)(?=["'`\s:{}])|\\(e[0-9a-f]{3})\b/gu;

/**
 * @param {string} sources The folder whose files name icons.
 * @returns {import("esbuild").Plugin}
 */
export function usedIcons(sources) {
  return {
    name: "used-icons",
    setup(build) {
      build.onLoad({ filter: /codicon\.css$/ }, async ({ path: file }) => {
        const style = await fs.readFile(file, "utf8");
        const font = await fs.readFile(path.join(path.dirname(file), "codicon.ttf"));
        const named = await namedIn(sources);
        const kept = new Set();
        const rules = style.replaceAll(RULE, (rule, name, sign) => {
          if (!named.has(name) && !named.has(sign)) return "";
          kept.add(String.fromCodePoint(Number.parseInt(sign, 16)));
          return rule;
        });
        const small = await subsetFont(font, [...kept].join(""), {
          targetFormat: "woff2",
        });
        const url = `url(data:font/woff2;base64,${small.toString("base64")}) format("woff2")`;
        return { contents: rules.replace(FONT, url), loader: "css" };
      });
    },
  };
}

/** All words of the files that may be the name of an icon, and signs written as such. */
async function namedIn(folder) {
  const named = new Set();
  for (const entry of await fs.readdir(folder, { recursive: true })) {
    if (!SOURCE.test(entry)) continue;
    const text = await fs.readFile(path.join(folder, entry), "utf8");
    for (const [, word, sign] of text.matchAll(NAMED)) named.add(word ?? sign);
  }
  return named;
}
