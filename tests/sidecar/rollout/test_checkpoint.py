from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from support.rollouts import GENERATIONS, rollout
from threadbook.rollout.summary import summarize

if TYPE_CHECKING:
    from pathlib import Path

    from support.rollouts import Generation, RolloutBuilder
    from threadbook.rollout.types import Summarized, TurnSpan

LINED = tuple(generation for generation in GENERATIONS if generation != "json")


def eventful(home: Path, generation: Generation) -> RolloutBuilder:
    return (
        rollout(home, generation=generation)
        .wrapper()
        .user("one")
        .command("ls", output="a\n")
        .agent("1")
        .tokens(10, used_percent=4.0)
        .user("two")
        .agent("2")
        .compact()
        .user("three")
        .reasoning("hm")
        .agent("3")
        .hit_limit(resets_at=1_790_003_600)
        .user("four")
        .roll_back(1)
        .user("five")
        .kill()
    )


def applied(spans: list[TurnSpan], result: Summarized) -> list[TurnSpan]:
    """Keep a list of spans as an index does."""
    return [*spans[: result.first_span], *result.spans]


@pytest.mark.parametrize("generation", LINED)
def test_reading_line_by_line_tells_the_same_as_reading_at_once(
    tmp_path: Path, generation: Generation
) -> None:
    builder = eventful(tmp_path, generation)
    path = builder.done()
    lines = path.read_bytes().splitlines(keepends=True)
    at_once = summarize(path)

    path.write_bytes(b"")
    checkpoint: bytes | None = None
    spans: list[TurnSpan] = []
    result = summarize(path)
    for line in lines:
        with path.open("ab") as file:
            file.write(line)
        result = summarize(path, checkpoint)
        checkpoint = result.checkpoint
        spans = applied(spans, result)

    assert result.summary == at_once.summary
    assert spans == list(at_once.spans)
    assert result.offset == at_once.offset


def test_only_what_was_appended_is_read(tmp_path: Path) -> None:
    builder = rollout(tmp_path).user("one").agent("1")
    path = builder.done()
    first = summarize(path)
    # Were the beginning read again, this would be seen.
    content = path.read_bytes()
    middle = len(content) // 2
    path.write_bytes(content[:middle] + b"#" + content[middle + 1 :])
    with path.open("ab") as file:
        file.write(b'{"timestamp":"2026-09-21T15:00:00.000Z","type":"x"}\n')

    result = summarize(path, first.checkpoint)

    assert result.summary.problems == ()
    assert result.summary.preview == "one"


def test_a_rollback_behind_the_checkpoint_changes_earlier_turns(tmp_path: Path) -> None:
    builder = rollout(tmp_path, generation="enveloped")
    for text in ("one", "two", "three"):
        builder.user(text).agent("ok")
    path = builder.done()
    before = summarize(path)
    path = builder.roll_back(2).done()

    after = summarize(path, before.checkpoint)

    spans = applied(list(before.spans), after)
    assert [span.dropped for span in spans] == [False, True, True]
    assert after.summary.turn_count == 1
    assert after.summary == summarize(path).summary


def test_a_file_that_shrank_is_read_whole(tmp_path: Path) -> None:
    builder = rollout(tmp_path).user("one").agent("1")
    path = builder.done()
    long = summarize(path)
    short = builder.content()[: len(builder.lines[0]) + 1]
    path.write_bytes(short)

    result = summarize(path, long.checkpoint)

    assert result.summary.turn_count == 0
    assert result.first_span == 0


def test_a_file_that_was_replaced_is_read_whole(tmp_path: Path) -> None:
    path = rollout(tmp_path).user("one").agent("1").done()
    before = summarize(path)
    other = rollout(tmp_path).user("another").agent("2").user("more").agent("3")
    path.write_bytes(other.content())

    result = summarize(path, before.checkpoint)

    assert result.summary.preview == "another"
    assert len(result.spans) == 2


@pytest.mark.parametrize("checkpoint", [b"", b"x", b"{}", b'{"version":1}', b"[]"])
def test_bytes_that_are_no_checkpoint_are_not_used(
    tmp_path: Path, checkpoint: bytes
) -> None:
    path = rollout(tmp_path).user("one").done()

    assert summarize(path, checkpoint) == summarize(path)


def test_a_line_completed_later_is_read_then(tmp_path: Path) -> None:
    path = rollout(tmp_path).user("one").agent("the answer").done()
    content = path.read_bytes()
    whole = summarize(path)
    path.write_bytes(content[:-40])
    part = summarize(path)
    assert [problem.kind for problem in part.summary.problems] == ["truncatedLine"]

    path.write_bytes(content)
    result = summarize(path, part.checkpoint)

    assert result.summary == whole.summary


def test_a_last_line_without_newline_is_not_read_twice(tmp_path: Path) -> None:
    builder = rollout(tmp_path, generation="enveloped").user("one").agent("1")
    path = builder.done()
    path.write_bytes(builder.content().removesuffix(b"\n"))
    first = summarize(path)
    with path.open("ab") as file:
        file.write(b"\nbroken\n")

    result = summarize(path, first.checkpoint)

    assert result.summary.turn_count == 1
    assert [p.line for p in result.summary.problems] == [len(builder.lines) + 1]
    assert replace(result.summary, problems=(), bytes=0) == replace(
        first.summary, bytes=0
    )
