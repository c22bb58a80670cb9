"""What usage windows mean for going on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from threadbook.items import RateLimits, RateWindow

_EXHAUSTED_PERCENT = 100.0


def windows_of(limits: RateLimits | None) -> tuple[RateWindow, ...]:
    """Return the windows that are known, the shorter first."""
    if limits is None:
        return ()
    return tuple(each for each in (limits.primary, limits.secondary) if each)


def has_reset(window: RateWindow, now: int) -> bool:
    """Whether a window has reset since it was told of."""
    return window.resets_at is not None and window.resets_at <= now


def limited_until(limits: RateLimits | None, now: int) -> int | None:
    """Return when the last exhausted window resets; None when none keeps us waiting.

    One that does not say when it resets keeps nobody waiting: trying is the only way
    to learn more.
    """
    resets = [
        window.resets_at
        for window in windows_of(limits)
        if window.used_percent >= _EXHAUSTED_PERCENT
        and window.resets_at is not None
        and window.resets_at > now
    ]
    return max(resets, default=None)


def newest(*told: RateLimits | None) -> RateLimits | None:
    """Return the figures that were told last."""
    return max((one for one in told if one), key=lambda one: one.at, default=None)
