"""Scheduler: tasks that go on by themselves, one at a time, never twice.

Of all processes on one home, the one that claims a schedule runs it (see
`book.schedules`). A turn that the limit stops again waits for the new reset; what
keeps failing is tried less and less often, and given up in the end.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import uuid
from typing import TYPE_CHECKING

from threadbook.book.schedules import Claim, Schedule
from threadbook.items import StopKind, TurnCompleted
from threadbook.live.attempt import LEASE_MS, Attempt
from threadbook.live.types import TaskEvent

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from threadbook.book.schedules import Schedules
    from threadbook.ids import ThreadId
    from threadbook.live.attempt import Runner
    from threadbook.live.timing import Timing
    from threadbook.live.types import Published

_log = logging.getLogger(__name__)

_LOOK_SECONDS = 15.0
"""Another process may have scheduled something, or the machine may have slept."""

_UNREADY_SECONDS = 0.5
_COURTESY_MS = 1000
"""So much later for those who would have to take the task over: who has it open goes
first, if he is there."""


class Scheduler:
    """Runs what falls due while this process lives; belongs to one loop.

    What was due before it began is held back, unless *is_automatic*: its user may
    have changed his mind since, and is asked instead. Automatic is also that a task
    which the limit stops here is scheduled by itself.
    """

    def __init__(
        self,
        schedules: Schedules,
        runner: Runner,
        timing: Timing,
        *,
        on_change: Callable[[ThreadId], None],
        is_automatic: bool,
    ) -> None:
        """Tell of tasks whose schedule differs with *on_change*, on the loop."""
        self._schedules = schedules
        self._runner = runner
        self._timing = timing
        self._on_change = on_change
        self._is_automatic = is_automatic
        self._owner = str(uuid.uuid4())
        self._loop: asyncio.AbstractEventLoop | None = None
        self._woken = asyncio.Event()
        self._pause = _LOOK_SECONDS
        self._told: dict[ThreadId, tuple[object, ...]] = {}
        self._held_back: set[tuple[ThreadId, int]] = set()
        self._run: asyncio.Task[None] | None = None
        self._attempt: Attempt | None = None
        self._work: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Begin, on the loop; returns at once."""
        self._loop = asyncio.get_running_loop()
        self._begin(self._watch())

    async def retire(self) -> None:
        """Begin nothing more; a turn that was begun is seen through."""
        running = self._run if self._attempt and self._attempt.runs else None
        work = [each for each in self._work if each is not running]
        for each in work:
            each.cancel()
        await asyncio.gather(*work, return_exceptions=True)

    async def stop(self) -> None:
        """End; what was begun is over, what was not is for another process."""
        work = [*self._work]
        for each in work:
            each.cancel()
        await asyncio.gather(*work, return_exceptions=True)

    def wake(self) -> None:
        """Look at once: something was scheduled or taken back; from any thread."""
        # The loop may be closed: then nothing is run any more.
        with contextlib.suppress(RuntimeError):
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._woken.set)

    def holds_back(self, schedule: Schedule) -> bool:
        """Whether nobody here runs it until it is scheduled again."""
        return (schedule.thread_id, schedule.at) in self._held_back

    def heard(self, published: Published) -> None:
        """Take what live tasks say; on the loop."""
        if not isinstance(published, TaskEvent):
            return
        event, thread_id = published.event, published.thread_id
        if not isinstance(event, TurnCompleted):
            return
        if self._attempt is not None and self._attempt.is_of(thread_id):
            self._attempt.ended(event)
        elif self._is_automatic and self._is_ours_and_limited(thread_id, event):
            self._begin(self._await_reset(thread_id, event))

    async def hold_back(self) -> None:
        """Tell of what was due before we began, and leave it to the user."""
        now = self._timing.clock()
        for schedule in await asyncio.to_thread(self._schedules.all):
            if schedule.at <= now:
                if not self._is_automatic and not _is_at_work(schedule, now):
                    self._held_back.add((schedule.thread_id, schedule.at))
                self._on_change(schedule.thread_id)

    async def look(self) -> float:
        """Begin what is due; returns after how many seconds to look again."""
        now = self._timing.clock()
        await asyncio.to_thread(self._schedules.drop_orphans, now)
        schedules = await self._read()
        if not self._runner.is_ready():
            return _UNREADY_SECONDS
        if self._run is None:
            await self._run_first(schedules, now)
        waits = [at - now for at in map(self._turn_of, schedules) if at > now]
        return min(_LOOK_SECONDS, min(waits, default=_LOOK_SECONDS * 1000) / 1000)

    async def settled(self) -> None:
        """Wait until nothing runs here."""
        if self._run is not None:
            await asyncio.wait({self._run})

    async def _watch(self) -> None:
        await self.hold_back()
        while True:
            # A task of its own: whatever happens once (a full disk, say) must not end
            # the schedules.
            looking = self._begin(self._look())
            await asyncio.wait({looking})
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._pause):
                    await self._woken.wait()
            self._woken.clear()

    async def _look(self) -> None:
        self._pause = _LOOK_SECONDS
        self._pause = await self.look()

    async def _read(self) -> tuple[Schedule, ...]:
        """Read the schedules, and tell of those that differ, whoever changed them."""
        schedules = await asyncio.to_thread(self._schedules.all)
        now = {
            each.thread_id: (each.at, each.prompt, each.attempts, each.owner)
            for each in schedules
        }
        for thread_id in sorted(now.keys() | self._told.keys()):
            if now.get(thread_id) != self._told.get(thread_id):
                self._on_change(thread_id)
        self._told = {**now}
        return schedules

    async def _run_first(self, schedules: tuple[Schedule, ...], now: int) -> None:
        """Begin with the first one that is due and that nobody else is at."""
        for schedule in schedules:
            if self._turn_of(schedule) > now or self.holds_back(schedule):
                continue
            if await asyncio.to_thread(
                self._schedules.claim,
                *(schedule.thread_id, self._owner, now, now + LEASE_MS),
            ):
                self._run = self._begin(self._try(schedule))
                return

    def _turn_of(self, schedule: Schedule) -> int:
        """Return from when on it is for us to run."""
        is_ours = self._runner.drives(schedule.thread_id)
        return schedule.at + (0 if is_ours else _COURTESY_MS)

    async def _try(self, schedule: Schedule) -> None:
        attempt = self._attempt = Attempt(
            self._schedules,
            self._runner,
            self._timing,
            schedule,
            Claim(schedule.thread_id, self._owner),
        )
        try:
            await attempt.make()
        finally:
            self._attempt = self._run = None
            self._woken.set()

    def _is_ours_and_limited(self, thread_id: ThreadId, event: TurnCompleted) -> bool:
        stop = event.stop
        is_limited = stop is not None and stop.kind is StopKind.USAGE_LIMIT
        return is_limited and self._runner.drives(thread_id)

    async def _await_reset(self, thread_id: ThreadId, event: TurnCompleted) -> None:
        resets_at = event.stop.resets_at if event.stop else None
        at = self._timing.next_attempt(1, resets_at)
        now = self._timing.clock()
        schedule = Schedule(thread_id=thread_id, at=at, when_reset=True, created_at=now)
        await asyncio.to_thread(self._schedules.add, schedule)
        self.wake()

    def _begin(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._work.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, work: asyncio.Task[None]) -> None:
        self._work.discard(work)
        if not work.cancelled() and (error := work.exception()) is not None:
            # The type alone: a message might quote a conversation.
            _log.warning("The scheduler stumbled: %s", type(error).__name__)


def _is_at_work(schedule: Schedule, now: int) -> bool:
    """Whether some process is at it, or waits for it by itself."""
    return schedule.is_owned(now) or schedule.kept_until is not None
