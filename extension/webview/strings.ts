/**
 * Every text of the page: those of the conversation in `english-feed.ts`, all others in
 * `english-desk.ts`. `{0}` is the first argument; keys that end in `.one` and `.other`
 * are chosen by number. The host hands over translations (`useStrings`): those of
 * `l10n/bundle.*.json`, in which a text is found by its English words.
 */
import { DESK } from "./english-desk.js";
import { FEED } from "./english-feed.js";

export const ENGLISH = { ...FEED, ...DESK } as const;

export type StringKey = keyof typeof ENGLISH;
type CountKey = StringKey extends infer K
  ? K extends `${infer Base}.one`
    ? Base
    : never
  : never;

let translations: Readonly<Partial<Record<string, string>>> = {};
let language = "en";
/** Making a format costs more than drawing what it is for: it is made once. */
let numbers = new Intl.NumberFormat(language);

/** Takes the host's translations by English text; what they lack stays English. */
export function useStrings(
  translated: Readonly<Partial<Record<string, string>>>,
): void {
  translations = translated;
}

/** The text of the key with its arguments. */
export function t(key: StringKey, ...values: readonly (string | number)[]): string {
  const pattern = translations[ENGLISH[key]] ?? ENGLISH[key];
  return pattern.replaceAll(/\{(\d)\}/gu, (_, index: string) =>
    String(values[Number(index)] ?? ""),
  );
}

/** The text for so many. */
export function tCount(key: CountKey, count: number): string {
  return t(count === 1 ? `${key}.one` : `${key}.other`, numbers.format(count));
}

/** Dates and numbers are written as in this language; "" is none. */
export function useLanguage(name: string): void {
  if (name === "") return;
  language = name;
  numbers = new Intl.NumberFormat(name);
}

/** The language of dates and numbers. */
export function locale(): string {
  return language;
}
