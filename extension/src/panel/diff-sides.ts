/**
 * A unified diff as two texts for the diff editor; pure.
 * Rollouts keep diffs, not files: only the lines that the diff shows are there.
 */

export interface Sides {
  readonly before: string;
  readonly after: string;
}

const HUNK = /^@@ -\d+(?:,\d+)? \+\d+(?:,\d+)? @@/;

/** *kind* says what a text without hunks is: a whole new file, or a deleted one. */
export function sidesOfDiff(diff: string, kind: string): Sides {
  const lines = diff.split("\n");
  if (!lines.some((line) => HUNK.test(line))) {
    return {
      before: kind === "delete" ? diff : "",
      after: kind === "delete" ? "" : diff,
    };
  }
  const before: string[] = [];
  const after: string[] = [];
  let isInHunk = false;
  for (const line of lines) {
    if (HUNK.test(line)) {
      gapBetweenHunks(before, line);
      gapBetweenHunks(after, line);
      isInHunk = true;
    } else if (isInHunk) {
      addLine(line, before, after);
    }
  }
  return { before: before.join("\n"), after: after.join("\n") };
}

function addLine(line: string, before: string[], after: string[]): void {
  const text = line.slice(1);
  switch (line.charAt(0)) {
    case "-":
      before.push(text);
      break;
    case "+":
      after.push(text);
      break;
    case " ":
      before.push(text);
      after.push(text);
      break;
    default:
      // "\ No newline at end of file", and the end of the text.
      break;
  }
}

/** The same line on both sides: the editor sees nothing changed there. */
function gapBetweenHunks(side: string[], heading: string): void {
  if (side.length > 0) {
    side.push("", heading, "");
  }
}
