/**
 * Strings for people, in their language.
 *
 * `vscode.l10n.t` comes in at activation, so that rooms without VS Code (and tests)
 * can say something too; without it the English text is used.
 */
export type Translate = (message: string, ...args: (string | number)[]) => string;

let language = "en-US";
let translate: Translate = (message, ...args) =>
  message.replace(/\{(\d+)\}/g, (whole, index: string) =>
    String(args[Number(index)] ?? whole),
  );

/** *locale*: in whose manner numbers are written. */
export function translateWith(translation: Translate, locale: string): void {
  translate = translation;
  language = locale;
}

export function t(message: string, ...args: (string | number)[]): string {
  return translate(message, ...args);
}

/** *one* for exactly one (with `{0}` as well), else *many*. */
export function plural(count: number, one: string, many: string): string {
  return t(count === 1 ? one : many, count.toLocaleString(language));
}
