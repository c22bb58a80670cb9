"""Tasks that go on by themselves: `task/schedule`, `task/unschedule`, and the doing."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from threadbook.book.schedules import Schedule
from threadbook.errors import NotPossibleError
from threadbook.handlers.account import known_limits
from threadbook.handlers.live import task_resume, task_send
from threadbook.ids import ThreadId
from threadbook.index.types import Changes
from threadbook.items import StopKind
from threadbook.live.limits import limited_until
from threadbook.live.timing import Timing
from threadbook.protocol import live as wire_live
from threadbook.protocol import schedule as wire

if TYPE_CHECKING:
    from threadbook.handlers.context import Context
    from threadbook.index.types import TaskRow

_TO_GO_ON_WITH: Final = frozenset({StopKind.USAGE_LIMIT, StopKind.OVERLOADED})
_SLACK_MS: Final = 5_000
"""The last lines of a stopped turn may be younger than its schedule."""


def task_schedule(
    context: Context, params: wire.TaskScheduleParams
) -> wire.TaskScheduleResponse:
    """Let a task go on by itself.

    Raises:
        ThreadNotFoundError: there is no such task.
        NotPossibleError: it waits for a reset of which nobody knows the time.
    """
    row = context.index.resolve(params.thread_id)
    schedule = Schedule(
        thread_id=row.thread_id,
        at=params.at if params.at is not None else _after_reset(context, row),
        when_reset=params.when_reset,
        prompt=params.prompt or None,
        created_at=context.clock(),
    )
    context.schedules.put(schedule)
    _tell(context, row.thread_id)
    return wire.TaskScheduleResponse(schedule=schedule_to_wire(context, schedule))


def task_unschedule(
    context: Context, params: wire.TaskUnscheduleParams
) -> wire.TaskUnscheduleResponse:
    """Take back what was scheduled; for a task that is gone, too."""
    cancelled = context.schedules.cancel(params.thread_id)
    if cancelled:
        _tell(context, ThreadId(params.thread_id))
    return wire.TaskUnscheduleResponse(unscheduled=cancelled)


def schedule_to_wire(context: Context, schedule: Schedule) -> wire.Schedule:
    """Convert a schedule, with how it stands here."""
    scheduler = context.scheduler
    return wire.Schedule(
        thread_id=schedule.thread_id,
        at=schedule.at,
        when_reset=schedule.when_reset,
        prompt=schedule.prompt,
        attempts=schedule.attempts,
        created_at=schedule.created_at,
        running=schedule.is_owned(context.clock()),
        held_back=scheduler is not None and scheduler.holds_back(schedule),
    )


def reset_of(context: Context, row: TaskRow) -> int | None:
    """Return when the limit resets that keeps a task waiting; None: not known."""
    limits, _ = known_limits(context)
    until = limited_until(limits, context.clock())
    return until or (row.last_stop.resets_at if row.last_stop else None)


def _after_reset(context: Context, row: TaskRow) -> int:
    resets_at = reset_of(context, row)
    if resets_at is None:
        message = "Nobody told when a usage limit resets; name a time instead"
        raise NotPossibleError(message)
    return Timing(context.clock).after_reset(resets_at)


def _tell(context: Context, thread_id: ThreadId) -> None:
    if context.announce is not None:
        context.announce(Changes(changed=frozenset({thread_id})))
    if context.scheduler is not None:
        context.scheduler.wake()


class ScheduleRunner:
    """What a scheduler needs of the rooms around it; see `live.attempt.Runner`."""

    def __init__(self, context: Context) -> None:
        """Take the context whose live tasks are driven."""
        self._context = context

    def is_ready(self) -> bool:
        """Whether the index is complete: what is not in it is gone."""
        feed = self._context.feed
        return feed is None or feed.settled

    async def is_wanted(self, schedule: Schedule) -> bool:
        """Whether nobody went on with the task since it was scheduled."""
        row = await asyncio.to_thread(self._context.index.get, schedule.thread_id)
        if row is None:
            return False
        if row.updated_at <= schedule.created_at + _SLACK_MS:
            return True
        return row.last_stop is not None and row.last_stop.kind in _TO_GO_ON_WITH

    async def limited_until(self, *, ask: bool) -> int | None:
        """When the account may go on; Codex itself knows best."""
        context, live = self._context, self._context.live
        told = await live.account_limits() if ask and live is not None else None
        now = context.clock()
        if told is not None:
            return None if told.is_usable else limited_until(told.limits, now)
        if ask:
            return None
        limits, _ = await asyncio.to_thread(known_limits, context)
        return limited_until(limits, now)

    async def load(self, thread_id: ThreadId) -> ThreadId:
        """Resume the task, as a person would."""
        params = wire_live.TaskResumeParams(thread_id=thread_id)
        resumed = await task_resume(self._context, params)
        return ThreadId(resumed.thread_id)

    async def send(self, thread_id: ThreadId, text: str) -> None:
        """Begin a turn."""
        params = wire_live.TaskSendParams(thread_id=thread_id, text=text)
        await task_send(self._context, params)

    def drives(self, thread_id: ThreadId) -> bool:
        """Whether what happens in a task is our own doing."""
        live = self._context.live
        return live is not None and live.drives(thread_id)
