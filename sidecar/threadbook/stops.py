"""Why a turn stopped: Codex's error codes as what a person wants to know.

Files spell the codes in snake_case, the app-server in camelCase; the list is open.
Where a code says nothing (before 0.160 many were `other`), the HTTP status in the
message does.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from threadbook.items import Stop, StopKind

if TYPE_CHECKING:
    from threadbook.items import RateLimits, RateWindow

_KINDS = {
    "usagelimitexceeded": StopKind.USAGE_LIMIT,
    "ratelimitexceeded": StopKind.USAGE_LIMIT,
    "sessionbudgetexceeded": StopKind.USAGE_LIMIT,
    "contextwindowexceeded": StopKind.CONTEXT_FULL,
    "serveroverloaded": StopKind.OVERLOADED,
    "flexunavailable": StopKind.OVERLOADED,
    "policycapacityunavailable": StopKind.OVERLOADED,
    "internalservererror": StopKind.OVERLOADED,
    "unauthorized": StopKind.LOGIN,
    "cyberpolicy": StopKind.POLICY,
    "misalignmentpolicyviolation": StopKind.POLICY,
    "inferencehookdenied": StopKind.POLICY,
    "toomanydenials": StopKind.POLICY,
    "responsetoomanyfailedattempts": StopKind.OVERLOADED,
}
_STATUS = re.compile(r"\bstatus:? (\d{3})\b")
_EXHAUSTED_PERCENT = 100.0


def stop_of(
    message: str | None,
    code: str | None,
    limits: RateLimits | None,
    status: int | None = None,
) -> Stop:
    """Say why a turn ended in an error; *limits* are what was known of the account."""
    kind = _KINDS.get((code or "").replace("_", "").lower())
    if kind is None:
        kind = _kind_of_status(status or _status_in(message))
    if kind is StopKind.USAGE_LIMIT:
        return limit_stop(message, limits)
    return Stop(kind, message)


def limit_stop(message: str | None, limits: RateLimits | None) -> Stop:
    """Say which window stopped a turn: of those used up the one that resets last."""
    window = max(_exhausted(limits), key=_reset_of, default=None)
    if window is None:
        return Stop(StopKind.USAGE_LIMIT, message)
    return Stop(StopKind.USAGE_LIMIT, message, window.resets_at, window.window_minutes)


def is_exhausted(limits: RateLimits | None) -> bool:
    """Say whether a window is used up."""
    return bool(_exhausted(limits))


def _kind_of_status(status: int | None) -> StopKind:
    match status:
        case HTTPStatus.UNAUTHORIZED:
            return StopKind.LOGIN
        case HTTPStatus.TOO_MANY_REQUESTS:
            return StopKind.OVERLOADED
        case int() if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return StopKind.OVERLOADED
        case _:
            return StopKind.ERROR


def _status_in(message: str | None) -> int | None:
    match = _STATUS.search(message or "")
    return int(match[1]) if match else None


def _exhausted(limits: RateLimits | None) -> list[RateWindow]:
    if limits is None:
        return []
    found = (limits.primary, limits.secondary)
    return [each for each in found if each and each.used_percent >= _EXHAUSTED_PERCENT]


def _reset_of(window: RateWindow) -> int:
    return window.resets_at or 0
