/** The files that a task changed, as far as its turns are loaded. Pure. */
import type { FileDiff, Turn } from "../src/protocol/index.js";
import { parseDiff } from "./diff.js";

export interface ChangedFile {
  /** Its name now. */
  readonly path: string;
  readonly kind: FileDiff["kind"];
  readonly added: number;
  readonly removed: number;
  /** How many times it was changed. */
  readonly times: number;
  /** The latest change, and the name that the file had in it. */
  readonly itemId: string;
  readonly pathThen: string;
}

/** Scrolling draws the same turns many times a second. */
const listed = new WeakMap<readonly Turn[], readonly ChangedFile[]>();

/** Those that were changed last come first. */
export function changedFiles(turns: readonly Turn[]): readonly ChangedFile[] {
  const found = listed.get(turns) ?? listFiles(turns);
  listed.set(turns, found);
  return found;
}

function listFiles(turns: readonly Turn[]): readonly ChangedFile[] {
  const files = new Map<string, ChangedFile>();
  for (const turn of turns) {
    if (turn.dropped) continue;
    for (const change of changesIn(turn)) put(files, change);
  }
  return [...files.values()].reverse();
}

interface Change {
  readonly itemId: string;
  readonly diff: FileDiff;
  readonly added: number;
  readonly removed: number;
}

/** A turn that did not change need not be looked at again. */
const known = new WeakMap<Turn, readonly Change[]>();

function changesIn(turn: Turn): readonly Change[] {
  const found = known.get(turn) ?? [...readChanges(turn)];
  known.set(turn, found);
  return found;
}

function* readChanges(turn: Turn): Generator<Change> {
  for (const item of turn.items) {
    if (item.type !== "fileChange" || item.status !== "completed") continue;
    for (const diff of item.changes) {
      const { added, removed } = parseDiff(diff.diff.text);
      yield { itemId: item.itemId, diff, added, removed };
    }
  }
}

const NOTHING = { added: 0, removed: 0, times: 0 };

function put(files: Map<string, ChangedFile>, change: Change): void {
  const { itemId, diff, added, removed } = change;
  const path = diff.movedTo ?? diff.path;
  const before = files.get(diff.path) ?? { kind: diff.kind, ...NOTHING };
  // Taken out and put in again, so that the order is that of the last changes.
  files.delete(diff.path);
  files.delete(path);
  files.set(path, {
    path,
    kind: before.kind === "add" && diff.kind === "update" ? "add" : diff.kind,
    added: before.added + added,
    removed: before.removed + removed,
    times: before.times + 1,
    itemId,
    pathThen: diff.path,
  });
}
