/**
 * Text from a rollout may hold anything: control characters, direction overrides,
 * invisible tags. What could hide or reorder text is shown by its name instead.
 *
 * Left alone: tab, newline, direction marks and joiners that scripts need.
 */

// C0 but tab and newline, DEL, C1; embeddings, overrides, isolates; tag characters.
const HIDDEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;

/** The text with hidden characters made visible; line ends are newlines. */
export function visible(text: string): string {
  return text.replaceAll("\r\n", "\n").replaceAll(HIDDEN, nameOf);
}

/** The text on one line, for a title or a name. */
export function oneLine(text: string): string {
  return visible(text).replaceAll(/\s+/gu, " ").trim();
}

function nameOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return "\u2421";
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;
}

/** The last part of a path, of either kind. */
export function baseName(path: string): string {
  return path.split(/[\\/]/u).findLast((part) => part !== "") ?? path;
}

/** The folder of a file, from the task's folder on when it is inside. */
export function folderIn(path: string, cwd: string | null): string {
  const folder = path.slice(0, Math.max(0, path.length - baseName(path).length - 1));
  if (cwd === null || cwd === "") return folder;
  if (folder === cwd) return "";
  return /^[\\/]/u.test(folder.slice(cwd.length)) && folder.startsWith(cwd)
    ? folder.slice(cwd.length + 1)
    : folder;
}
