from __future__ import annotations

import pytest

from threadbook.items import RateLimits, RateWindow, Stop, StopKind
from threadbook.stops import limit_stop, stop_of

SHORT = RateWindow(100.0, 300, 1_000)
WEEK = RateWindow(100.0, 10_080, 9_000)
FREE = RateWindow(31.0, 10_080, 20_000)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("usage_limit_exceeded", StopKind.USAGE_LIMIT),
        ("usageLimitExceeded", StopKind.USAGE_LIMIT),
        ("context_window_exceeded", StopKind.CONTEXT_FULL),
        ("serverOverloaded", StopKind.OVERLOADED),
        ("internal_server_error", StopKind.OVERLOADED),
        ("responseTooManyFailedAttempts", StopKind.OVERLOADED),
        ("unauthorized", StopKind.LOGIN),
        ("tooManyDenials", StopKind.POLICY),
        ("other", StopKind.ERROR),
        ("invented tomorrow", StopKind.ERROR),
        (None, StopKind.ERROR),
    ],
)
def test_a_code_says_why_in_both_spellings(code: str | None, kind: StopKind) -> None:
    assert stop_of("m", code, None) == Stop(kind, "m")


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("unexpected status 401 Unauthorized: no, url: x", StopKind.LOGIN),
        ("exceeded retry limit, last status: 429 Too Many", StopKind.OVERLOADED),
        ("unexpected status 503 Service Unavailable: no", StopKind.OVERLOADED),
        ("unexpected status 403 Forbidden: no", StopKind.ERROR),
        ("it ran on port 401", StopKind.ERROR),
        (None, StopKind.ERROR),
    ],
)
def test_where_the_code_says_nothing_the_status_in_the_message_does(
    message: str | None, kind: StopKind
) -> None:
    assert stop_of(message, "other", None).kind is kind


def test_a_status_beside_the_code_is_worth_more_than_the_message() -> None:
    assert stop_of("status 503", "httpConnectionFailed", None, 401).kind is (
        StopKind.LOGIN
    )


@pytest.mark.parametrize(
    ("limits", "reset", "window"),
    [
        (RateLimits(1, SHORT, FREE), 1_000, 300),
        (RateLimits(1, SHORT, WEEK), 9_000, 10_080),
        (RateLimits(1, FREE), None, None),
        (RateLimits(1, RateWindow(100.0, 300, None)), None, 300),
        (None, None, None),
    ],
)
def test_a_limit_names_the_used_up_window_that_resets_last(
    limits: RateLimits | None, reset: int | None, window: int | None
) -> None:
    stop = limit_stop("no more", limits)

    assert stop == Stop(StopKind.USAGE_LIMIT, "no more", reset, window)
