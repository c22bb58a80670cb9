"""Domain to wire, by hand: live events, questions and usage windows."""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING

from threadbook import items
from threadbook.handlers.convert import item_to_wire, stop_to_wire, usage_to_wire
from threadbook.protocol import live as wire_live

if TYPE_CHECKING:
    from threadbook.live import types as live_types


def event_to_wire(published: live_types.TaskEvent) -> wire_live.TaskEventNotification:
    """Convert a live event, with the turn that it belongs to."""
    return wire_live.TaskEventNotification(
        thread_id=published.thread_id,
        turn_id=published.turn_id,
        seq=published.seq,
        event=_event(published.event),
    )


@singledispatch
def _event(event: items.Event) -> wire_live.Event:
    raise TypeError(type(event))


@_event.register
def _(event: items.TurnStarted) -> wire_live.Event:
    return wire_live.TurnStartedEvent(turn_id=event.turn_id, at=event.at)


@_event.register
def _(event: items.ItemStarted) -> wire_live.Event:
    return wire_live.ItemStartedEvent(item=item_to_wire(event.item))


@_event.register
def _(event: items.ItemDelta) -> wire_live.Event:
    return wire_live.ItemDeltaEvent.model_validate(
        {"itemId": event.item_id, "field": event.field, "delta": event.delta}
    )


@_event.register
def _(event: items.ItemCompleted) -> wire_live.Event:
    return wire_live.ItemCompletedEvent(item=item_to_wire(event.item))


@_event.register
def _(event: items.TurnCompleted) -> wire_live.Event:
    return wire_live.TurnCompletedEvent(
        status=event.status.value, stop=stop_to_wire(event.stop), at=event.at
    )


@_event.register
def _(event: items.StatusChanged) -> wire_live.Event:
    return wire_live.StatusChangedEvent.model_validate({"status": event.status})


@_event.register
def _(event: items.UsageReported) -> wire_live.Event:
    return wire_live.UsageEvent(
        token_usage=usage_to_wire(event.report.usage),
        rate_limits=limits_to_wire(event.report.limits),
    )


@_event.register
def _(event: items.WarningRaised) -> wire_live.Event:
    return wire_live.WarningEvent(message=event.message)


@_event.register
def _(event: items.ErrorRaised) -> wire_live.Event:
    return wire_live.ErrorEvent(
        message=event.message, code=event.code, will_retry=event.will_retry
    )


def limits_to_wire(limits: items.RateLimits | None) -> wire_live.RateLimits | None:
    """Convert the account's usage windows."""
    if limits is None:
        return None
    return wire_live.RateLimits(
        at=limits.at,
        primary=_window(limits.primary),
        secondary=_window(limits.secondary),
        plan=limits.plan,
        limit_id=limits.limit_id,
    )


def _window(window: items.RateWindow | None) -> wire_live.RateWindow | None:
    if window is None:
        return None
    return wire_live.RateWindow(
        used_percent=window.used_percent,
        window_minutes=window.window_minutes,
        resets_at=window.resets_at,
    )


def approval_to_wire(approval: live_types.Approval) -> wire_live.Approval:
    """Convert a question that waits."""
    return wire_live.Approval.model_validate(
        {
            "requestId": approval.request_id,
            "threadId": approval.thread_id,
            "turnId": approval.turn_id,
            "itemId": approval.item_id,
            "kind": approval.kind,
            "title": approval.title,
            "reason": approval.reason,
            "command": approval.command,
            "cwd": approval.cwd,
            "files": approval.files,
            "decisions": approval.decisions,
            "questions": tuple(
                wire_live.Question(
                    id=question.id,
                    header=question.header,
                    question=question.question,
                    is_secret=question.is_secret,
                    allows_other=question.allows_other,
                    options=tuple(
                        wire_live.QuestionOption(
                            label=option.label, description=option.description
                        )
                        for option in question.options
                    ),
                )
                for question in approval.questions
            ),
            "at": approval.at,
        }
    )
