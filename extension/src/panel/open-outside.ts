/** What a link or a path in a conversation may open; pure but for the platform's paths. */
import * as path from "node:path";

const SCHEMES = new Set(["http:", "https:", "mailto:"]);

/** The address, when it is one that a browser or mail program takes. */
export function safeLink(url: string): string | undefined {
  if (!URL.canParse(url)) {
    return undefined;
  }
  const parsed = new URL(url);
  return SCHEMES.has(parsed.protocol) ? parsed.href : undefined;
}

/** The absolute path of a file that a task named; undefined: it can't be opened. */
export function safePath(
  written: string,
  cwd: string | null,
  paths: path.PlatformPath = path,
): string | undefined {
  // A network path would send the user's credentials to whom the text names.
  if (written === "" || written.includes("\0") || /^[\\/]{2}/.test(written)) {
    return undefined;
  }
  if (paths.isAbsolute(written)) {
    return paths.normalize(written);
  }
  return cwd === null ? undefined : paths.resolve(cwd, written);
}
