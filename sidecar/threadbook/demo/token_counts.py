"""What a `token_count` event says: tokens so far, and the account's usage windows."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from threadbook.demo.story import Json

CONTEXT_WINDOW = 258_400
_SENT_FIRST, _SENT_MORE, _RECEIVED = 6_200, 900, 310
_WINDOW_LEFT_MS = 9_000_000
_THREE_DAYS = 259_200


def token_count(
    requests: int,
    percent: float,
    *,
    at: int,
    resets_at: int | None,
    version: tuple[int, ...],
) -> Json:
    """Return the event after so many requests; with a reset, that of a limit."""
    reset = (resets_at or at + _WINDOW_LEFT_MS) // 1000
    windows = {"primary": (percent, 300, reset)}
    windows["secondary"] = (31.0, 10_080, reset + _THREE_DAYS)
    limits = {
        name: _window(*window, at=at, version=version)
        for name, window in windows.items()
    }
    return {"info": None if resets_at else _info(requests), "rate_limits": limits}


def _info(requests: int) -> Json:
    sent = [_SENT_FIRST + _SENT_MORE * number for number in range(1, requests + 1)]
    return {
        "total_token_usage": _tokens(sum(sent), _RECEIVED * requests),
        "last_token_usage": _tokens(sent[-1], _RECEIVED),
        "model_context_window": CONTEXT_WINDOW,
    }


def _window(
    percent: float, minutes: int, reset: int, *, at: int, version: tuple[int, ...]
) -> Json:
    window: Json = {"used_percent": percent, "window_minutes": minutes}
    if version < (0, 50):
        return {**window, "resets_in_seconds": reset - at // 1000}
    return {**window, "resets_at": reset}


def _tokens(sent: int, received: int) -> Json:
    return {
        "input_tokens": sent,
        "cached_input_tokens": sent // 2,
        "output_tokens": received,
        "reasoning_output_tokens": received // 4,
        "total_tokens": sent + received,
    }
