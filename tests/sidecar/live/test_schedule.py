"""Schedules fall due by a clock that stands still until it is told."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from threadbook.book.annotations import Book
from threadbook.book.schedules import Schedule, Schedules
from threadbook.errors import (
    CodexUnavailableError,
    NotPossibleError,
    TaskError,
    TaskInUseError,
)
from threadbook.ids import ThreadId, TurnId
from threadbook.items import Stop, StopKind, TurnCompleted, TurnStatus
from threadbook.live.attempt import GO_ON
from threadbook.live.schedule import Scheduler
from threadbook.live.timing import MAX_ATTEMPTS, Timing
from threadbook.live.types import TaskEvent

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator
    from pathlib import Path

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


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    book = Book(tmp_path / "book.sqlite")
    yield book
    book.close()


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


_LIMIT = Stop(StopKind.USAGE_LIMIT, "no more", NOON + 60 * MINUTE)


async def test_a_task_goes_on_when_it_is_due_and_not_before(book: Book) -> None:
    clock, tasks = Clock(NOON - 3000), Tasks(ends=[None])
    plan(book, prompt="now this")
    async with scheduling(book, clock, tasks) as (scheduler, _):
        assert await run(scheduler) == 3.0
        assert tasks.sent == []
        clock.now = NOON
        await run(scheduler)
        await run(scheduler)

    assert tasks.sent == [(A, "now this")]
    assert planned(book) is None


async def test_without_a_prompt_the_task_is_told_to_go_on(book: Book) -> None:
    tasks = Tasks(ends=[None])
    plan(book)
    async with scheduling(book, Clock(), tasks) as (scheduler, _):
        await run(scheduler)

    assert tasks.sent == [(A, GO_ON)]


async def test_an_account_that_is_still_limited_waits_anew_without_an_attempt(
    book: Book,
) -> None:
    reset = NOON + 90 * MINUTE
    plan(book)
    for tasks in (Tasks(until=reset), Tasks(until_says_codex=reset)):
        plan(book)
        async with scheduling(book, Clock(), tasks) as (scheduler, _):
            await run(scheduler)

        waiting = planned(book)
        assert tasks.sent == []
        assert waiting
        assert (waiting.at, waiting.attempts) == (reset + JITTER, 0)


async def test_a_turn_that_the_limit_stops_again_waits_for_the_new_reset(
    book: Book,
) -> None:
    tasks = Tasks(ends=[_LIMIT, None])
    clock = Clock()
    plan(book)
    async with scheduling(book, clock, tasks) as (scheduler, _):
        await run(scheduler)
        waiting = planned(book)
        assert waiting
        assert _LIMIT.resets_at
        assert (waiting.at, waiting.attempts) == (_LIMIT.resets_at + JITTER, 1)
        await run(scheduler)
        assert len(tasks.sent) == 1
        clock.now = waiting.at
        await run(scheduler)

    assert len(tasks.sent) == 2
    assert planned(book) is None


async def test_what_keeps_failing_is_tried_less_often_and_given_up(
    book: Book,
) -> None:
    tasks = Tasks(ends=[Stop(StopKind.OVERLOADED, "busy")] * 9)
    clock = Clock()
    plan(book)
    waits: list[int] = []
    async with scheduling(book, clock, tasks) as (scheduler, _):
        while (waiting := planned(book)) is not None:
            waits.append(waiting.at - clock.now)
            clock.now = waiting.at
            await run(scheduler)

    assert waits == [0, MINUTE, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE]
    assert len(tasks.sent) == MAX_ATTEMPTS


@pytest.mark.parametrize(
    ("refusal", "attempts"),
    [
        (TaskInUseError(A), [1]),
        (CodexUnavailableError("no codex"), [1]),
        (NotPossibleError("its folder is gone"), []),
    ],
)
async def test_what_may_pass_is_tried_again_and_what_may_not_is_given_up(
    book: Book, refusal: TaskError, attempts: list[int]
) -> None:
    plan(book)
    async with scheduling(book, Clock(), Tasks(refusal=refusal)) as (scheduler, _):
        await run(scheduler)

    found = Schedules(book).all()
    assert [each.attempts for each in found] == attempts
    assert all(each.at == NOON + MINUTE // 4 for each in found)


async def test_a_turn_of_which_nobody_knows_whether_it_began_is_not_begun_again(
    book: Book,
) -> None:
    tasks = Tasks(ends=[CodexUnavailableError("gone in mid-sentence"), None])
    plan(book)
    async with scheduling(book, Clock(), tasks) as (scheduler, _):
        await run(scheduler)
        await run(scheduler)

    assert len(tasks.sent) == 1
    assert planned(book) is None


async def test_a_task_with_which_somebody_went_on_is_left_alone(book: Book) -> None:
    tasks = Tasks(wanted=False)
    plan(book)
    async with scheduling(book, Clock(), tasks) as (scheduler, _):
        await run(scheduler)

    assert tasks.sent == []
    assert planned(book) is None


async def test_several_tasks_go_on_one_after_the_other(book: Book) -> None:
    tasks = Tasks()
    plan(book, A, at=NOON - MINUTE)
    plan(book, B, at=NOON - MINUTE // 2)
    async with scheduling(book, Clock(), tasks) as (scheduler, _):
        await scheduler.look()
        await tasks.begun.wait()
        await scheduler.look()
        assert [thread_id for thread_id, _ in tasks.sent] == [A]
        tasks.end(A, None)
        await scheduler.settled()
        tasks.ends = [None]
        await run(scheduler)

    assert [thread_id for thread_id, _ in tasks.sent] == [A, B]


async def test_of_two_processes_one_runs_it(tmp_path: Path) -> None:
    books = [Book(tmp_path / "book.sqlite") for _ in range(2)]
    plan(books[0])
    first, second = Tasks(ends=[None]), Tasks(ends=[None])
    async with (
        scheduling(books[0], Clock(), first) as (one, _),
        scheduling(books[1], Clock(), second) as (other, _),
    ):
        await asyncio.gather(run(one), run(other))
        await asyncio.gather(run(one), run(other))

    assert len(first.sent) + len(second.sent) == 1
    for book in books:
        book.close()


async def test_who_has_the_task_open_goes_first(tmp_path: Path) -> None:
    books = [Book(tmp_path / "book.sqlite") for _ in range(2)]
    plan(books[0])
    clock, near, far = Clock(), Tasks(ends=[None]), Tasks(ends=[None], driven=None)
    async with (
        scheduling(books[1], clock, far) as (other, _),
        scheduling(books[0], clock, near) as (one, _),
    ):
        assert await run(other) == 1.0
        assert far.sent == []
        await run(one)
        clock.now += 1000
        await run(other)

    assert (len(near.sent), len(far.sent)) == (1, 0)
    for book in books:
        book.close()


async def test_nobody_waits_for_who_is_not_there(book: Book) -> None:
    clock, far = Clock(), Tasks(ends=[None], driven=None)
    plan(book)
    async with scheduling(book, clock, far) as (scheduler, _):
        await run(scheduler)
        clock.now += 1000
        await run(scheduler)

    assert len(far.sent) == 1


async def test_what_the_user_takes_back_is_not_run_and_everybody_is_told(
    book: Book,
) -> None:
    tasks = Tasks()
    clock = Clock(NOON - MINUTE)
    plan(book)
    async with scheduling(book, clock, tasks) as (scheduler, changed):
        await run(scheduler)
        assert changed == [A]
        Schedules(book).cancel(A)
        clock.now = NOON
        await run(scheduler)

    assert changed == [A, A]
    assert tasks.sent == []


async def test_what_was_due_before_we_began_is_held_back_until_it_is_wanted_again(
    book: Book,
) -> None:
    tasks = Tasks(ends=[None])
    plan(book, at=NOON - MINUTE)
    async with scheduling(book, Clock(), tasks) as (scheduler, changed):
        await scheduler.hold_back()
        assert changed == [A]
        await run(scheduler)
        waiting = planned(book)
        assert waiting
        assert scheduler.holds_back(waiting)
        assert tasks.sent == []
        plan(book, at=NOON)
        await run(scheduler)

    assert len(tasks.sent) == 1


async def test_what_was_due_before_we_began_goes_on_where_that_is_automatic(
    book: Book,
) -> None:
    tasks = Tasks(ends=[None])
    plan(book, at=NOON - MINUTE)
    async with scheduling(book, Clock(), tasks, automatic=True) as (scheduler, changed):
        await scheduler.hold_back()
        assert changed == [A]
        await run(scheduler)

    assert len(tasks.sent) == 1


async def test_nothing_runs_before_the_tasks_are_known(book: Book) -> None:
    tasks = Tasks(ends=[None], ready=False)
    plan(book)
    async with scheduling(book, Clock(), tasks) as (scheduler, _):
        assert await run(scheduler) < 1
        assert tasks.sent == []
        tasks.ready = True
        await run(scheduler)

    assert len(tasks.sent) == 1


async def test_a_limit_schedules_our_own_tasks_by_itself_where_that_is_automatic(
    book: Book,
) -> None:
    for automatic in (False, True):
        tasks = Tasks()
        async with scheduling(book, Clock(), tasks, automatic=automatic) as (
            scheduler,
            _,
        ):
            tasks.end(B, _LIMIT)
            tasks.end(A, Stop(StopKind.ERROR, "no"))
            tasks.end(A, _LIMIT)
            await asyncio.gather(*scheduler._work)

        found = Schedules(book).all()
        assert [each.thread_id for each in found] == ([A] if automatic else [])
    waiting = planned(book)
    assert waiting
    assert _LIMIT.resets_at
    assert (waiting.at, waiting.when_reset) == (_LIMIT.resets_at + JITTER, True)


async def test_our_end_in_mid_turn_is_the_end_of_the_schedule(book: Book) -> None:
    tasks = Tasks()
    plan(book)
    async with scheduling(book, Clock(), tasks) as (scheduler, _):
        await scheduler.look()
        await tasks.begun.wait()

    assert planned(book) is None


async def test_who_retires_sees_his_turn_through_and_begins_no_other(
    book: Book,
) -> None:
    tasks = Tasks()
    plan(book)
    async with scheduling(book, Clock(), tasks, automatic=True) as (scheduler, _):
        scheduler.start()
        await tasks.begun.wait()
        plan(book, B)
        await scheduler.retire()
        tasks.end(A, _LIMIT)
        await scheduler.settled()
        waiting = planned(book)

    assert waiting
    assert (waiting.attempts, waiting.owner) == (1, None)
    assert [thread_id for thread_id, _ in tasks.sent] == [A]


async def test_our_end_before_the_turn_leaves_it_to_another_process(
    book: Book,
) -> None:
    reached = asyncio.Event()

    class Hanging(Tasks):
        async def load(self, thread_id: ThreadId) -> ThreadId:
            reached.set()
            await asyncio.Event().wait()
            return thread_id

    plan(book)
    async with scheduling(book, Clock(), Hanging()) as (scheduler, _):
        await scheduler.look()
        await reached.wait()

    waiting = planned(book)
    assert waiting
    assert (waiting.at, waiting.owner, waiting.begun) == (NOON, None, False)


async def test_a_fault_in_one_look_does_not_end_the_schedules(
    book: Book, caplog: pytest.LogCaptureFixture
) -> None:
    stumbled = asyncio.Event()

    class Faulty(Tasks):
        def is_ready(self) -> bool:
            if not stumbled.is_set():
                stumbled.set()
                message = "words of a conversation"
                raise RuntimeError(message)
            return super().is_ready()

    tasks = Faulty(ends=[None])
    clock = Clock()
    async with scheduling(book, clock, tasks) as (scheduler, _):
        scheduler.start()
        await stumbled.wait()
        plan(book, at=NOON)
        scheduler.wake()
        async with asyncio.timeout(10):
            await tasks.begun.wait()

    assert "RuntimeError" in caplog.text
    assert "conversation" not in caplog.text
