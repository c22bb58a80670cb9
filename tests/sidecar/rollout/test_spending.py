"""When a rollout's tokens were used, and by which model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.rollouts import START, rollout
from threadbook.rollout.summary import summarize

if TYPE_CHECKING:
    from support.rollouts import Generation, RolloutBuilder

FIXTURES = Path(__file__).parents[2] / "fixtures" / "rollouts"
HOUR = 3_600_000
HALF = HOUR // 2
OTHER_THREAD = "01a1fb42-0000-7000-8000-000000000001"
TELLING: tuple[Generation, ...] = ("legacy", "enveloped", "paginated")
"""The generations whose rollouts tell of tokens."""


def spent(path: Path) -> list[tuple[int, str | None, int]]:
    """Return half hours since `START`'s, models and tokens."""
    first = START // HALF
    return [(at // HALF - first, model, n) for at, model, n in summarize(path).spent]


def wait(builder: RolloutBuilder, milliseconds: int) -> None:
    builder.clock += milliseconds


@pytest.mark.parametrize("generation", TELLING)
def test_tokens_belong_to_the_half_hour_and_the_model_of_their_turn(
    tmp_path: Path, generation: Generation
) -> None:
    builder = rollout(tmp_path, generation=generation, model="m1")
    builder.user("one").tokens(100).agent("ok").tokens(250, used_percent=4.0)
    builder.model = "m2"
    builder.user("two").tokens(300, used_percent=4.0).agent("ok")
    wait(builder, HALF)
    builder.tokens(700, used_percent=5.0)
    builder.model = "m1"
    wait(builder, 48 * HALF)
    path = builder.user("three").agent("ok").tokens(1700, used_percent=6.0).done()

    assert spent(path) == [
        (0, "m1", 250),
        (0, "m2", 50),
        (1, "m2", 400),
        (49, "m1", 1000),
    ]


@pytest.mark.parametrize("generation", ["json", "bare"])
def test_formats_without_token_counts_tell_of_none(
    tmp_path: Path, generation: Generation
) -> None:
    path = rollout(tmp_path, generation=generation).user("x").tokens(9).done()

    assert summarize(path).spent == ()


def test_half_hours_that_come_again_add_up(tmp_path: Path) -> None:
    builder = rollout(tmp_path).user("x")
    for total in range(1, 41):
        builder.clock = START + total % 20 * HOUR
        builder.tokens(total, used_percent=1.0)
    path = builder.done()

    assert spent(path) == [(2 * hour, "gpt-5", 2) for hour in range(20)]


def test_a_total_that_is_told_again_is_not_used_again(tmp_path: Path) -> None:
    builder = rollout(tmp_path).user("x").tokens(100, last=100).tokens(100, last=100)
    builder.tokens(None, used_percent=1.0)
    wait(builder, HOUR)
    path = builder.tokens(100, last=100).tokens(160, last=60).done()

    assert spent(path) == [(0, "gpt-5", 100), (2, "gpt-5", 60)]


def test_a_counter_that_begins_anew_adds_what_the_request_used(tmp_path: Path) -> None:
    builder = rollout(tmp_path).user("x").tokens(3070, last=3070)
    builder.tokens(6150, last=3080)
    path = (
        builder.user("resumed").tokens(3100, last=3100).tokens(6210, last=3110).done()
    )

    assert spent(path) == [(0, "gpt-5", 6150 + 6210)]


def test_a_counter_that_is_set_back_to_the_window_adds_nothing(tmp_path: Path) -> None:
    builder = rollout(tmp_path).user("x").tokens(900_000, last=200_000)
    path = builder.tokens(258_400, last=0).tokens(258_900, last=500).done()

    assert spent(path) == [(0, "gpt-5", 900_500)]


def test_a_counter_that_begins_anew_unexplained_counts_whole(tmp_path: Path) -> None:
    path = rollout(tmp_path).user("x").tokens(500).tokens(20).tokens(50).done()

    assert spent(path) == [(0, "gpt-5", 550)]


def test_what_a_rollback_drops_was_used(tmp_path: Path) -> None:
    builder = rollout(tmp_path, generation="enveloped").user("one").tokens(100)
    builder.user("two").tokens(250).roll_back(1).tokens(250, last=7000)
    path = builder.user("two again").tokens(300).done()

    assert spent(path) == [(0, "gpt-5", 300)]


@pytest.mark.parametrize("generation", ["legacy", "enveloped"])
def test_what_an_older_fork_copied_is_its_parents(
    tmp_path: Path, generation: Generation
) -> None:
    builder = rollout(
        tmp_path, generation=generation, meta={"forked_from_id": OTHER_THREAD}
    )
    begun = builder.clock
    builder.record("session_meta", {"id": OTHER_THREAD})
    for text, total in (("one", 1290), ("two", 2590)):
        builder.user(text).tokens(total, last=1300)
        builder.end_turn()
    # All of it is written at once: the lines bear that time, not their own.
    builder.lines = [
        builder.lines[0],
        *[with_time_of(builder.lines[0], line) for line in builder.lines[1:]],
    ]
    builder.clock = begun + 3000
    path = builder.user("own").tokens(2590, last=1300).tokens(3900, last=1310).done()

    assert spent(path) == [(0, "gpt-5", 1310)]


def with_time_of(first: bytes, line: bytes) -> bytes:
    end = len('{"timestamp":"2026-01-31T23:59:59.000Z"')
    return first[:end] + line[end:]


def test_what_a_fork_goes_on_from_is_its_parents(tmp_path: Path) -> None:
    base = {"thread_id": OTHER_THREAD, "end_ordinal_exclusive": 23}
    builder = rollout(tmp_path, meta={"history_base": base})
    path = builder.user("own").tokens(4230, last=1420).tokens(5680, last=1450).done()

    assert spent(path) == [(0, "gpt-5", 2870)]


def test_what_a_sub_agent_inherited_is_its_parents(tmp_path: Path) -> None:
    builder = rollout(
        tmp_path,
        meta={
            "source": {
                "subagent": {"thread_spawn": {"parent_thread_id": OTHER_THREAD}}
            },
            "subagent_history_start_ordinal": 9,
        },
    )
    builder.record("session_meta", {"id": OTHER_THREAD})
    builder.user("the parent's").tokens(5000, last=5000).end_turn()
    assert builder.ordinal <= 9
    builder.ordinal = 9
    path = builder.user("my task").tokens(5600, last=700).done()

    assert spent(path) == [(0, "gpt-5", 600)]


@pytest.mark.parametrize("kept", [b"3", b"300},"])
def test_a_damaged_line_costs_no_tokens(tmp_path: Path, kept: bytes) -> None:
    builder = rollout(tmp_path).user("x").tokens(100, used_percent=1.0)
    builder.tokens(300, used_percent=1.0)
    whole = builder.lines[-1]
    at = whole.index(b'"total_tokens":300') + len(b'"total_tokens":')
    builder.lines[-1] = whole[:at] + kept + b"\xff garbage}"
    wait(builder, HOUR)
    path = builder.tokens(450, used_percent=1.0).done()

    entries = summarize(path).spent

    assert sum(each.tokens for each in entries) == 450
    assert [each.model for each in entries] == ["gpt-5", "gpt-5"]


def test_an_unknown_model_is_the_tasks_last(tmp_path: Path) -> None:
    builder = rollout(tmp_path, generation="legacy")
    builder.tokens(100)
    path = builder.user("x").tokens(150).done()

    assert spent(path) == [(0, "gpt-5", 150)]


def test_a_line_in_another_shape_counts_like_any(tmp_path: Path) -> None:
    builder = rollout(tmp_path).user("x").tokens(100).tokens(150, used_percent=2.0)
    builder.lines[-1] = builder.lines[-1].replace(b'"info":{', b'"info": {')
    wait(builder, HOUR)
    path = builder.tokens(200, used_percent=2.0).done()

    assert spent(path) == [(0, "gpt-5", 150), (2, "gpt-5", 50)]


@pytest.mark.parametrize(
    ("version", "tokens"),
    [("0.36.0", 3610), ("0.98.0", 9960), ("0.148.0", 6150 + 6210), ("0.169.0", 5720)],
)
def test_real_rollouts_tell_what_each_of_their_processes_used(
    version: str, tokens: int
) -> None:
    (path,) = (FIXTURES / version).glob("command-that-failed-*.jsonl")

    assert [(each.model, each.tokens) for each in summarize(path).spent] == [
        ("gpt-5", tokens)
    ]
