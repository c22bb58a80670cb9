"""Schedules with a clock that stands still, and tasks that end as they are told."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from threadbook.book.schedules import Schedule, Schedules
from threadbook.errors import (
    TaskError,
)
from threadbook.ids import ThreadId, TurnId
from threadbook.items import Stop, StopKind, TurnCompleted, TurnStatus
from threadbook.live.schedule import Scheduler
from threadbook.live.timing import Timing
from threadbook.live.types import TaskEvent

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from threadbook.book.annotations import Book

A = ThreadId("a" * 36)
B = ThreadId("b" * 36)
NOON = 1_800_000_000_000
MINUTE = 60_000
JITTER = 7


@dataclass
class Clock:
    now: int = NOON

    def __call__(self) -> int:
        return self.now


@dataclass
class Tasks:
    """Stands for the rooms above: what a turn comes to is said beforehand."""

    ends: list[Stop | TaskError | None] = field(
        default_factory=list[Stop | TaskError | None]
    )
    """How the next turns end; with none left they hang."""
    refusal: TaskError | None = None
    until: int | None = None
    until_says_codex: int | None = None
    wanted: bool = True
    ready: bool = True
    driven: ThreadId | None = A
    sent: list[tuple[ThreadId, str]] = field(default_factory=list[tuple[ThreadId, str]])
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    scheduler: Scheduler | None = None

    def is_ready(self) -> bool:
        return self.ready

    async def is_wanted(self, schedule: Schedule) -> bool:
        del schedule
        return self.wanted

    async def limited_until(self, *, ask: bool) -> int | None:
        return self.until_says_codex if ask else self.until

    async def load(self, thread_id: ThreadId) -> ThreadId:
        if self.refusal is not None:
            raise self.refusal
        return thread_id

    async def send(self, thread_id: ThreadId, text: str) -> None:
        self.sent.append((thread_id, text))
        self.begun.set()
        if self.ends:
            end = self.ends.pop(0)
            if isinstance(end, TaskError):
                raise end
            self.end(thread_id, end)

    def end(self, thread_id: ThreadId, stop: Stop | None) -> None:
        assert self.scheduler
        status = TurnStatus.FAILED if stop else TurnStatus.COMPLETED
        completed = TurnCompleted("u", status, stop)
        self.scheduler.heard(TaskEvent(thread_id, TurnId("u"), 1, completed))

    def drives(self, thread_id: ThreadId) -> bool:
        return thread_id == self.driven


@asynccontextmanager
async def scheduling(
    book: Book, clock: Clock, tasks: Tasks, *, automatic: bool = False
) -> AsyncGenerator[tuple[Scheduler, list[ThreadId]]]:
    changed: list[ThreadId] = []
    scheduler = Scheduler(
        Schedules(book),
        tasks,
        Timing(clock, lambda: JITTER),
        on_change=changed.append,
        is_automatic=automatic,
    )
    tasks.scheduler = scheduler
    try:
        yield scheduler, changed
    finally:
        await scheduler.stop()


async def run(scheduler: Scheduler) -> float:
    """Look, and wait for what was begun."""
    pause = await scheduler.look()
    await scheduler.settled()
    return pause


def plan(book: Book, thread_id: ThreadId = A, at: int = NOON, **more: object) -> None:
    facts: dict[str, object] = {"when_reset": True, "created_at": NOON - MINUTE}
    schedule = Schedule(thread_id=thread_id, at=at, **facts | more)  # type: ignore[arg-type]
    Schedules(book).put(schedule)


def planned(book: Book) -> Schedule | None:
    return Schedules(book).get(A)


LIMIT = Stop(StopKind.USAGE_LIMIT, "no more", NOON + 60 * MINUTE)
