/** A unified diff as lines with their numbers, and how many were added and removed. */

export interface DiffLine {
  readonly kind: "hunk" | "add" | "delete" | "context" | "note";
  /** Without its sign. */
  readonly text: string;
  readonly before: number | null;
  readonly after: number | null;
}

export interface Diff {
  readonly lines: readonly DiffLine[];
  readonly added: number;
  readonly removed: number;
}

const HUNK = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@(.*)$/u;
const HEADER =
  /^(?:diff |index |--- |\+\+\+ |new file |deleted file |old mode |new mode |similarity |rename )/u;

interface Cursor {
  before: number;
  after: number;
  /** Lines that the hunk still has; null outside of one with numbers. */
  leftBefore: number | null;
  leftAfter: number | null;
}

/**
 * Reads a diff, also one with no hunk header (an added or deleted file) or cut short.
 * Inside a hunk its numbers say what is a line, so that a removed `-- x` is not a header.
 */
export function parseDiff(text: string): Diff {
  const lines: DiffLine[] = [];
  const cursor: Cursor = { before: 1, after: 1, leftBefore: null, leftAfter: null };
  const source = text.replaceAll("\r\n", "\n").split("\n");
  if (source.at(-1) === "") source.pop();
  for (const line of source) {
    const read = readLine(line, cursor);
    if (read !== null) lines.push(read);
  }
  return {
    lines,
    added: lines.filter((line) => line.kind === "add").length,
    removed: lines.filter((line) => line.kind === "delete").length,
  };
}

function readLine(line: string, cursor: Cursor): DiffLine | null {
  const inHunk = (cursor.leftBefore ?? 0) > 0 || (cursor.leftAfter ?? 0) > 0;
  if (!inHunk) {
    const hunk = HUNK.exec(line);
    if (hunk !== null) return beginHunk(hunk, cursor);
    if (HEADER.test(line)) return null;
  }
  if (line.startsWith("\\"))
    return { kind: "note", text: line.slice(1).trim(), before: null, after: null };
  if (line.startsWith("@@"))
    return {
      kind: "hunk",
      text: line.replace(/^@@\s*/u, ""),
      before: null,
      after: null,
    };
  return bodyLine(line, cursor);
}

function beginHunk(hunk: RegExpExecArray, cursor: Cursor): DiffLine {
  cursor.before = Number(hunk[1]);
  cursor.after = Number(hunk[3]);
  cursor.leftBefore = Number(hunk[2] ?? 1);
  cursor.leftAfter = Number(hunk[4] ?? 1);
  return {
    kind: "hunk",
    text: (hunk[5] ?? "").trim(),
    before: cursor.before,
    after: cursor.after,
  };
}

function bodyLine(line: string, cursor: Cursor): DiffLine {
  const kind = line.startsWith("+")
    ? "add"
    : line.startsWith("-")
      ? "delete"
      : "context";
  const text = /^[-+ ]/u.test(line) ? line.slice(1) : line;
  const before = kind === "add" ? null : cursor.before++;
  const after = kind === "delete" ? null : cursor.after++;
  if (before !== null && cursor.leftBefore !== null) cursor.leftBefore -= 1;
  if (after !== null && cursor.leftAfter !== null) cursor.leftAfter -= 1;
  return { kind, text, before, after };
}
