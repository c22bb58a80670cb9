"""Schedules fall due by a clock that stands still until it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

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
from threadbook.book.schedules import Schedules
from threadbook.errors import (
    CodexUnavailableError,
    NotPossibleError,
    TaskInUseError,
)
from threadbook.items import Stop, StopKind
from threadbook.live.attempt import GO_ON
from threadbook.live.timing import MAX_ATTEMPTS

if TYPE_CHECKING:
    from threadbook.book.annotations import Book
    from threadbook.errors import (
        TaskError,
    )


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
    tasks = Tasks(ends=[LIMIT, None])
    clock = Clock()
    plan(book)
    async with scheduling(book, clock, tasks) as (scheduler, _):
        await run(scheduler)
        waiting = planned(book)
        assert waiting
        assert LIMIT.resets_at
        assert (waiting.at, waiting.attempts) == (LIMIT.resets_at + JITTER, 1)
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
