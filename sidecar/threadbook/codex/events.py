"""Codex's notifications about a thread, as `items.Event`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from threadbook.codex.failures import failure_code, failure_message, stop_of
from threadbook.codex.fields import (
    integer_at,
    milliseconds_at,
    number_at,
    object_at,
    text_at,
    texts_at,
)
from threadbook.codex.items import item_from_wire, plan_from_wire, turn_status
from threadbook.items import (
    ErrorRaised,
    ItemCompleted,
    ItemDelta,
    ItemStarted,
    RateLimits,
    RateWindow,
    StatusChanged,
    Stop,
    StopKind,
    TokenReport,
    TokenUsage,
    TurnCompleted,
    TurnStarted,
    TurnStatus,
    UsageReported,
    WarningRaised,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from threadbook.codex.fields import (
        JsonObject,
    )
    from threadbook.items import Event

_DELTA_FIELDS = {
    "item/agentMessage/delta": "text",
    "item/plan/delta": "text",
    "item/reasoning/summaryTextDelta": "reasoning",
    "item/commandExecution/outputDelta": "output",
}
_WAITING_FLAGS = frozenset({"waitingOnApproval", "waitingOnUserInput"})


@dataclass(frozen=True, slots=True)
class Told:
    """A notification that is about one thread, understood."""

    turn_id: str | None
    event: Event


_OF_TURNS = frozenset({"turn/started", "turn/completed"})


def told_by(
    method: str, params: JsonObject, limits: RateLimits | None = None
) -> Told | None:
    """Understand a notification; None when it says nothing that we show.

    *limits* are the newest windows of the account: they say when a limit resets.
    """
    turn_id = text_at(params, "turnId") or text_at(object_at(params, "turn"), "id")
    field = _DELTA_FIELDS.get(method)
    if field is not None:
        delta, item_id = text_at(params, "delta"), text_at(params, "itemId")
        if not delta or item_id is None:
            return None
        return Told(turn_id, ItemDelta(turn_id or "", item_id, field, delta))
    if method in _OF_TURNS and turn_id is None:
        # Which turn it was nobody knows: that one goes on, as far as we do.
        return None
    if method == "turn/completed":
        return Told(turn_id, _turn_completed(object_at(params, "turn"), limits))
    read = _READERS.get(method)
    event = read(turn_id or "", params) if read else None
    return Told(turn_id, event) if event else None


def _turn_started(turn_id: str, params: JsonObject) -> Event:
    return TurnStarted(turn_id, milliseconds_at(object_at(params, "turn"), "startedAt"))


def _turn_completed(turn: JsonObject, limits: RateLimits | None) -> Event:
    status = turn_status(turn)
    stop: Stop | None = None
    if status is TurnStatus.FAILED:
        stop = stop_of(object_at(turn, "error"), limits)
    elif status is TurnStatus.INTERRUPTED:
        stop = Stop(StopKind.INTERRUPTED, text_at(object_at(turn, "error"), "message"))
    return TurnCompleted(
        text_at(turn, "id") or "", status, stop, milliseconds_at(turn, "completedAt")
    )


def _item_started(turn_id: str, params: JsonObject) -> Event:
    return ItemStarted(turn_id, item_from_wire(_timed_item(params)))


def _item_completed(turn_id: str, params: JsonObject) -> Event:
    return ItemCompleted(turn_id, item_from_wire(_timed_item(params)))


def _timed_item(params: JsonObject) -> JsonObject:
    # The time stands beside the item in notifications, inside it elsewhere.
    item = object_at(params, "item")
    started = params.get("startedAtMs")
    return {"startedAtMs": started, **item} if started else item


def _plan_updated(turn_id: str, params: JsonObject) -> Event:
    return ItemCompleted(turn_id, plan_from_wire(turn_id, params))


def _patch_updated(turn_id: str, params: JsonObject) -> Event:
    item = {
        "type": "fileChange",
        "id": params.get("itemId"),
        "changes": params.get("changes"),
        "status": "inProgress",
    }
    return ItemStarted(turn_id, item_from_wire(item))


def _summary_part(turn_id: str, params: JsonObject) -> Event | None:
    item_id = text_at(params, "itemId")
    if item_id is None or not integer_at(params, "summaryIndex"):
        return None
    return ItemDelta(turn_id, item_id, "reasoning", "\n\n")


def _status_changed(_turn_id: str, params: JsonObject) -> Event | None:
    status = object_at(params, "status")
    match text_at(status, "type"):
        case "active":
            waits = _WAITING_FLAGS & set(texts_at(status, "activeFlags"))
            return StatusChanged("waiting" if waits else "running")
        case "idle":
            return StatusChanged("idle")
        case _:
            # A failed turn says more about itself than `systemError`.
            return None


def _token_usage(_turn_id: str, params: JsonObject) -> Event:
    usage = object_at(params, "tokenUsage")
    total = object_at(usage, "total")
    return UsageReported(
        TokenReport(
            usage=TokenUsage(
                input=integer_at(total, "inputTokens") or 0,
                cached_input=integer_at(total, "cachedInputTokens") or 0,
                output=integer_at(total, "outputTokens") or 0,
                reasoning=integer_at(total, "reasoningOutputTokens") or 0,
                total=integer_at(total, "totalTokens") or 0,
                context_window=integer_at(usage, "modelContextWindow"),
                context_used=integer_at(object_at(usage, "last"), "totalTokens"),
            )
        )
    )


def _error(_turn_id: str, params: JsonObject) -> Event:
    error = object_at(params, "error")
    return ErrorRaised(
        failure_message(error), failure_code(error), params.get("willRetry") is True
    )


def _warning(_turn_id: str, params: JsonObject) -> Event | None:
    message = text_at(params, "message")
    return WarningRaised(message) if message else None


def _rerouted(_turn_id: str, params: JsonObject) -> Event:
    wanted, got = text_at(params, "fromModel"), text_at(params, "toModel")
    return WarningRaised(f"Codex goes on with {got} instead of {wanted}")


_READERS: dict[str, Callable[[str, JsonObject], Event | None]] = {
    "turn/started": _turn_started,
    "item/started": _item_started,
    "item/completed": _item_completed,
    "turn/plan/updated": _plan_updated,
    "item/fileChange/patchUpdated": _patch_updated,
    "item/reasoning/summaryPartAdded": _summary_part,
    "thread/status/changed": _status_changed,
    "thread/tokenUsage/updated": _token_usage,
    "error": _error,
    "warning": _warning,
    "guardianWarning": _warning,
    "model/rerouted": _rerouted,
}


def merged_limits(known: RateLimits | None, params: JsonObject, at: int) -> RateLimits:
    """Take `account/rateLimits/updated` into what is known: null says nothing new."""
    said = object_at(params, "rateLimits")
    limit_id = text_at(said, "limitId")
    if known is not None and limit_id not in {None, known.limit_id}:
        known = None
    return RateLimits(
        at=at,
        primary=_window(said, "primary") or (known.primary if known else None),
        secondary=_window(said, "secondary") or (known.secondary if known else None),
        plan=text_at(said, "planType") or (known.plan if known else None),
        limit_id=limit_id or (known.limit_id if known else None),
    )


def _window(said: JsonObject, name: str) -> RateWindow | None:
    window = object_at(said, name)
    used = number_at(window, "usedPercent")
    if used is None:
        return None
    return RateWindow(
        used_percent=used,
        window_minutes=integer_at(window, "windowDurationMins"),
        resets_at=milliseconds_at(window, "resetsAt"),
    )
