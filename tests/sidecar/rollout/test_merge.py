from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from support.rollouts import START, rollout
from threadbook.ids import RolloutId
from threadbook.rollout.merge import merge, name_time
from threadbook.rollout.summary import summarize

if TYPE_CHECKING:
    from pathlib import Path

    from support.rollouts import RolloutBuilder
    from threadbook.rollout.types import RolloutSummary

THREAD = "01a1fb42-0000-7000-8000-000000000001"
SECOND = "01a1fb42-0000-7000-8000-000000000002"
THIRD = "01a1fb42-0000-7000-8000-000000000003"
HOUR = 3_600_000


def summary(builder: RolloutBuilder) -> RolloutSummary:
    return summarize(builder.done()).summary


def revision(
    home: Path, rollout_id: str, base: str, end: int, *, hours: int
) -> RolloutSummary:
    meta: dict[str, object] = {
        "history_base": {"thread_id": base, "end_ordinal_exclusive": end}
    }
    builder = rollout(
        home,
        thread_id=THREAD,
        rollout_id=rollout_id,
        at=START + hours * HOUR,
        meta=meta,
    )
    return summary(builder.user(f"after {hours}").agent("ok"))


def test_one_file_is_the_thread(tmp_path: Path) -> None:
    only = summary(rollout(tmp_path, thread_id=THREAD).user("hi").agent("ok"))

    thread = merge([only])

    assert thread.thread_id == THREAD
    assert (thread.turn_count, thread.message_count) == (1, 2)
    assert (thread.created_at, thread.updated_at) == (START, only.last_at)
    assert not thread.archived
    assert thread.base == ()


def test_after_a_revert_the_newest_file_is_active_and_names_its_prefixes(
    tmp_path: Path,
) -> None:
    first = summary(rollout(tmp_path, thread_id=THREAD).user("first").agent("ok"))
    second = revision(tmp_path, SECOND, THREAD, 12, hours=1)
    third = revision(tmp_path, THIRD, SECOND, 30, hours=2)

    thread = merge([second, first, third])

    assert thread.active == third
    assert thread.rollouts == (third, second, first)
    assert thread.base == ((RolloutId(SECOND), 30), (RolloutId(THREAD), 12))
    assert thread.bytes == first.bytes + second.bytes + third.bytes


def test_a_prefix_of_a_prefix_ends_no_later_than_what_includes_it(
    tmp_path: Path,
) -> None:
    second = revision(tmp_path, SECOND, THREAD, 40, hours=1)
    third = revision(tmp_path, THIRD, SECOND, 7, hours=2)

    assert merge([second, third]).base == (
        (RolloutId(SECOND), 7),
        (RolloutId(THREAD), 7),
    )


def test_prefixes_that_go_round_in_a_circle_end(tmp_path: Path) -> None:
    second = revision(tmp_path, SECOND, THIRD, 9, hours=1)
    third = revision(tmp_path, THIRD, SECOND, 9, hours=2)

    assert len(merge([second, third]).base) == 2


def test_the_file_that_codex_names_is_active(tmp_path: Path) -> None:
    first = summary(rollout(tmp_path, thread_id=THREAD).user("first"))
    second = revision(tmp_path, SECOND, THREAD, 12, hours=1)

    assert merge([first, second], first.path).active == first
    assert merge([first, second], tmp_path / "elsewhere").active == second


def test_a_plain_file_wins_over_its_compressed_twin(tmp_path: Path) -> None:
    builder = rollout(tmp_path, thread_id=THREAD).user("hi")
    packed = summarize(builder.done(compressed=True)).summary

    assert not merge([packed, summary(builder)]).active.compressed


def test_a_thread_is_archived_where_its_active_file_is(tmp_path: Path) -> None:
    builder = rollout(tmp_path, thread_id=THREAD, archived=True).user("hi")
    archived = summary(builder)
    assert merge([archived]).archived

    builder.archived = False
    both = merge([archived, summary(builder)])

    assert not both.archived
    assert len(both.rollouts) == 2


def test_a_thread_without_a_time_has_that_of_its_name(tmp_path: Path) -> None:
    builder = rollout(tmp_path, generation="bare", meta={"timestamp": None})
    only = replace(summary(builder.user("hi")), last_at=None)

    thread = merge([only])

    assert thread.created_at == thread.updated_at == START


def test_names_without_a_time_have_none(tmp_path: Path) -> None:
    assert name_time(tmp_path / f"odd-{THREAD}.jsonl") is None
    assert name_time(tmp_path / f"rollout-2026-99-99T00-00-00-{THREAD}.jsonl") is None


def test_problems_of_other_files_name_their_file(tmp_path: Path) -> None:
    first = summary(rollout(tmp_path, thread_id=THREAD).raw(b"broken"))
    second = revision(tmp_path, SECOND, THREAD, 12, hours=1)

    (problem,) = merge([first, second]).problems

    assert problem.kind == "badLine"
    assert problem.message.startswith(first.path.name)


def test_a_file_without_messages_takes_the_preview_of_an_older_one(
    tmp_path: Path,
) -> None:
    first = summary(rollout(tmp_path, thread_id=THREAD).user("what it is about"))
    second = replace(revision(tmp_path, SECOND, THREAD, 1, hours=1), preview=None)

    assert merge([first, second]).preview == "what it is about"
