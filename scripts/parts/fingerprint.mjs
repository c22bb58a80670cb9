/**
 * What a step was made from, as one short hash, so that a second `npm start` skips it.
 * Sizes and times stand for contents: a file touched without a change costs one needless build.
 */
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";

import { ROOT } from "./paths.mjs";

const SKIPPED = new Set(["node_modules", "dist", "bundled", "__pycache__"]);

/** Hash the names, sizes and times of files and folders (relative to the checkout). */
export function fingerprint(...places) {
  const hash = createHash("sha256");
  for (const place of places) add(hash, path.join(ROOT, place));
  return hash.digest("hex").slice(0, 16);
}

function add(hash, place) {
  const found = fs.statSync(place, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isDirectory()) {
    hash.update(`${place}\0${found.size}\0${found.mtimeMs}\0`);
    return;
  }
  for (const name of fs.readdirSync(place).sort()) {
    if (!SKIPPED.has(name)) add(hash, path.join(place, name));
  }
}

/**
 * Do a step unless `stamp` says that it was done with this fingerprint and what it made is
 * still there. The stamp is written last: a step that was cut off is done again.
 */
export async function once({ stamp, print, made }, step) {
  if (fs.existsSync(made) && read(stamp) === print) return;
  fs.rmSync(stamp, { force: true });
  await step();
  fs.mkdirSync(path.dirname(stamp), { recursive: true });
  fs.writeFileSync(stamp, print);
}

function read(file) {
  return fs.existsSync(file) ? fs.readFileSync(file, "utf8") : undefined;
}
