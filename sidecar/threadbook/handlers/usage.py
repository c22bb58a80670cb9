"""The account's usage windows and what waits for them: `usage/read`."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from threadbook.handlers.account import known_limits
from threadbook.handlers.schedule import schedule_to_wire
from threadbook.handlers.stats import tokens_by_day
from threadbook.index.types import TaskQuery
from threadbook.live.limits import has_reset, limited_until, windows_of
from threadbook.protocol.usage import (
    AccountUsage,
    UsageChangedNotification,
    UsageReadResponse,
    UsageWindow,
)

if TYPE_CHECKING:
    from threadbook.handlers.context import Context
    from threadbook.ids import ThreadId
    from threadbook.items import RateLimits
    from threadbook.protocol.usage import UsageReadParams

_MONTH: Final = 30 * 86_400_000


async def usage_read(context: Context, params: UsageReadParams) -> UsageReadResponse:
    """Return the newest figures; Codex is asked for them where it runs anyway."""
    del params
    if context.live is not None:
        await context.live.account_limits()
    return await asyncio.to_thread(read_usage, context)


def read_usage(context: Context) -> UsageReadResponse:
    """Return what is known without asking Codex."""
    since = context.clock() - _MONTH
    query = TaskQuery(states=None, since=since, limit=None)
    rows = context.index.list_tasks(query).rows
    usage = changed_usage(context)
    return UsageReadResponse(
        account=usage.account,
        days=tokens_by_day(rows, context.index.spent(rows), since),
        scheduled=usage.scheduled,
    )


def changed_usage(context: Context) -> UsageChangedNotification:
    """Return the part that is sent whenever it differs."""
    limits, source = known_limits(context)
    return UsageChangedNotification(
        account=_account(limits, source, context.clock()),
        scheduled=tuple(
            schedule_to_wire(context, each) for each in context.schedules.all()
        ),
    )


def _account(
    limits: RateLimits | None, source: ThreadId | None, now: int
) -> AccountUsage | None:
    if limits is None:
        return None
    return AccountUsage(
        at=limits.at,
        windows=tuple(
            UsageWindow(
                used_percent=window.used_percent,
                window_minutes=window.window_minutes,
                resets_at=window.resets_at,
                stale=has_reset(window, now),
            )
            for window in windows_of(limits)
        ),
        plan=limits.plan,
        limit_id=limits.limit_id,
        limited_until=limited_until(limits, now),
        source_thread_id=source,
    )
