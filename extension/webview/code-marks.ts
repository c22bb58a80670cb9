/** How code is marked: by what `highlighter.ts` brings, and not at all before it is there. */

/** HTML of the code (escaped, spans with classes only); null: it is not marked. */
export type Highlight = (code: string, language: string) => string | null;

/** Classes of code that was drawn before: it waits, and in which language. */
export const WAITING = "is-waiting";
const LANGUAGE = "language-";

let highlight: Highlight | null = null;

export function useHighlight(found: Highlight): void {
  highlight = found;
}

/** HTML of a code element; `escaped` is the code as it stands there without marks. */
export function codeElement(code: string, language: string, escaped: string): string {
  if (highlight === null && language !== "")
    return `<code class="${WAITING} ${LANGUAGE}${language}">${escaped}</code>`;
  return `<code>${highlight?.(code, language) ?? escaped}</code>`;
}

/** HTML for the inside of an element that waits; null: it stays as it is. */
export function lateMarks({ classList, textContent }: Element): string | null {
  const named = [...classList].find((name) => name.startsWith(LANGUAGE));
  return highlight?.(textContent, named?.slice(LANGUAGE.length) ?? "") ?? null;
}
