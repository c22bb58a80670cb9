"""Context: what every handler is given first; the house, assembled."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from threadbook.book.schedules import Schedules
from threadbook.errors import ThreadNotFoundError

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable
    from pathlib import Path

    from threadbook.book.annotations import Book
    from threadbook.codex.binary import CodexBinary
    from threadbook.home import CodexHome
    from threadbook.ids import ThreadId
    from threadbook.index.tasks import Index
    from threadbook.index.types import Changes, TaskRow
    from threadbook.items import Holder
    from threadbook.lifecycle.agree import Payment
    from threadbook.live.schedule import Scheduler
    from threadbook.live.tasks import LiveTasks
    from threadbook.watch.annotations import AnnotationFeed
    from threadbook.watch.feed import Feed
    from threadbook.watch.follow import Follower

_FIRST_SCAN_S = 60.0
"""A window that comes up asks for its tasks before they are all known."""
_BEGINNING_S = 3.0
"""What began just now, by a fork say, is noticed a moment later."""
_OURSELVES = "threadbook"
WINDOWLESS = "Threadbook, window closed, still running"
"""A holder's program: a turn goes on whose window was closed."""


def now_ms() -> int:
    """Return the time, Unix milliseconds."""
    return time.time_ns() // 1_000_000


class UnknownYetError(ThreadNotFoundError):
    """No such task so far; it is worth looking again for *seconds*."""

    def __init__(self, wanted: str, seconds: float) -> None:
        super().__init__(wanted)
        self.seconds = seconds


class Others(Protocol):
    """Other Threadbook processes of the home, as handlers need them; any thread."""

    def reaches(self, thread_id: ThreadId) -> bool:
        """Whether one of them drives a task that can be driven through it."""
        ...

    def waiting(self) -> frozenset[ThreadId]:
        """Return their tasks with a question that waits."""
        ...


@dataclass(slots=True)
class Context:
    """One home with its index, the user's own data, and what runs."""

    home: CodexHome
    index: Index
    book: Book
    codex_path: str | None = None
    """The user's choice of binary; None: find one."""
    feed: Feed | None = None
    """Keeps the index fresh while a server runs; the command line has none."""
    live: LiveTasks | None = None
    others: Others | None = None
    """Who else drives tasks, and shares them, while a server runs."""
    follower: Follower | None = None
    """Tells what other processes write into tasks; with a feed only."""
    annotations: AnnotationFeed | None = None
    """Tells what other processes say of tasks, while a server runs."""
    scheduler: Scheduler | None = None
    """Runs tasks that go on by themselves, while a server runs."""
    clock: Callable[[], int] = now_ms
    announce: Callable[[Changes], None] | None = None
    """Tells this client of tasks that differ, though the index does not."""
    in_view: set[ThreadId] = field(default_factory=set["ThreadId"])
    """Tasks that this client shows just now."""
    tidying: asyncio.Task[None] | None = None
    """Empties the trash of what is old, while a server runs."""
    telling: asyncio.Task[Payment | None] | None = None
    """Tells Codex, behind the requests, of tasks that were deleted or restored."""
    _codex: CodexBinary | None = field(default=None, init=False)

    def codex(self) -> CodexBinary:
        """Return the user's codex, looked for once.

        Raises:
            CodexUnavailableError: none is found.
        """
        # Imported late: a list needs neither a codex nor those who look for one.
        from threadbook.codex.binary import find_codex  # noqa: PLC0415

        if self._codex is None:
            self._codex = find_codex(self.codex_path)
        return self._codex

    def resolve(self, wanted: str) -> TaskRow:
        """Find the task that a client means; never waits.

        Raises:
            UnknownYetError: none fits yet; whoever may wait asks `patience.find`.
            ThreadNotFoundError: none fits.
            AmbiguousTaskError: several do.
        """
        # Asked before: what comes in between is found by the next look.
        seconds = self.patience(wanted)
        try:
            return self.index.resolve(wanted)
        except ThreadNotFoundError as error:
            if not seconds:
                raise
            raise UnknownYetError(wanted, seconds) from error

    def patience(self, wanted: str) -> float:
        """Return how long an unknown task is worth waiting for, in seconds."""
        if self.feed is None:
            return 0.0
        if not self.feed.settled:
            return _FIRST_SCAN_S
        return _BEGINNING_S if self._drives(wanted) else 0.0

    def _drives(self, wanted: str) -> bool:
        return self.live is not None and self.live.state(wanted) is not None

    def holders(self) -> dict[ThreadId, Holder]:
        """Return who holds which thread right now."""
        from threadbook.lifecycle.lock import held_threads  # noqa: PLC0415

        held = held_threads(self.home)
        if all(holder.program != _OURSELVES for holder in held.values()):
            return held
        from threadbook.live.announce import windowless_pids  # noqa: PLC0415

        windowless = windowless_pids(self.home)
        return {
            thread_id: replace(holder, program=WINDOWLESS)
            if holder.pid in windowless
            else holder
            for thread_id, holder in held.items()
        }

    @property
    def schedules(self) -> Schedules:
        """Which tasks go on by themselves, as the book has them."""
        return Schedules(self.book)

    @property
    def index_path(self) -> Path:
        """Where the index lies."""
        return self.index.path
