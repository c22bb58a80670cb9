/** Text from conversations, made harmless for places that give text a meaning. */

/** Controls, and the characters that reorder or hide text. */
const HARMFUL =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/g;

/** One line without characters that could mislead, at most *limit* long. */
export function oneLine(text: string, limit = 200): string {
  const line = text
    .slice(0, limit * 4)
    .replace(HARMFUL, " ")
    .replace(/\s+/g, " ")
    .trim();
  const characters = Array.from(line);
  return characters.length <= limit
    ? line
    : `${characters.slice(0, limit - 1).join("")}…`;
}

/** As *oneLine*, but at most so many columns wide, and rather between two words than within one. */
export function atWord(text: string, columns: number): string {
  const limit = charactersIn(oneLine(text), columns);
  const line = oneLine(text, limit);
  if (!line.endsWith("…") || line === oneLine(text, limit + 1)) {
    return line;
  }
  const space = line.lastIndexOf(" ");
  // A first word that is long itself is cut all the same.
  return space > limit / 2
    ? `${line.slice(0, space).replace(/[\s,;:.]+$/, "")}…`
    : line;
}

/** Chinese, Japanese, Korean, full-width forms and emoji: twice as wide as a letter. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** How many of a text's first characters have room in so many columns. */
function charactersIn(text: string, columns: number): number {
  let width = 0;
  let count = 0;
  for (const character of text) {
    width += WIDE.test(character) ? 2 : 1;
    if (width > columns) {
      return count;
    }
    count += 1;
  }
  return columns;
}

/** For a Markdown string: every character stands for itself. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>~&$:@/]/g, "\\$&");
}

/** For a notification, where `[text](link)` would become a link. */
export function withoutLinks(text: string): string {
  return text.replace(/\]\(/g, "] (");
}

/** For places where `$(name)` would become an icon. */
export function withoutIcons(text: string): string {
  return text.replace(/\$\(/g, "$ (");
}

/** Bytes as people say them: "1.2 MB". */
export function size(bytes: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"] as const;
  let amount = bytes;
  let unit: (typeof units)[number] = "B";
  for (const next of units.slice(1)) {
    if (amount < 1000) {
      break;
    }
    amount /= 1000;
    unit = next;
  }
  return `${amount < 10 && unit !== "B" ? amount.toFixed(1) : Math.round(amount)} ${unit}`;
}
