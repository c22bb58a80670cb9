"""Tokens by day and model, as `stats/read` and `usage/read` tell them."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from support.rollouts import START, rollout
from threadbook.handlers.stats import stats_read
from threadbook.handlers.usage import read_usage
from threadbook.index.sync import Sync
from threadbook.protocol.stats import StatsReadParams

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from support.rollouts import Generation, RolloutBuilder
    from threadbook.handlers.context import Context
    from threadbook.home import CodexHome

    Opened = Callable[[], Context]

HOUR = 3_600_000
DAY = 24 * HOUR
NOON = START // DAY * DAY + 12 * HOUR
"""Of 2026-09-21, by UTC."""
PARENT = "01a1fb42-0000-7000-8000-000000000001"


@pytest.fixture(autouse=True)
def _in_utc() -> Generator[None]:
    with in_zone("UTC"):
        yield


@contextmanager
def in_zone(zone: str) -> Generator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", zone)
        time.tzset()
        yield
    time.tzset()


def days_of(context: Context) -> list[tuple[str, str | None, int, int]]:
    """Return days (of the month), models, tasks and tokens."""
    days = stats_read(context, StatsReadParams(weigh_bytes=0)).days
    return [(each.day[8:], each.model, each.tasks, each.tokens) for each in days]


def three_days(home: CodexHome, generation: Generation) -> RolloutBuilder:
    """Write what one task used on three days, with two models."""
    builder = rollout(home.root, generation=generation, at=NOON, model="m1")
    builder.user("one").tokens(100, used_percent=1.0).agent("ok")
    builder.clock += DAY
    builder.user("two").tokens(350, used_percent=2.0)
    builder.model = "m2"
    builder.user("more").tokens(400, used_percent=3.0).agent("ok")
    builder.clock += DAY
    return builder.user("three").tokens(1400, used_percent=4.0).agent("ok")


@pytest.mark.parametrize("generation", ["legacy", "enveloped", "paginated"])
def test_tokens_count_on_the_days_and_for_the_models_that_used_them(
    home: CodexHome, opened: Opened, generation: Generation
) -> None:
    three_days(home, generation).done(compressed=generation == "paginated")

    assert days_of(opened()) == [
        ("23", "m2", 1, 1000),
        ("22", "m1", 1, 250),
        ("22", "m2", 1, 50),
        ("21", "m1", 1, 100),
    ]


@pytest.mark.parametrize("generation", ["json", "bare"])
def test_a_task_that_tells_of_no_tokens_counts_on_its_last_day(
    home: CodexHome, opened: Opened, generation: Generation
) -> None:
    three_days(home, generation).done()

    [(_, model, tasks, tokens)] = days_of(opened())

    assert (model, tasks, tokens) == (None, 1, 0)


def test_tasks_of_one_day_and_model_add_up(home: CodexHome, opened: Opened) -> None:
    three_days(home, "paginated").done()
    rollout(home.root, at=NOON, model="m1").user("x").tokens(7).done()

    assert days_of(opened())[-1] == ("21", "m1", 2, 107)


@pytest.mark.parametrize(
    ("zone", "day"),
    [("IST-5:30", "22"), ("UTC", "21"), ("PST8", "21"), ("XXX-7", "22")],
)
def test_a_day_is_one_of_this_machines_calendar(
    home: CodexHome, opened: Opened, zone: str, day: str
) -> None:
    late = rollout(home.root, at=NOON + 6 * HOUR + HOUR // 2, model="m1")
    late.user("x").tokens(5).done()
    early = rollout(home.root, at=NOON + 4 * HOUR, model="m1").user("x").tokens(70)
    early.done()
    context = opened()

    with in_zone(zone):
        found = days_of(context)

    expected = [(day, "m1", 1, 5), ("21", "m1", 1, 70)]
    assert found == (expected if day == "22" else [("21", "m1", 2, 75)])


def test_a_rollback_gives_no_tokens_back(home: CodexHome, opened: Opened) -> None:
    builder = three_days(home, "enveloped")
    builder.clock += DAY
    builder.roll_back(2).user("again").tokens(1500).done()

    assert days_of(opened())[:2] == [("24", "m2", 1, 100), ("23", "m2", 1, 1000)]


def test_a_fork_counts_what_it_used_itself(home: CodexHome, opened: Opened) -> None:
    parent = three_days(home, "paginated")
    parent.done()
    base = {"thread_id": parent.rollout_id, "end_ordinal_exclusive": parent.ordinal}
    fork = rollout(
        home.root,
        at=NOON + 3 * DAY,
        model="m1",
        meta={"history_base": base, "forked_from_id": parent.thread_id},
    )
    fork.user("own").tokens(1450, last=50).tokens(1470, last=20).done()

    found = days_of(opened())

    assert found[0] == ("24", "m1", 1, 70)
    assert sum(tokens for *_, tokens in found) == 1470


def test_a_fork_that_used_nothing_yet_has_its_day(
    home: CodexHome, opened: Opened
) -> None:
    builder = rollout(home.root, generation="legacy", at=NOON)
    builder.record("session_meta", {"id": PARENT})
    builder.clock = builder.at
    builder.user("copied")
    builder.clock = builder.at
    builder.tokens(900).done()

    assert days_of(opened()) == [("21", "gpt-5", 1, 0)]


def test_what_was_used_before_a_revert_counts_too(
    home: CodexHome, opened: Opened
) -> None:
    before = rollout(home.root, at=NOON, model="m1").user("one").tokens(100, last=100)
    before.end_turn()
    end = before.ordinal
    before.user("two").tokens(300, last=200).done()
    before.archived = True
    before.done()
    base = {"thread_id": before.rollout_id, "end_ordinal_exclusive": end}
    after = rollout(
        home.root,
        thread_id=before.thread_id,
        rollout_id=PARENT,
        at=NOON + DAY,
        model="m1",
        meta={"history_base": base},
    )
    after.user("two, better").tokens(250, last=150).done()

    assert days_of(opened()) == [("22", "m1", 1, 150), ("21", "m1", 1, 300)]


def test_a_task_that_grows_keeps_its_days(home: CodexHome, opened: Opened) -> None:
    builder = three_days(home, "paginated").agent("z" * 100_000)
    path = builder.done()
    context = opened()
    size = path.stat().st_size
    builder.clock += DAY
    builder.model = "m1"
    added = builder.user("four").tokens(1600, used_percent=5.0).agent("ok").content()
    with path.open("ab") as file:
        file.write(added[size:])
    os.utime(path, (NOON // 1000, NOON // 1000))
    Sync(home, context.index).scan()

    assert days_of(context) == [
        ("24", "m1", 1, 200),
        ("23", "m2", 1, 1000),
        ("22", "m1", 1, 250),
        ("22", "m2", 1, 50),
        ("21", "m1", 1, 100),
    ]
    path.unlink()
    Sync(home, context.index).scan()
    assert days_of(context) == []


def test_the_usage_of_the_last_thirty_days_leaves_out_older_ones(
    home: CodexHome, opened: Opened
) -> None:
    three_days(home, "enveloped").done()
    context = opened()
    context.clock = lambda: NOON + 31 * DAY

    assert [(each.day[8:], each.tokens) for each in read_usage(context).days] == [
        ("23", 1000),
        ("22", 250),
        ("22", 50),
    ]
