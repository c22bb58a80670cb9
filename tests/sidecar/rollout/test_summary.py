"""What a summary tells of a rollout: who wrote it, its turns, model, tokens."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from support.rollouts import GENERATIONS, START, rollout
from support.summaries import summary_of
from threadbook.items import GitInfo, TurnStatus
from threadbook.rollout.summary import summarize
from threadbook.rollout.types import Format

if TYPE_CHECKING:
    from pathlib import Path

    from support.rollouts import Generation

OTHER_THREAD = "01a1fb42-0000-7000-8000-000000000001"
TIMED: tuple[Generation, ...] = ("legacy", "enveloped", "paginated")


@pytest.mark.parametrize("generation", GENERATIONS)
def test_every_generation_tells_its_turns_and_messages(
    tmp_path: Path, generation: Generation
) -> None:
    path = (
        rollout(tmp_path, generation=generation)
        .wrapper()
        .user("Fix the parser")
        .command("ls", output="a\n")
        .patch("a.txt", "hello")
        .agent("Fixed.")
        .user("Thanks, and now?")
        .agent("Nothing.")
        .done()
    )

    result = summarize(path)

    summary = result.summary
    assert summary.preview == "Fix the parser"
    assert (summary.turn_count, summary.message_count) == (2, 4)
    assert [span.preview for span in result.spans] == [
        "Fix the parser",
        "Thanks, and now?",
    ]
    assert {span.status for span in result.spans} == {TurnStatus.COMPLETED}
    assert not summary.open_turn
    assert summary.last_stop is None
    assert summary.problems == ()
    assert result.first_span == 0


def test_each_generation_is_told_by_its_lines(tmp_path: Path) -> None:
    formats = {
        generation: summary_of(rollout(tmp_path, generation=generation).done()).format
        for generation in GENERATIONS
    }

    assert formats == {
        "json": Format.JSON,
        "bare": Format.BARE,
        "legacy": Format.ENVELOPED,
        "enveloped": Format.ENVELOPED,
        "paginated": Format.PAGINATED,
    }


@pytest.mark.parametrize("generation", TIMED)
def test_model_effort_and_folder_are_those_of_the_last_turn(
    tmp_path: Path, generation: Generation
) -> None:
    builder = rollout(tmp_path, generation=generation, model="gpt-5", cwd="/old")
    builder.user("one").agent("ok")
    builder.model, builder.effort, builder.cwd = "gpt-6", "high", "/new"
    path = builder.user("two").agent("ok").done()

    summary = summary_of(path)

    assert (summary.model, summary.effort, summary.cwd) == ("gpt-6", "high", "/new")
    assert summary.meta.cwd == "/old"


def test_a_bare_rollout_finds_its_folder_in_the_environment(tmp_path: Path) -> None:
    path = (
        rollout(tmp_path, generation="bare")
        .wrapper("<environment_context>\n<cwd>/code/x</cwd>\n</environment_context>")
        .user("hi")
        .done()
    )

    assert summary_of(path).cwd == "/code/x"


def test_the_header_tells_who_wrote_the_rollout(tmp_path: Path) -> None:
    path = rollout(
        tmp_path,
        meta={
            "originator": "codex_vscode",
            "source": {"custom": "atlas"},
            "model_provider": "azure",
            "forked_from_id": OTHER_THREAD,
            "git": {"branch": "main", "commit_hash": "abc", "repository_url": None},
        },
    ).done()

    meta = summary_of(path).meta

    assert meta.originator == "codex_vscode"
    assert meta.source == "custom:atlas"
    assert meta.model_provider == "azure"
    assert meta.forked_from_id == OTHER_THREAD
    assert meta.git == GitInfo("main", "abc", None)
    assert meta.created_at == START


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("cli", "cli"),
        ("vscode", "vscode"),
        ("exec", "exec"),
        ("mcp", "mcp"),
        ({"subagent": "review"}, "subagent"),
        ({"subagent": {"other": "x"}}, "subagent"),
        ({"internal": "memory"}, "internal"),
        ("something new", "unknown"),
        ({"new": 1}, "unknown"),
        (7, "unknown"),
        (None, None),
    ],
)
def test_sources_of_every_shape_are_named(
    tmp_path: Path, source: object, expected: str | None
) -> None:
    path = rollout(tmp_path, meta={"source": source}).done()

    assert summary_of(path).meta.source == expected


def test_updated_at_is_the_time_of_the_last_record_not_of_the_file(
    tmp_path: Path,
) -> None:
    builder = rollout(tmp_path).user("hi").agent("ok")
    path = builder.done()
    os.utime(path, (1, 1))

    assert summary_of(path).last_at == builder.clock


def test_a_thread_that_was_named_in_its_file_has_that_name(tmp_path: Path) -> None:
    named = rollout(tmp_path, generation="enveloped").user("hi").rename("First")
    assert summary_of(named.done()).name == "First"

    assert summary_of(named.rename("").done()).name == ""


def test_a_compressed_rollout_tells_the_same_as_a_plain_one(tmp_path: Path) -> None:
    builder = rollout(tmp_path).user("hi").command("ls", output="a").agent("ok")
    plain = summarize(builder.done())

    packed = summarize(builder.done(compressed=True))

    assert packed.summary.compressed
    assert packed.checkpoint == b""
    assert packed.summary.turn_count == plain.summary.turn_count
    assert [(s.start, s.end) for s in packed.spans] == [
        (s.start, s.end) for s in plain.spans
    ]


def test_a_repeated_header_adds_what_was_learnt_of_the_repository(
    tmp_path: Path,
) -> None:
    builder = rollout(tmp_path, generation="enveloped").user("hi").end_turn()
    git = {"branch": "later", "commit_hash": "def"}
    builder.record("session_meta", {"id": builder.thread_id, "git": git})

    meta = summary_of(builder.done()).meta

    assert meta.git == GitInfo("later", "def")
    assert meta.cwd == "/code/project"


def test_a_huge_output_is_counted_by_its_head(tmp_path: Path) -> None:
    builder = rollout(tmp_path, generation="legacy").user("hi")
    builder.command("cat", output="x" * 3_000_000)

    result = summarize(builder.done())

    assert result.summary.open_turn
    assert result.summary.last_at == builder.clock
