/** Times as people say them. Times are Unix milliseconds, local calendar. */
import { t } from "./l10n.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long ago, short: "now", "3m", "2h", "yesterday", "5d", "3w", "7mo", "2y". */
export function age(at: number, now: number): string {
  const passed = Math.max(0, now - at);
  const days = daysBetween(at, now);
  if (passed < MINUTE) {
    return t("now");
  }
  if (passed < HOUR) {
    return t("{0}m", Math.floor(passed / MINUTE));
  }
  if (days === 0 || passed < 6 * HOUR) {
    return t("{0}h", Math.floor(passed / HOUR));
  }
  return ageInDays(days);
}

/** As *age*, in as few letters as there are: "1d" for "yesterday". */
export function shortAge(at: number, now: number): string {
  const text = age(at, now);
  return text === t("yesterday") ? t("{0}d", 1) : text;
}

function ageInDays(days: number): string {
  if (days <= 1) {
    return t("yesterday");
  }
  if (days < 14) {
    return t("{0}d", days);
  }
  if (days < 60) {
    return t("{0}w", Math.floor(days / 7));
  }
  return days < 365
    ? t("{0}mo", Math.floor(days / 30))
    : t("{0}y", Math.floor(days / 365));
}

/** How many midnights lie between two times; a future time is today. */
export function daysBetween(at: number, now: number): number {
  return Math.max(0, Math.round((startOfDay(now) - startOfDay(at)) / DAY));
}

function startOfDay(at: number): number {
  return daysAgo(0, at);
}

/** The midnight with which the day began that was *days* days before *now*. */
export function daysAgo(days: number, now: number): number {
  const day = new Date(now);
  day.setHours(0, 0, 0, 0);
  // By the calendar: a day may have 23 or 25 hours.
  day.setDate(day.getDate() - days);
  return day.getTime();
}

/** Date and time in full, in the user's manner. */
export function absolute(at: number, locale?: string): string {
  return formatter("absolute", locale).format(at);
}

/** "March 2026". */
export function monthName(at: number, locale?: string): string {
  return formatter("month", locale).format(at);
}

const STYLES = {
  absolute: { dateStyle: "medium", timeStyle: "short" },
  month: { month: "long", year: "numeric" },
} as const;

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Kept, because making one takes as long as a hundred rows. */
function formatter(
  style: keyof typeof STYLES,
  locale: string | undefined,
): Intl.DateTimeFormat {
  const key = `${style} ${locale ?? ""}`;
  const known = formatters.get(key) ?? new Intl.DateTimeFormat(locale, STYLES[style]);
  formatters.set(key, known);
  return known;
}

/** How long, short and never "0": "42 min", "2 h 5 min", "3 d 4 h". */
export function duration(milliseconds: number): string {
  const minutes = Math.max(1, Math.ceil(milliseconds / MINUTE));
  const hours = Math.floor(minutes / 60);
  if (hours === 0) {
    return t("{0} min", minutes);
  }
  return hours < 48
    ? t("{0} h {1} min", hours, minutes % 60)
    : t("{0} d {1} h", Math.floor(hours / 24), hours % 24);
}
