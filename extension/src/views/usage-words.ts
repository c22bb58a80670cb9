/** Usage windows, as people read them; pure. */
import { t } from "../lib/l10n.js";
import { absolute, duration } from "../lib/times.js";
import type { AccountUsage, UsageWindow } from "../protocol/index.js";

/** From here on the status bar tells. */
const TELLING_PERCENT = 80;
/** So many that in a narrow sidebar what follows can still be seen. */
const CELLS = 5;

/** "5-hour window", "7-day window". */
export function windowName({ windowMinutes }: UsageWindow): string {
  if (windowMinutes === null) {
    return t("Usage window");
  }
  const hours = windowMinutes / 60;
  if (hours < 1) {
    return t("{0}-minute window", windowMinutes);
  }
  return hours < 24 || hours % 24 !== 0
    ? t("{0}-hour window", Math.round(hours))
    : t("{0}-day window", hours / 24);
}

/** "▰▰▱▱▱ 42 % · resets in 2 h 5 min (14:00)". */
export function windowFacts(window: UsageWindow, now: number, locale?: string): string {
  const used = window.stale
    ? t("has reset; what is used now is not known")
    : `${bar(window.usedPercent / 100)} ${percent(window.usedPercent)}`;
  const resets = resetWords(window, now, locale);
  return resets === "" ? used : `${used} · ${resets}`;
}

/** A bar of text, full at 1. */
export function bar(share: number, cells = CELLS): string {
  const full = Math.max(0, Math.min(cells, Math.round(share * cells)));
  return "▰".repeat(full) + "▱".repeat(cells - full);
}

export function percent(value: number): string {
  return `${Math.round(value)} %`;
}

function resetWords(
  { resetsAt, stale }: UsageWindow,
  now: number,
  locale: string | undefined,
): string {
  return resetsAt === null || stale || resetsAt <= now
    ? ""
    : t("resets in {0} ({1})", duration(resetsAt - now), absolute(resetsAt, locale));
}

export interface UsageLook {
  readonly text: string;
  readonly tooltip: string;
  readonly isLimited: boolean;
}

/** What the status bar says of the account; undefined: there is room. */
export function usageLook(
  account: AccountUsage | null,
  now: number,
  locale?: string,
): UsageLook | undefined {
  if (account === null) {
    return undefined;
  }
  const { limitedUntil } = account;
  if (limitedUntil !== null && limitedUntil > now) {
    return {
      text: `$(watch) ${duration(limitedUntil - now)}`,
      tooltip: t("Usage limit reached; resets {0}", absolute(limitedUntil, locale)),
      isLimited: true,
    };
  }
  const [fullest] = account.windows
    .filter((window) => !window.stale && window.usedPercent >= TELLING_PERCENT)
    .sort((a, b) => b.usedPercent - a.usedPercent);
  return fullest === undefined
    ? undefined
    : {
        text: `$(dashboard) ${percent(fullest.usedPercent)}`,
        tooltip: `${windowName(fullest)}: ${windowFacts(fullest, now, locale)}`,
        isLimited: false,
      };
}
