"""Schedules of which other processes and the user have a say, and our own end."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from support.scheduling import (
    JITTER,
    LIMIT,
    MINUTE,
    NOON,
    A,
    B,
    Clock,
    Tasks,
    plan,
    planned,
    run,
    scheduling,
)
from threadbook.book.annotations import Book
from threadbook.book.schedules import Schedules
from threadbook.items import Stop, StopKind

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from threadbook.ids import ThreadId


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
            tasks.end(B, LIMIT)
            tasks.end(A, Stop(StopKind.ERROR, "no"))
            tasks.end(A, LIMIT)
            await asyncio.gather(*scheduler._work)

        found = Schedules(book).all()
        assert [each.thread_id for each in found] == ([A] if automatic else [])
    waiting = planned(book)
    assert waiting
    assert LIMIT.resets_at
    assert (waiting.at, waiting.when_reset) == (LIMIT.resets_at + JITTER, True)


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
        tasks.end(A, LIMIT)
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
