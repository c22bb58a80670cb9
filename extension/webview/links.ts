/** What a link in a message may do: open a page, open a file, or nothing. */

export type Target =
  | { readonly kind: "page"; readonly url: string }
  | { readonly kind: "file"; readonly path: string; readonly line: number | null }
  | { readonly kind: "none" };

const PAGE = /^(?:https?:\/\/|mailto:)/iu;
const SCHEME = /^[a-z][a-z0-9+.-]+:/iu;
/** Nothing, a place in the page, another machine. */
const NOWHERE = /^(?:$|#|\/\/|\\\\)/u;
const LINE = /^(.+?)(?::(\d+)(?:[:-]\d+)*|#L(\d+)(?:[-C]?L?\d*)*)$/u;

/** Where the address of a link leads. Schemes other than web and mail lead nowhere. */
export function targetOf(address: string): Target {
  const href = address.trim();
  if (PAGE.test(href)) return { kind: "page", url: href };
  const path = decoded(href);
  if (NOWHERE.test(path)) return { kind: "none" };
  const found = LINE.exec(path);
  if (found === null)
    return hasScheme(path) ? { kind: "none" } : { kind: "file", path, line: null };
  const [, name = "", afterColon, afterHash] = found;
  // `word:1` is an odd address rather than a line of a file without an ending.
  if (hasScheme(name) || /^[a-z0-9+-]+$/u.test(name)) return { kind: "none" };
  return { kind: "file", path: name, line: Number(afterColon ?? afterHash) };
}

/** A drive letter is none. */
function hasScheme(path: string): boolean {
  return SCHEME.test(path) && !/^[a-z]:[\\/]/iu.test(path);
}

function decoded(href: string): string {
  try {
    return decodeURIComponent(href);
  } catch {
    return href;
  }
}
