from __future__ import annotations

import pytest

from threadbook import items
from threadbook.codex.events import Told, merged_limits, told_by
from threadbook.items import (
    RateLimits,
    RateWindow,
    Stop,
    StopKind,
    TurnCompleted,
    TurnStatus,
)

_FULL = RateWindow(100, 300, 1_000)
_FULL_LATER = RateWindow(104.5, 10_080, 9_000)
_FREE = RateWindow(40, 10_080, 99_000)


@pytest.mark.parametrize(
    ("method", "params", "event"),
    [
        (
            "turn/started",
            {"threadId": "t", "turn": {"id": "u", "startedAt": 12.5}},
            items.TurnStarted("u", 12_500),
        ),
        (
            "item/agentMessage/delta",
            {"turnId": "u", "itemId": "i", "delta": "x"},
            items.ItemDelta("u", "i", "text", "x"),
        ),
        (
            "item/commandExecution/outputDelta",
            {"turnId": "u", "itemId": "i", "delta": "x"},
            items.ItemDelta("u", "i", "output", "x"),
        ),
        (
            "item/reasoning/summaryPartAdded",
            {"turnId": "u", "itemId": "i", "summaryIndex": 1},
            items.ItemDelta("u", "i", "reasoning", "\n\n"),
        ),
        (
            "item/completed",
            {
                "turnId": "u",
                "item": {"type": "contextCompaction", "id": "i"},
                "startedAtMs": 4,
            },
            items.ItemCompleted(
                "u", items.Divider(item_id="i", kind="compaction", at=4)
            ),
        ),
        (
            "turn/plan/updated",
            {
                "turnId": "u",
                "explanation": None,
                "plan": [{"step": "a", "status": "inProgress"}],
            },
            items.ItemCompleted(
                "u",
                items.Plan(
                    item_id="plan-u", steps=(items.PlanStep("a", "inProgress"),)
                ),
            ),
        ),
        (
            "thread/status/changed",
            {"status": {"type": "active", "activeFlags": ["waitingOnUserInput"]}},
            items.StatusChanged("waiting"),
        ),
        (
            "thread/status/changed",
            {"status": {"type": "active", "activeFlags": []}},
            items.StatusChanged("running"),
        ),
        (
            "error",
            {
                "turnId": "u",
                "error": {
                    "message": "Retrying 1/5",
                    "codexErrorInfo": {"responseStreamDisconnected": {}},
                },
                "willRetry": True,
            },
            items.ErrorRaised("Retrying 1/5", "responseStreamDisconnected", True),
        ),
        ("warning", {"message": "mind"}, items.WarningRaised("mind")),
        (
            "model/rerouted",
            {"turnId": "u", "fromModel": "a", "toModel": "b"},
            items.WarningRaised("Codex goes on with b instead of a"),
        ),
        (
            "turn/completed",
            {"turn": {"id": "u", "status": "interrupted", "completedAt": 2}},
            TurnCompleted(
                "u", TurnStatus.INTERRUPTED, Stop(StopKind.INTERRUPTED), 2_000
            ),
        ),
    ],
)
def test_a_notification_is_understood(
    method: str, params: dict[str, object], event: items.Event
) -> None:
    told = told_by(method, params)

    assert told == Told(told.turn_id if told else None, event)


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("thread/status/changed", {"status": {"type": "systemError"}}),
        ("item/agentMessage/delta", {"itemId": "i"}),
        ("item/reasoning/summaryPartAdded", {"itemId": "i", "summaryIndex": 0}),
        ("warning", {}),
        ("fs/changed", {"path": "x"}),
    ],
)
def test_what_says_nothing_to_a_person_is_passed_over(
    method: str, params: dict[str, object]
) -> None:
    assert told_by(method, params) is None


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("usageLimitExceeded", StopKind.USAGE_LIMIT),
        ("contextWindowExceeded", StopKind.CONTEXT_FULL),
        ("serverOverloaded", StopKind.OVERLOADED),
        ("unauthorized", StopKind.LOGIN),
        ({"httpConnectionFailed": {"httpStatusCode": 401}}, StopKind.LOGIN),
        ({"httpConnectionFailed": {"httpStatusCode": 500}}, StopKind.OVERLOADED),
        ({"responseTooManyFailedAttempts": {}}, StopKind.OVERLOADED),
        ("cyberPolicy", StopKind.POLICY),
        ("invented tomorrow", StopKind.ERROR),
        ({"invented": {"tomorrow": 1}}, StopKind.ERROR),
        (None, StopKind.ERROR),
    ],
)
def test_a_failure_is_classified(code: object, kind: StopKind) -> None:
    turn = {
        "id": "u",
        "status": "failed",
        "error": {"message": "m", "codexErrorInfo": code},
    }
    told = told_by("turn/completed", {"turn": turn})

    assert told
    assert told.event == TurnCompleted("u", TurnStatus.FAILED, Stop(kind, "m"))


@pytest.mark.parametrize(
    ("limits", "resets_at"),
    [
        (RateLimits(1, primary=_FULL, secondary=_FREE), 1_000),
        (RateLimits(1, primary=_FULL, secondary=_FULL_LATER), 9_000),
        (RateLimits(1, primary=_FREE, secondary=None), None),
        (None, None),
    ],
)
def test_a_usage_limit_resets_with_the_last_of_the_exhausted_windows(
    limits: RateLimits | None, resets_at: int | None
) -> None:
    error = {"message": "m", "codexErrorInfo": "usageLimitExceeded"}
    turn = {"id": "u", "status": "failed", "error": error}
    told = told_by("turn/completed", {"turn": turn}, limits)

    assert told
    assert isinstance(told.event, TurnCompleted)
    assert told.event.stop
    assert told.event.stop.resets_at == resets_at


def test_what_a_limits_update_leaves_out_stays_as_it_was() -> None:
    known = RateLimits(1, primary=_FULL, secondary=_FREE, plan="plus", limit_id="codex")
    update: dict[str, object] = {
        "rateLimits": {
            "limitId": "codex",
            "primary": {"usedPercent": 3, "windowDurationMins": 300, "resetsAt": 5},
            "secondary": None,
        }
    }

    assert merged_limits(known, update, 7) == RateLimits(
        7,
        primary=RateWindow(3, 300, 5_000),
        secondary=_FREE,
        plan="plus",
        limit_id="codex",
    )


def test_another_limit_is_not_mixed_with_the_known_one() -> None:
    known = RateLimits(1, primary=_FULL, secondary=_FREE, limit_id="codex")
    update: dict[str, object] = {"rateLimits": {"limitId": "other"}}

    assert merged_limits(known, update, 7) == RateLimits(7, limit_id="other")
