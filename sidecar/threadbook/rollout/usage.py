"""Tokens and usage windows as Codex wrote them in four shapes, and error codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from threadbook.items import (
    RateLimits,
    RateWindow,
    TokenUsage,
)
from threadbook.rollout.fields import (
    as_object,
    float_of,
    int_of,
    moment_of,
    text_of,
    time_of,
)

if TYPE_CHECKING:
    from threadbook.rollout.fields import Json


def read_usage(info: object) -> TokenUsage | None:
    """Read `token_count.info`, or null."""
    fields = as_object(info)
    total = as_object(fields.get("total_token_usage"))
    if not total:
        return None
    return TokenUsage(
        input=int_of(total.get("input_tokens")) or 0,
        cached_input=int_of(total.get("cached_input_tokens")) or 0,
        output=int_of(total.get("output_tokens")) or 0,
        reasoning=int_of(total.get("reasoning_output_tokens")) or 0,
        total=int_of(total.get("total_tokens")) or 0,
        context_window=int_of(fields.get("model_context_window")),
        context_used=int_of(
            as_object(fields.get("last_token_usage")).get("total_tokens")
        ),
    )


def read_limits(value: object, at: int) -> RateLimits | None:
    """Read `token_count.rate_limits` of a line written at *at*."""
    fields = as_object(value)
    if not fields:
        return None
    primary = _window(fields.get("primary"), at)
    secondary = _window(fields.get("secondary"), at)
    # From 2025-09-20 to 09-24 the windows lay flat and had no reset.
    primary = primary or _flat(fields, "primary_used_percent", "primary_window_minutes")
    secondary = secondary or _flat(
        fields, "weekly_used_percent", "weekly_window_minutes"
    )
    if primary is None and secondary is None:
        return None
    return RateLimits(
        at,
        primary,
        secondary,
        text_of(fields.get("plan_type")),
        text_of(fields.get("limit_id")),
    )


def _flat(fields: Json, used: str, minutes: str) -> RateWindow | None:
    percent = float_of(fields.get(used))
    if percent is None:
        return None
    return RateWindow(percent, int_of(fields.get(minutes)), None)


def _window(value: object, at: int) -> RateWindow | None:
    fields = as_object(value)
    percent = float_of(fields.get("used_percent"))
    if percent is None:
        return None
    resets_at = time_of(fields.get("resets_at"))
    seconds = float_of(fields.get("resets_in_seconds"))
    if resets_at is None and seconds is not None:
        resets_at = moment_of(at + seconds * 1000)
    return RateWindow(percent, int_of(fields.get("window_minutes")), resets_at)


def error_code(info: object) -> str | None:
    """Return an error's code: a word, or the only key of an object."""
    if isinstance(info, str):
        return info
    return next(iter(as_object(info)), None)
