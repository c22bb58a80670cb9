"""Codex's error codes, as what a person wants to know (codex-facts, section 9.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from threadbook.codex.fields import object_at, tag_at, text_at
from threadbook.items import Stop, StopKind

if TYPE_CHECKING:
    from threadbook.codex.fields import JsonObject
    from threadbook.items import RateLimits

_EXHAUSTED_PERCENT = 100

_KINDS = {
    "usageLimitExceeded": StopKind.USAGE_LIMIT,
    "rateLimitExceeded": StopKind.USAGE_LIMIT,
    "sessionBudgetExceeded": StopKind.USAGE_LIMIT,
    "contextWindowExceeded": StopKind.CONTEXT_FULL,
    "serverOverloaded": StopKind.OVERLOADED,
    "flexUnavailable": StopKind.OVERLOADED,
    "policyCapacityUnavailable": StopKind.OVERLOADED,
    "responseTooManyFailedAttempts": StopKind.OVERLOADED,
    "unauthorized": StopKind.LOGIN,
    "cyberPolicy": StopKind.POLICY,
    "misalignmentPolicyViolation": StopKind.POLICY,
    "inferenceHookDenied": StopKind.POLICY,
    "tooManyDenials": StopKind.POLICY,
}
_LOGIN_STATUS = 401


def failure_code(error: JsonObject) -> str | None:
    """Return the code of a TurnError, as Codex names it."""
    return tag_at(error, "codexErrorInfo")


def failure_message(error: JsonObject) -> str:
    """Return the sentence of a TurnError."""
    return text_at(error, "message") or "Codex gave no reason"


def stop_of(error: JsonObject, limits: RateLimits | None) -> Stop:
    """Classify a TurnError; *limits* are the newest windows of the account."""
    code = failure_code(error)
    kind = _KINDS.get(code or "", StopKind.ERROR)
    if code and _http_status(error, code) == _LOGIN_STATUS:
        kind = StopKind.LOGIN
    resets_at = resets_at_of(limits) if kind is StopKind.USAGE_LIMIT else None
    return Stop(kind, failure_message(error), resets_at)


def resets_at_of(limits: RateLimits | None) -> int | None:
    """Return when the account may go on: the latest reset of its exhausted windows."""
    if limits is None:
        return None
    windows = [window for window in (limits.primary, limits.secondary) if window]
    resets = [
        window.resets_at
        for window in windows
        if window.used_percent >= _EXHAUSTED_PERCENT and window.resets_at is not None
    ]
    return max(resets, default=None)


def _http_status(error: JsonObject, code: str) -> object:
    return object_at(object_at(error, "codexErrorInfo"), code).get("httpStatusCode")
