from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from support.rollouts import START, rollout
from threadbook.errors import NotPossibleError, ThreadNotFoundError
from threadbook.handlers.schedule import (
    ScheduleRunner,
    task_schedule,
    task_unschedule,
)
from threadbook.handlers.tasks import task_of
from threadbook.handlers.usage import read_usage, usage_read
from threadbook.protocol.schedule import TaskScheduleParams, TaskUnscheduleParams
from threadbook.protocol.usage import UsageReadParams

if TYPE_CHECKING:
    from collections.abc import Callable

    from threadbook.handlers.context import Context
    from threadbook.home import CodexHome

    Opened = Callable[[], Context]

HOUR = 3_600_000
DAY = 24 * HOUR
RESET = START + HOUR


def limited_task(
    home: CodexHome, *, used: float = 100.0, at: int = START, resets_at: int = RESET
) -> str:
    built = rollout(home.root, at=at)
    built.user("go").tokens(10, used_percent=used, resets_at=resets_at // 1000).done()
    return built.thread_id


def opened_at(opened: Opened, now: int) -> Context:
    context = opened()
    context.clock = lambda: now
    return context


def test_the_figures_are_those_that_any_task_heard_last(
    home: CodexHome, opened: Opened
) -> None:
    limited_task(home, used=10.0, at=START - DAY)
    newest = limited_task(home, used=42.5)
    rollout(home.root, at=START + 60_000).user("no windows here").done()

    account = read_usage(opened_at(opened, START)).account

    assert account
    assert account.source_thread_id == newest
    [window] = account.windows
    assert (window.used_percent, window.resets_at) == (42.5, RESET)
    assert not window.stale
    assert account.limited_until is None


def test_an_exhausted_window_says_until_when_and_is_stale_afterwards(
    home: CodexHome, opened: Opened
) -> None:
    limited_task(home)
    before, after = opened_at(opened, RESET - 1), opened_at(opened, RESET)

    limited, free = read_usage(before).account, read_usage(after).account

    assert limited
    assert (limited.limited_until, limited.windows[0].stale) == (RESET, False)
    assert free
    assert (free.limited_until, free.windows[0].stale) == (None, True)


async def test_without_any_figures_there_is_nothing_to_tell(opened: Opened) -> None:
    usage = await usage_read(opened(), UsageReadParams())

    assert (usage.account, usage.days, usage.scheduled) == (None, (), ())


def test_tokens_are_those_of_the_last_thirty_days(
    home: CodexHome, opened: Opened
) -> None:
    for days, tokens in ((0, 5), (2, 7), (31, 11)):
        rollout(home.root, at=START - days * DAY).user("x").tokens(tokens).done()

    days = read_usage(opened_at(opened, START + 1)).days

    assert [each.tokens for each in days] == [5, 7]


def test_a_task_is_scheduled_for_the_reset_and_shows_it(
    home: CodexHome, opened: Opened
) -> None:
    thread_id = limited_task(home)
    context = opened_at(opened, START)

    params = TaskScheduleParams(thread_id=thread_id, when_reset=True, prompt="on")
    schedule = task_schedule(context, params).schedule

    assert RESET < schedule.at < RESET + 60_000
    assert (schedule.prompt, schedule.attempts, schedule.running) == ("on", 0, False)
    assert task_of(context, thread_id).scheduled_resume_at == schedule.at
    assert read_usage(context).scheduled == (schedule,)


def test_a_task_is_scheduled_for_a_time_and_taken_back(
    home: CodexHome, opened: Opened
) -> None:
    thread_id = limited_task(home)
    context = opened_at(opened, START)
    task_schedule(context, TaskScheduleParams(thread_id=thread_id, at=START + 5))
    assert task_of(context, thread_id).scheduled_resume_at == START + 5

    unschedule = TaskUnscheduleParams(thread_id=thread_id)

    assert task_unschedule(context, unschedule).unscheduled
    assert not task_unschedule(context, unschedule).unscheduled
    assert task_of(context, thread_id).scheduled_resume_at is None


def test_a_reset_of_which_nobody_knows_the_time_can_not_be_waited_for(
    home: CodexHome, opened: Opened
) -> None:
    built = rollout(home.root)
    built.user("hi").agent("ho").done()
    context = opened()

    with pytest.raises(NotPossibleError):
        task_schedule(
            context, TaskScheduleParams(thread_id=built.thread_id, when_reset=True)
        )
    with pytest.raises(ThreadNotFoundError):
        task_schedule(context, TaskScheduleParams(thread_id="nosuch", at=1))


@pytest.mark.parametrize("facts", [{}, {"at": 1, "whenReset": True}])
def test_a_schedule_has_a_time_or_waits_for_the_reset(facts: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        TaskScheduleParams.model_validate({"threadId": "x", **facts})


async def test_a_schedule_is_wanted_until_somebody_goes_on(
    home: CodexHome, opened: Opened
) -> None:
    limited, done = rollout(home.root, at=START), rollout(home.root, at=START)
    limited.user("go").hit_limit(resets_at=RESET // 1000).done()
    done.user("go").agent("gone").done()
    context = opened()

    async def is_wanted(thread_id: str, created_at: int) -> bool:
        context.clock = lambda: created_at
        task_schedule(context, TaskScheduleParams(thread_id=thread_id, at=created_at))
        schedule = context.schedules.get(thread_id)
        assert schedule
        return await ScheduleRunner(context).is_wanted(schedule)

    assert await is_wanted(limited.thread_id, START - DAY)
    assert await is_wanted(done.thread_id, START + HOUR)
    assert not await is_wanted(done.thread_id, START - DAY)
