"""How the summary says that turns ended: limits, errors, interrupts, deaths."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.rollouts import GENERATIONS, rollout
from support.summaries import summary_of
from threadbook.items import StopKind, TurnStatus
from threadbook.rollout.summary import summarize

if TYPE_CHECKING:
    from pathlib import Path

    from support.rollouts import Generation

ENDLESS: tuple[Generation, ...] = ("enveloped", "paginated")
TIMED: tuple[Generation, ...] = ("legacy", "enveloped", "paginated")


@pytest.mark.parametrize("generation", ENDLESS)
def test_an_interrupted_turn_says_so(tmp_path: Path, generation: Generation) -> None:
    path = rollout(tmp_path, generation=generation).user("hi").abort().done()

    summary = summary_of(path)

    assert summary.last_stop is not None
    assert summary.last_stop.kind is StopKind.INTERRUPTED
    assert not summary.open_turn


@pytest.mark.parametrize("generation", GENERATIONS)
def test_a_turn_without_an_end_is_open(tmp_path: Path, generation: Generation) -> None:
    path = (
        rollout(tmp_path, generation=generation)
        .user("hi")
        .command("sleep 9")
        .kill()
        .done()
    )

    result = summarize(path)

    assert result.summary.open_turn
    assert result.summary.last_stop is None
    assert result.spans[0].end is None


@pytest.mark.parametrize("generation", ENDLESS)
def test_a_turn_whose_process_died_before_the_next_began_is_interrupted(
    tmp_path: Path, generation: Generation
) -> None:
    path = (
        rollout(tmp_path, generation=generation)
        .user("one")
        .kill()
        .user("two")
        .agent("ok")
        .done()
    )

    first, second = summarize(path).spans

    assert (first.status, second.status) == (
        TurnStatus.INTERRUPTED,
        TurnStatus.COMPLETED,
    )
    assert first.end == second.start


@pytest.mark.parametrize("generation", TIMED)
def test_a_usage_limit_is_known_with_its_reset_even_where_no_error_was_written(
    tmp_path: Path, generation: Generation
) -> None:
    path = (
        rollout(tmp_path, generation=generation)
        .user("one")
        .agent("ok")
        .user("hi")
        .hit_limit(resets_at=1_790_003_600)
        .done()
    )

    result = summarize(path)

    stop = result.summary.last_stop
    assert stop is not None
    assert stop.kind is StopKind.USAGE_LIMIT
    assert stop.resets_at == 1_790_003_600_000
    assert result.spans[-1].status is TurnStatus.FAILED
    assert not result.summary.open_turn


@pytest.mark.parametrize("generation", TIMED)
def test_a_full_window_is_no_limit_when_the_agent_answered(
    tmp_path: Path, generation: Generation
) -> None:
    path = (
        rollout(tmp_path, generation=generation)
        .user("hi")
        .agent("the last answer")
        .tokens(used_percent=100.0, resets_at=1_790_003_600)
        .done()
    )

    summary = summary_of(path)

    assert summary.last_stop is None
    assert summary.rate_limits is not None


@pytest.mark.parametrize(
    ("limits", "resets_at"),
    [
        ({"primary_used_percent": 100.0, "primary_window_minutes": 300}, None),
        ({"primary": {"used_percent": 100, "resets_in_seconds": 60}}, 60_000),
        ({"primary": {"used_percent": 100, "resets_in_seconds": None}}, None),
        (
            {"primary": {"used_percent": 100, "resets_at": "2026-09-22T00:00:00Z"}},
            1_790_035_200_000,
        ),
        (
            {"primary": {"used_percent": 100.0, "resets_at": 1_790_003_600}},
            1_790_003_600_000,
        ),
        (
            {
                "primary": {"used_percent": 100.0, "resets_at": 1_790_003_600},
                "secondary": {"used_percent": 100.0, "resets_at": 1_790_900_000},
            },
            1_790_900_000_000,
        ),
    ],
)
def test_the_reset_is_read_in_every_shape_that_codex_wrote(
    tmp_path: Path, limits: dict[str, object], resets_at: int | None
) -> None:
    builder = rollout(tmp_path, generation="legacy").user("hi")
    path = builder.event("token_count", info=None, rate_limits=limits).done()

    stop = summary_of(path).last_stop

    assert stop is not None
    assert stop.kind is StopKind.USAGE_LIMIT
    if "resets_in_seconds" in str(limits) and resets_at:
        resets_at += builder.clock
    assert stop.resets_at == resets_at


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("usage_limit_exceeded", StopKind.USAGE_LIMIT),
        ("context_window_exceeded", StopKind.CONTEXT_FULL),
        ("server_overloaded", StopKind.OVERLOADED),
        ("unauthorized", StopKind.LOGIN),
        ("cyber_policy", StopKind.POLICY),
        ("other", StopKind.ERROR),
        ({"http_connection_failed": {"http_status_code": 401}}, StopKind.ERROR),
    ],
)
def test_an_error_that_ended_a_turn_is_classified(
    tmp_path: Path, code: str, kind: StopKind
) -> None:
    path = rollout(tmp_path).user("hi").fail("It broke", code).done()

    stop = summary_of(path).last_stop

    assert stop is not None
    assert (stop.kind, stop.message) == (kind, "It broke")


def test_tokens_are_the_newest_ones_told(tmp_path: Path) -> None:
    path = (
        rollout(tmp_path)
        .user("hi")
        .tokens(10)
        .tokens(None, used_percent=1.0)
        .tokens(30)
        .tokens(None, used_percent=2.0)
        .agent("ok")
        .done()
    )

    summary = summary_of(path)

    assert summary.token_usage is not None
    assert summary.token_usage.total == 30
    assert summary.rate_limits is not None
    assert summary.rate_limits.primary is not None
    assert summary.rate_limits.primary.used_percent == 2.0


def test_the_end_of_another_turn_ends_nothing(tmp_path: Path) -> None:
    builder = rollout(tmp_path).event("task_complete", turn_id="none yet")
    builder.user("one").event("task_complete", turn_id="another").kill()

    assert summary_of(builder.done()).open_turn


def test_a_turn_that_ended_without_any_answer_failed(tmp_path: Path) -> None:
    path = rollout(tmp_path, generation="enveloped").user("hi").done()

    stop = summary_of(path).last_stop

    assert stop is not None
    assert stop.kind is StopKind.ERROR
