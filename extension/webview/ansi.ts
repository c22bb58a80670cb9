/**
 * Terminal output as a person would have seen it: colours as classes, progress bars
 * in their last state, every other escape sequence gone.
 */
import { visible } from "./plain.js";

/** A run of text with the classes of its colours. */
export interface Segment {
  readonly text: string;
  readonly classes: string;
}

// Operating-system commands (titles, links), then control sequences, then two-character escapes.
const ESCAPE =
  /\u001b[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\|$)|(?:\u001b\[|\u009b)([0-9;:?<=>]*)[ -/]*([@-~]|$)|\u001b[ -/]*[0-~]?/gu;

interface Style {
  readonly bold: boolean;
  readonly dim: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
  readonly colour: number | null;
}

const PLAIN: Style = {
  bold: false,
  dim: false,
  italic: false,
  underline: false,
  colour: null,
};

/** The text without escape sequences, overwritten parts of a line gone. */
export function stripped(text: string): string {
  return visible(settled(text).replaceAll(ESCAPE, ""));
}

/** The text in runs of one style. */
export function segmentsOf(text: string): readonly Segment[] {
  const segments: Segment[] = [];
  let style = PLAIN;
  let from = 0;
  const source = settled(text);
  const add = (upTo: number): void => {
    if (upTo > from)
      segments.push({
        text: visible(source.slice(from, upTo)),
        classes: classesOf(style),
      });
  };
  for (const match of source.matchAll(ESCAPE)) {
    add(match.index);
    from = match.index + match[0].length;
    if (match[2] === "m") style = restyled(style, match[1] ?? "");
  }
  add(source.length);
  return segments;
}

/** Lines as they ended: what a carriage return overwrote is gone, and so are backspaces. */
function settled(text: string): string {
  const lines = text.includes("\r")
    ? text.replaceAll(/\r+\n/gu, "\n").split("\n").map(overwritten).join("\n")
    : text;
  return lines.includes("\b") ? rubbedOut(lines) : lines;
}

/** Each backspace takes the character before it away, within its line. */
function rubbedOut(text: string): string {
  const kept: string[] = [];
  for (const character of text) {
    if (character !== "\b") kept.push(character);
    else if (kept.at(-1) !== "\n") kept.pop();
  }
  return kept.join("");
}

function overwritten(line: string): string {
  return line.split("\r").findLast((part) => part !== "") ?? "";
}

function restyled(style: Style, parameters: string): Style {
  const codes = parameters.split(/[;:]/u).map(Number);
  let next = style;
  for (let index = 0; index < codes.length; index += 1) {
    const code = codes[index] ?? 0;
    if (code === 38 || code === 48) {
      const indexed = codes[index + 1] === 5;
      const colour = codes[index + 2] ?? 0;
      if (code === 38)
        next = { ...next, colour: indexed && colour < 16 ? colour : null };
      index += indexed ? 2 : 4;
    } else {
      next = withCode(next, code);
    }
  }
  return next;
}

const CHANGES: Readonly<Partial<Record<number, Partial<Style>>>> = {
  0: PLAIN,
  1: { bold: true },
  2: { dim: true },
  3: { italic: true },
  4: { underline: true },
  22: { bold: false, dim: false },
  23: { italic: false },
  24: { underline: false },
  39: { colour: null },
};

function withCode(style: Style, code: number): Style {
  if (code >= 30 && code <= 37) return { ...style, colour: code - 30 };
  if (code >= 90 && code <= 97) return { ...style, colour: code - 82 };
  return { ...style, ...CHANGES[code] };
}

function classesOf(style: Style): string {
  const classes = [
    style.bold && "ansi-bold",
    style.dim && "ansi-dim",
    style.italic && "ansi-italic",
    style.underline && "ansi-underline",
    style.colour !== null && `ansi-${String(style.colour)}`,
  ];
  return classes.filter((each) => each !== false).join(" ");
}
