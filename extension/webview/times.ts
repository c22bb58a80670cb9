/** Times, durations and sizes as people read them, in the page's language. */
import { locale } from "./strings.js";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long ago: "3 min. ago", "yesterday"; beyond a week the date. */
export function relativeTime(at: number, now: number): string {
  const ago = now - at;
  const format = relativeFormat();
  if (ago < MINUTE) return format.format(0, "second");
  if (ago < HOUR) return format.format(-Math.floor(ago / MINUTE), "minute");
  if (ago < DAY) return format.format(-Math.floor(ago / HOUR), "hour");
  if (ago < 7 * DAY) return format.format(-Math.floor(ago / DAY), "day");
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  const year = sameYear ? {} : ({ year: "numeric" } as const);
  return new Intl.DateTimeFormat(locale(), {
    day: "numeric",
    month: "short",
    ...year,
  }).format(at);
}

/** Date and time in full. */
export function absoluteTime(at: number): string {
  return fullFormat().format(at);
}

/** The time of day, with the date when it is not today. */
export function clockTime(at: number, now: number): string {
  const sameDay = new Date(at).toDateString() === new Date(now).toDateString();
  const options = sameDay
    ? ({ timeStyle: "short" } as const)
    : ({ dateStyle: "medium", timeStyle: "short" } as const);
  return new Intl.DateTimeFormat(locale(), options).format(at);
}

export function isSameDay(one: number, other: number): boolean {
  return new Date(one).toDateString() === new Date(other).toDateString();
}

/** The day in full. */
export function dayOf(at: number): string {
  return dayFormat().format(at);
}

/** A duration in at most two units: "0.8s", "12s", "3m 5s", "2h 13m", "4d 1h". */
export function duration(milliseconds: number): string {
  const ms = Math.max(0, milliseconds);
  if (ms < 10 * SECOND && ms % SECOND !== 0)
    return unit(Math.max(0.1, Math.round(ms / 100) / 10), "second");
  if (ms < MINUTE) return unit(Math.floor(ms / SECOND), "second");
  if (ms < HOUR) return pair(ms, MINUTE, "minute", SECOND, "second");
  if (ms < DAY) return pair(ms, HOUR, "hour", MINUTE, "minute");
  return pair(ms, DAY, "day", HOUR, "hour");
}

/** A duration that counts: whole seconds. */
export function countingDuration(milliseconds: number): string {
  return duration(Math.floor(Math.max(0, milliseconds) / SECOND) * SECOND);
}

/** "1.2 MB". */
export function size(bytes: number): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;
  let value = bytes;
  let index = 0;
  while (value >= 1000 && index < units.length - 1) {
    value /= 1000;
    index += 1;
  }
  const digits = value < 10 && index > 0 ? 1 : 0;
  const style = {
    style: "unit",
    unit: units[index] ?? "byte",
    unitDisplay: index === 0 ? "long" : "short",
  } as const;
  return new Intl.NumberFormat(locale(), {
    ...style,
    maximumFractionDigits: digits,
  }).format(value);
}

/** "1.2M". */
export function compact(value: number): string {
  return compactFormat().format(value);
}

function pair(
  ms: number,
  large: number,
  largeName: string,
  small: number,
  smallName: string,
): string {
  const first = Math.floor(ms / large);
  const second = Math.floor((ms % large) / small);
  return second === 0
    ? unit(first, largeName)
    : `${unit(first, largeName)} ${unit(second, smallName)}`;
}

function unit(value: number, name: string): string {
  return unitFormat(name).format(value);
}

/** Making a format costs as much as drawing an item: each is made once a language. */
function kept<T>(make: (language: string, name: string) => T): (name?: string) => T {
  const made = new Map<string, T>();
  return (name = "") => {
    const key = `${locale()} ${name}`;
    const format = made.get(key) ?? make(locale(), name);
    made.set(key, format);
    return format;
  };
}

const relativeFormat = kept(
  (language) =>
    new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" }),
);
const fullFormat = kept(
  (language) =>
    new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "medium" }),
);
const dayFormat = kept(
  (language) => new Intl.DateTimeFormat(language, { dateStyle: "full" }),
);
const unitFormat = kept(
  (language, name) =>
    new Intl.NumberFormat(language, {
      style: "unit",
      unit: name,
      unitDisplay: "narrow",
    }),
);
const compactFormat = kept(
  (language) =>
    new Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: 1 }),
);
