/** The lines of a long text that are shown at first, and its pieces when all is shown. */

export interface Excerpt {
  readonly head: string;
  /** Lines left out between head and tail. */
  readonly hidden: number;
  readonly tail: string;
}

const LINES = 12;
const HEAD_LINES = 4;
/** Folding away fewer lines than this saves nothing. */
const SLACK = 3;
const LINE_AT_MOST = 600;
const CHUNK_LINES = 200;
const CHUNK_AT_MOST = 16_000;
/** A running command's tail is found in its last part, however much it wrote. */
const TAIL_AT_MOST = 32_000;

/** The beginning and the end; of a text that still grows the end alone. */
export function excerptOf(text: string, growing: boolean): Excerpt {
  const source = text.endsWith("\n") ? text.slice(0, -1) : text;
  const count = lineCount(source);
  if (count <= LINES + SLACK)
    return { head: "", hidden: 0, tail: shortened(source.split("\n")) };
  const tailLines = growing ? LINES : LINES - HEAD_LINES;
  const tail = source.slice(-TAIL_AT_MOST).split("\n").slice(-tailLines);
  const head = growing ? [] : source.slice(0, TAIL_AT_MOST).split("\n", HEAD_LINES);
  return {
    head: shortened(head),
    hidden: count - head.length - tail.length,
    tail: shortened(tail),
  };
}

/** The beginning alone, of a text whose end is not here. */
export function beginningOf(text: string): Excerpt {
  const lines = text.slice(0, TAIL_AT_MOST).split("\n", LINES);
  return { head: "", hidden: 0, tail: shortened(lines) };
}

/** The whole text in pieces that a browser lays out with ease. */
export function chunksOf(text: string): readonly string[] {
  const chunks: string[] = [];
  let chunk: string[] = [];
  let length = 0;
  const close = (): void => {
    if (chunk.length > 0) chunks.push(chunk.join("\n"));
    chunk = [];
    length = 0;
  };
  for (const line of (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n")) {
    if (length + line.length > CHUNK_AT_MOST || chunk.length === CHUNK_LINES) close();
    for (let from = CHUNK_AT_MOST; from < line.length; from += CHUNK_AT_MOST) {
      chunks.push(line.slice(from - CHUNK_AT_MOST, from));
    }
    const rest = line.length > CHUNK_AT_MOST ? line.slice(lastCut(line.length)) : line;
    chunk.push(rest);
    length += rest.length;
  }
  close();
  return chunks;
}

function lastCut(length: number): number {
  return Math.floor((length - 1) / CHUNK_AT_MOST) * CHUNK_AT_MOST;
}

function shortened(lines: readonly string[]): string {
  return lines
    .map((line) =>
      line.length > LINE_AT_MOST ? `${line.slice(0, LINE_AT_MOST)}…` : line,
    )
    .join("\n");
}

/** Lines of the text; 0 of an empty one. */
export function lineCount(text: string): number {
  if (text === "") return 0;
  let count = 1;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1))
    count += 1;
  return count;
}
