"""`resume --when-reset`: wait in the foreground until the usage limit has reset."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

from threadbook.cli.drive import Drive
from threadbook.cli.output import clock_time, span
from threadbook.errors import UsageLimitError
from threadbook.handlers.account import known_limits
from threadbook.index.sync import Sync
from threadbook.items import StopKind
from threadbook.live.limits import limited_until
from threadbook.live.timing import MAX_ATTEMPTS, Timing

if TYPE_CHECKING:
    from collections.abc import Callable

    from threadbook.cli.drive import Started
    from threadbook.cli.going_on import Begin
    from threadbook.cli.session import Session
    from threadbook.handlers.context import Context
    from threadbook.index.types import TaskRow

_TICK_SECONDS = 1.0


class WhenReset:
    """Runs a turn once the account may, and again each time the limit stops it."""

    def __init__(
        self,
        session: Session,
        context: Context,
        again: Callable[[str], Begin],
        *,
        timeout_s: float | None = None,
    ) -> None:
        """Take *again*, which goes on with a thread to which all has been said."""
        self._session = session
        self._context = context
        self._again = again
        self._timeout_s = timeout_s
        self._timing = Timing(context.clock)
        self._thread_id: str | None = None

    async def run(self, row: TaskRow, begin: Begin) -> None:
        """Wait, and go on with a task until a turn of it has completed.

        Raises:
            UsageLimitError: the limit stopped it too often.
            TaskError: what a turn raises.
        """
        # Whatever was to go on with it is no longer needed: we do.
        self._context.schedules.cancel(row.thread_id)
        await self._until_reset(_own_reset(row))
        failures = 0
        while True:
            try:
                await self._turn(begin)
            except UsageLimitError as error:
                failures += 1
                if failures >= MAX_ATTEMPTS or self._thread_id is None:
                    raise
                begin = self._again(self._thread_id)
                await self._wait(
                    self._timing.next_attempt(failures, error.resets_at_ms)
                )
                await self._until_reset(None)
            else:
                return

    async def _turn(self, begin: Begin) -> None:
        async def noting(context: Context) -> Started:
            started = await begin(context)
            self._thread_id = started.thread_id
            return started

        drive = Drive(self._session, self._context, timeout_s=self._timeout_s)
        await drive.run(noting)

    async def _until_reset(self, known: int | None) -> None:
        """Wait while the account is limited, as far as any task has heard."""
        while True:
            limits, _ = await asyncio.to_thread(known_limits, self._context)
            now = self._context.clock()
            until = limited_until(limits, now) or known
            if until is None or until <= now:
                return
            await self._wait(self._timing.after_reset(until))
            # Other tasks may have run into the limit meanwhile.
            await asyncio.to_thread(Sync(self._context.home, self._context.index).scan)
            known = None

    async def _wait(self, until: int) -> None:
        if self._session.json:
            self._session.emit_line({"waiting": {"until": until}})
        elif not sys.stderr.isatty():
            self._say(f"threadbook: {_countdown(until, self._context.clock())}\n")
        # By the clock: a machine that slept is not to wait any longer.
        while (left := until - self._context.clock()) > 0:
            if sys.stderr.isatty():
                self._say(f"\r{_countdown(until, until - left)}\x1b[K")
            await asyncio.sleep(min(_TICK_SECONDS, left / 1000))
        if sys.stderr.isatty():
            self._say("\r\x1b[K")

    def _say(self, text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()


def _own_reset(row: TaskRow) -> int | None:
    stop = row.last_stop
    is_limited = stop is not None and stop.kind is StopKind.USAGE_LIMIT
    return stop.resets_at if stop is not None and is_limited else None


def _countdown(until: int, now: int) -> str:
    return (
        f"The usage limit resets; going on at {clock_time(until)}, "
        f"in {span(until - now)} (Ctrl-C cancels)"
    )
