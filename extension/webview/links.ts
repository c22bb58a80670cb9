/** What a link in a message may do: open a page, open a file, or nothing. */

export type Target =
  | { readonly kind: "page"; readonly url: string }
  | { readonly kind: "file"; readonly path: string; readonly line: number | null }
  | { readonly kind: "none" };

const PAGE = /^(?:https?:\/\/|mailto:)/iu;
const SCHEME = /^[a-z][a-z0-9+.-]+:/iu;
const LINE = /^(.+?)(?::(\d+)(?:[:-]\d+)*|#L(\d+)(?:[-C]?L?\d*)*)$/u;

/** Where the address of a link leads. Schemes other than web and mail lead nowhere. */
export function targetOf(address: string): Target {
  const href = address.trim();
  if (PAGE.test(href)) return { kind: "page", url: href };
  const path = decoded(href);
  const isWindowsPath = /^[a-z]:[\\/]/iu.test(path);
  if (
    path === "" ||
    path.startsWith("#") ||
    path.startsWith("//") ||
    path.startsWith("\\\\")
  )
    return { kind: "none" };
  const found = LINE.exec(path);
  const name = found?.[1] ?? path;
  const line = found?.[2] ?? found?.[3];
  if (SCHEME.test(name) && !isWindowsPath) return { kind: "none" };
  return { kind: "file", path: name, line: line === undefined ? null : Number(line) };
}

function decoded(href: string): string {
  try {
    return decodeURIComponent(href);
  } catch {
    return href;
  }
}
