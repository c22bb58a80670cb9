"""Attempt: one claimed schedule, from its claim to how its turn ended."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Protocol

from threadbook.errors import (
    CodexUnavailableError,
    HomeBusyError,
    TaskError,
    TaskInUseError,
)
from threadbook.items import StopKind, TurnStatus
from threadbook.live.timing import MAX_ATTEMPTS

if TYPE_CHECKING:
    from threadbook.book.schedules import Claim, Schedule, Schedules
    from threadbook.ids import ThreadId
    from threadbook.items import TurnCompleted
    from threadbook.live.timing import Timing

_log = logging.getLogger(__name__)

GO_ON = "Go on where you left off."
"""What is said when a schedule has no prompt of its own."""
LEASE_MS = 120_000
_RENEW_SECONDS = 30.0
_PASSING_ERRORS = (TaskInUseError, CodexUnavailableError, HomeBusyError)
"""What may be over by the next attempt."""
_PASSING_STOPS = frozenset({StopKind.USAGE_LIMIT, StopKind.OVERLOADED})


class Runner(Protocol):
    """What the rooms above do for a schedule."""

    def is_ready(self) -> bool:
        """Whether the tasks are known by now; the first scan may take its time."""
        ...

    async def is_wanted(self, schedule: Schedule) -> bool:
        """Whether nobody went on with the task meanwhile."""
        ...

    async def limited_until(self, *, ask: bool) -> int | None:
        """When the account may go on, Unix ms; *ask* Codex, which runs."""
        ...

    async def load(self, thread_id: ThreadId) -> ThreadId:
        """Resume the task; returns the thread that goes on."""
        ...

    async def send(self, thread_id: ThreadId, text: str) -> None:
        """Begin a turn."""
        ...

    def drives(self, thread_id: ThreadId) -> bool:
        """Whether what happens in a task is our own doing."""
        ...


class Attempt:
    """Makes one task go on; its claim is given back in the end, whatever happens."""

    def __init__(
        self,
        schedules: Schedules,
        runner: Runner,
        timing: Timing,
        schedule: Schedule,
        claim: Claim,
    ) -> None:
        self._schedules = schedules
        self._runner = runner
        self._timing = timing
        self._schedule = schedule
        self._claim = claim
        self._thread_id: ThreadId | None = None
        self._end: asyncio.Future[TurnCompleted] | None = None

    async def make(self) -> None:
        """Run the turn, unless something is against it; ends with the turn."""
        keeping = asyncio.create_task(self._keep())
        try:
            await self._go_on()
        except asyncio.CancelledError:
            # We are ended. Not in a thread: nobody would wait for it.
            if self._end is None:
                self._give_back()
            else:
                self._schedules.finish(self._claim)
            raise
        finally:
            keeping.cancel()

    @property
    def runs(self) -> bool:
        """Whether its turn was begun."""
        return self._end is not None

    def is_of(self, thread_id: ThreadId) -> bool:
        """Whether a turn of that thread is this attempt's."""
        return self._thread_id == thread_id

    def ended(self, completed: TurnCompleted) -> None:
        """Take how the turn ended."""
        if self._end is not None and not self._end.done():
            self._end.set_result(completed)

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(_RENEW_SECONDS)
            until = self._timing.clock() + LEASE_MS
            await asyncio.to_thread(self._schedules.renew, self._claim, until)

    async def _go_on(self) -> None:
        schedule = self._schedule
        if schedule.when_reset and not await self._runner.is_wanted(schedule):
            await self._finish()
            return
        if await self._must_wait(ask=False):
            return
        try:
            thread_id = await self._runner.load(schedule.thread_id)
        except TaskError as error:
            await self._failed(error)
            return
        # Codex runs now, and may know better than the last turn did.
        if not await self._must_wait(ask=True):
            await self._turn(thread_id)

    async def _must_wait(self, *, ask: bool) -> bool:
        until = await self._runner.limited_until(ask=ask)
        if until is not None:
            # Nothing was tried, so nothing is counted.
            at = self._timing.after_reset(until)
            await self._put_off(at, self._schedule.attempts)
        return until is not None

    async def _turn(self, thread_id: ThreadId) -> None:
        now = self._timing.clock()
        if not await asyncio.to_thread(self._schedules.begin, self._claim, now):
            return
        self._thread_id = thread_id
        self._end = asyncio.get_running_loop().create_future()
        try:
            await self._runner.send(thread_id, self._schedule.prompt or GO_ON)
            completed = await self._end
        except TaskInUseError as error:
            await self._failed(error)
        except TaskError as error:
            # The turn may have begun all the same: it is not begun again.
            _log.warning("A scheduled turn failed to begin: %s", error.kind)
            await self._finish()
        else:
            await self._judge(completed)

    async def _judge(self, completed: TurnCompleted) -> None:
        stop = completed.stop
        is_failed = completed.status is TurnStatus.FAILED
        if is_failed and stop is not None and stop.kind in _PASSING_STOPS:
            failures = self._schedule.attempts + 1
            at = self._timing.next_attempt(failures, stop.resets_at)
            await self._try_later(at, failures)
        else:
            await self._finish()

    async def _failed(self, error: TaskError) -> None:
        _log.warning("A scheduled task did not go on: %s", error.kind)
        if isinstance(error, _PASSING_ERRORS):
            failures = self._schedule.attempts + 1
            await self._try_later(self._timing.after_hindrance(failures), failures)
        else:
            await self._finish()

    async def _try_later(self, at: int, failures: int) -> None:
        if failures >= MAX_ATTEMPTS:
            await self._finish()
        else:
            await self._put_off(at, failures)

    async def _put_off(self, at: int, attempts: int) -> None:
        await asyncio.to_thread(self._schedules.put_off, self._claim, at, attempts)

    async def _finish(self) -> None:
        await asyncio.to_thread(self._schedules.finish, self._claim)

    def _give_back(self) -> None:
        schedule = self._schedule
        self._schedules.put_off(self._claim, schedule.at, schedule.attempts)
