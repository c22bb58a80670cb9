"""`resume --when-reset`: wait in the foreground until the usage limit has reset.

The terminal stands in the same queue as the windows (`book.schedules`): they show
that it waits and can take it back, and one task goes on at a time. But it keeps its
schedule for itself, for nobody else knows its settings, and ends with it.
"""

from __future__ import annotations

import asyncio
import sys
import uuid
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from threadbook.book.schedules import Claim, Schedule
from threadbook.cli.drive import Drive
from threadbook.cli.output import clock_time, span
from threadbook.errors import NotPossibleError, UsageLimitError
from threadbook.handlers.account import known_limits
from threadbook.index.sync import Sync
from threadbook.items import StopKind
from threadbook.live.attempt import LEASE_MS
from threadbook.live.limits import limited_until
from threadbook.live.timing import MAX_ATTEMPTS, Timing

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from threadbook.cli.drive import Started
    from threadbook.cli.going_on import Begin
    from threadbook.cli.session import Session
    from threadbook.handlers.context import Context
    from threadbook.index.types import TaskRow

_TICK_SECONDS = 1.0
_RENEW_SECONDS = 30.0


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
        self._kept_until = 0

    async def run(self, row: TaskRow, begin: Begin, prompt: str | None) -> None:
        """Wait, and go on with a task until a turn of it has completed.

        Raises:
            UsageLimitError: the limit stopped it too often.
            NotPossibleError: it was taken back, or scheduled anew, elsewhere.
            TaskError: what a turn raises.
        """
        claim = Claim(row.thread_id, str(uuid.uuid4()))
        schedule = await self._scheduled(claim, row, prompt)
        # In place of whatever was to go on with it: we do.
        self._context.schedules.put(schedule)
        try:
            await self._wait_in_queue(claim, schedule)
            await self._go_on(claim, schedule, begin)
        finally:
            # Not in a thread: after Ctrl-C nobody would wait for it.
            self._context.schedules.finish(claim)

    async def _scheduled(
        self, claim: Claim, row: TaskRow, prompt: str | None
    ) -> Schedule:
        now = self._context.clock()
        until = await self._limited_until(_own_reset(row))
        self._kept_until = now + LEASE_MS
        return Schedule(
            thread_id=row.thread_id,
            at=now if until is None else self._timing.after_reset(until),
            when_reset=True,
            prompt=prompt,
            created_at=now,
            owner=claim.owner,
            kept_until=self._kept_until,
        )

    async def _go_on(self, claim: Claim, schedule: Schedule, begin: Begin) -> None:
        failures = 0
        while True:
            try:
                async with self._leased(claim):
                    await self._turn(begin)
            except UsageLimitError as error:
                failures += 1
                if failures >= MAX_ATTEMPTS or self._thread_id is None:
                    raise
                begin = self._again(self._thread_id)
                at = self._timing.next_attempt(failures, error.resets_at_ms)
                schedule = replace(schedule, at=at, attempts=failures)
                self._context.schedules.keep_off(claim, at, failures)
                await self._wait_in_queue(claim, schedule)
            else:
                return

    async def _turn(self, begin: Begin) -> None:
        async def noting(context: Context) -> Started:
            started = await begin(context)
            self._thread_id = started.thread_id
            return started

        drive = Drive(self._session, self._context, timeout_s=self._timeout_s)
        await drive.run(noting)

    async def _wait_in_queue(self, claim: Claim, schedule: Schedule) -> None:
        """Wait until it is due, the account may, and no other task goes on."""
        schedules = self._context.schedules
        while True:
            await self._wait(claim, schedule)
            # Other tasks may have run into the limit meanwhile.
            await asyncio.to_thread(Sync(self._context.home, self._context.index).scan)
            until = await self._limited_until(None)
            if until is not None:
                schedule = replace(schedule, at=self._timing.after_reset(until))
                schedules.keep_off(claim, schedule.at, schedule.attempts)
                continue
            now = self._context.clock()
            if schedules.claim(claim.thread_id, claim.owner, now, now + LEASE_MS):
                schedules.begin(claim, now)
                return
            self._keep(claim, schedule)
            await asyncio.sleep(_TICK_SECONDS)

    async def _limited_until(self, known: int | None) -> int | None:
        """Return until when the account is limited, as far as any task has heard."""
        limits, _ = await asyncio.to_thread(known_limits, self._context)
        now = self._context.clock()
        until = limited_until(limits, now) or known
        return until if until is not None and until > now else None

    async def _wait(self, claim: Claim, schedule: Schedule) -> None:
        until = schedule.at
        left = until - self._context.clock()
        if left > 0:
            self._say_that_it_waits(until, left)
        # By the clock: a machine that slept is not to wait any longer.
        while (left := until - self._context.clock()) > 0:
            self._keep(claim, schedule)
            if sys.stderr.isatty():
                self._say(f"\r{_countdown(until, until - left)}\x1b[K")
            await asyncio.sleep(min(_TICK_SECONDS, left / 1000))
        if sys.stderr.isatty():
            self._say("\r\x1b[K")

    def _keep(self, claim: Claim, schedule: Schedule) -> None:
        schedules, now = self._context.schedules, self._context.clock()
        has_slept = now > self._kept_until
        until = self._kept_until = now + LEASE_MS
        if schedules.keep(claim, until):
            return
        # Who woke up first may have taken us for gone.
        again = replace(schedule, owner=claim.owner, kept_until=until)
        if not (has_slept and schedules.add(again)):
            message = "It was taken back, or scheduled anew, in another window"
            raise NotPossibleError(message)

    @asynccontextmanager
    async def _leased(self, claim: Claim) -> AsyncGenerator[None]:
        """Stay the one that goes on, for as long as the turn runs."""
        keeping = asyncio.create_task(self._renew(claim))
        try:
            yield
        finally:
            keeping.cancel()

    async def _renew(self, claim: Claim) -> None:
        while True:
            await asyncio.sleep(_RENEW_SECONDS)
            until = self._context.clock() + LEASE_MS
            await asyncio.to_thread(self._context.schedules.renew, claim, until)

    def _say_that_it_waits(self, until: int, left: int) -> None:
        if self._session.json:
            self._session.emit_line({"waiting": {"until": until}})
        elif not sys.stderr.isatty():
            self._say(f"threadbook: {_countdown(until, until - left)}\n")

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
