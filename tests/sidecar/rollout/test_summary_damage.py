"""Damaged rollouts: what is named, and what could be read all the same."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import orjson
import pytest
import zstandard

from support.rollouts import rollout
from support.summaries import kinds, summary_of
from support.turns import turns_of
from threadbook.errors import RolloutUnreadableError
from threadbook.rollout.summary import summarize
from threadbook.rollout.types import Format

if TYPE_CHECKING:
    from pathlib import Path

    from support.rollouts import Generation

OTHER_THREAD = "01a1fb42-0000-7000-8000-000000000001"
TIMED: tuple[Generation, ...] = ("legacy", "enveloped", "paginated")


def test_a_truncated_last_line_is_held_back_and_named(tmp_path: Path) -> None:
    path = rollout(tmp_path).user("hi").agent("ok").done(tail=b'{"timestamp":"20')
    size = path.stat().st_size

    result = summarize(path)

    assert kinds(result.summary) == ["truncatedLine"]
    assert result.offset == size - len(b'{"timestamp":"20')
    assert result.summary.turn_count == 1


def test_a_last_line_that_lacks_only_its_newline_counts(tmp_path: Path) -> None:
    path = rollout(tmp_path).user("hi").agent("ok").done()
    path.write_bytes(path.read_bytes().removesuffix(b"\n"))

    result = summarize(path)

    assert result.summary.problems == ()
    assert not result.summary.open_turn
    assert result.offset == path.stat().st_size


def test_a_damaged_line_is_named_by_its_number(tmp_path: Path) -> None:
    builder = rollout(tmp_path).user("hi")
    builder.raw(b"\x00\x00 not json")
    number = len(builder.lines)
    path = builder.agent("ok").done()

    summary = summary_of(path)

    assert [(p.kind, p.line) for p in summary.problems] == [("badLine", number)]
    assert summary.message_count == 2


def test_of_very_many_damaged_lines_the_first_are_named_and_the_rest_counted(
    tmp_path: Path,
) -> None:
    builder = rollout(tmp_path).user("hi")
    first = len(builder.lines) + 1
    for _ in range(30):
        builder.raw(b"not json")
    path = builder.done()
    half = summarize(path)
    for _ in range(15):
        builder.raw(b"not json either")
    builder.done()

    for result in (summarize(path), summarize(path, half.checkpoint)):
        *named, rest = result.summary.problems
        assert [each.line for each in named] == list(range(first, first + 20))
        assert rest.line is None
        assert rest.message == "25 more lines can't be read"


@pytest.mark.parametrize("number", [b"1e308", b"18446744073709551615", b"1e18"])
def test_a_number_beyond_all_measure_is_as_good_as_none(
    tmp_path: Path, number: bytes
) -> None:
    builder = rollout(tmp_path).user("hi").tokens(4321).agent("ok")
    builder.lines = [line.replace(b"4321", number) for line in builder.lines]
    summary = summary_of(builder.done())

    assert summary.turn_count == 1
    assert summary.token_usage is not None
    assert (summary.token_usage.input, summary.token_usage.total) == (0, 0)


@pytest.mark.parametrize(
    "claimed",
    [
        "0001-01-01T00:00:00+23:59",
        "1969-12-31T23:59:59Z",
        "9999-12-31T23:59:59-23:59",
        -1,
        10**13,
        2**53,
    ],
)
@pytest.mark.parametrize("generation", TIMED)
def test_a_time_that_no_clock_wrote_is_as_good_as_none(
    tmp_path: Path, generation: Generation, claimed: object
) -> None:
    builder = rollout(tmp_path, generation=generation).user("hi").agent("ok")
    last_at = summary_of(builder.done()).last_at
    builder.lines.append(
        orjson.dumps(
            {
                "timestamp": claimed,
                "type": "event_msg",
                "payload": {
                    "type": "item_completed",
                    "started_at_ms": -1 if isinstance(claimed, str) else claimed,
                    "item": {"type": "Plan", "id": "p", "text": "t"},
                },
            }
        )
    )

    path = builder.done()

    summary = summary_of(path)
    assert summary.last_at in {last_at, summary.meta.created_at}
    plan = turns_of(path)[-1].items[-1]
    assert (plan.item_id, plan.at) == ("p", None)


def test_a_line_cut_off_in_the_middle_of_the_file_is_named(tmp_path: Path) -> None:
    builder = rollout(tmp_path).user("hi").command("ls", output="x" * 100)
    builder.lines[-1] = builder.lines[-1][:-20]
    path = builder.agent("ok").done()

    assert kinds(summary_of(path)) == ["badLine"]


@pytest.mark.parametrize("generation", ["bare", *TIMED])
def test_line_ends_of_windows_and_blank_lines_change_nothing(
    tmp_path: Path, generation: Generation
) -> None:
    path = rollout(tmp_path, generation=generation).user("hi").agent("ok").done()
    before = summary_of(path)
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n\r\n"))

    after = summary_of(path)

    assert (after.turn_count, after.message_count, after.preview) == (1, 2, "hi")
    assert (after.last_at, after.problems) == (before.last_at, ())


def test_an_empty_file_is_a_summary_with_a_problem(tmp_path: Path) -> None:
    path = rollout(tmp_path).done()
    path.write_bytes(b"")

    summary = summary_of(path)

    assert kinds(summary) == ["emptyFile"]
    assert summary.format is Format.UNKNOWN


@pytest.mark.parametrize(
    "content", [b"garbage\n", b"[1,2]\n", b"\xff\xfe\x00\n", b"\n"]
)
def test_a_file_of_something_else_is_a_summary_with_a_problem(
    tmp_path: Path, content: bytes
) -> None:
    path = rollout(tmp_path).done()
    path.write_bytes(content)

    assert "unknownFormat" in kinds(summary_of(path))


def test_a_file_without_its_header_says_so(tmp_path: Path) -> None:
    builder = rollout(tmp_path).user("hi").agent("ok")
    del builder.lines[0]

    summary = summary_of(builder.done())

    assert kinds(summary) == ["noHeader"]
    assert summary.turn_count == 1


def test_a_name_that_disagrees_with_the_header_is_a_problem(tmp_path: Path) -> None:
    path = rollout(tmp_path, meta={"id": OTHER_THREAD}).user("hi").done()

    summary = summary_of(path)

    assert kinds(summary) == ["idMismatch"]
    assert summary.meta.thread_id == OTHER_THREAD


def test_a_history_mode_of_the_future_is_read_and_named(tmp_path: Path) -> None:
    path = rollout(tmp_path, meta={"history_mode": "quantum"}).user("hi").done()

    summary = summary_of(path)

    assert kinds(summary) == ["unknownFormat"]
    assert summary.turn_count == 1


@pytest.mark.parametrize("checksum", [False, True])
def test_an_archive_that_ends_with_a_line_but_in_mid_frame_is_noticed(
    tmp_path: Path, *, checksum: bool
) -> None:
    path = rollout(tmp_path).user("hi").agent("ok").user("more").agent("ok").done()
    lines = path.read_bytes().splitlines(keepends=True)
    compressor = zstandard.ZstdCompressor(write_checksum=checksum).compressobj()
    whole = compressor.compress(b"".join(lines[:-1]))
    whole += compressor.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)
    cut = path.with_name(f"{path.name}.zst")
    path.unlink()
    cut.write_bytes(whole)
    assert kinds(summary_of(cut)) == ["badArchive"]

    whole += compressor.compress(lines[-1]) + compressor.flush()
    # A frame to be skipped, and one more: both are allowed.
    whole += b"\x50\x2a\x4d\x18\x02\x00\x00\x00xx"
    cut.write_bytes(whole + zstandard.compress(b""))

    assert kinds(summary_of(cut)) == []
    assert summary_of(cut).turn_count == 2


def test_a_damaged_archive_keeps_what_could_be_read(tmp_path: Path) -> None:
    builder = rollout(tmp_path).user("hi")
    for index in range(3000):
        builder.agent(f"answer {index} {os.urandom(40).hex()}")
    path = builder.done(compressed=True)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])

    summary = summary_of(path)

    assert kinds(summary) == ["badArchive"]
    assert summary.preview == "hi"
    assert 1 < summary.message_count < 3000


def test_what_is_no_file_is_no_rollout(tmp_path: Path) -> None:
    path = rollout(tmp_path).path()
    path.mkdir(parents=True)
    link = path.with_name(path.name.replace("rollout-", "linked-"))
    link.symlink_to(tmp_path / "nowhere")
    pipe = path.with_name(path.name.replace("rollout-", "pipe-"))
    os.mkfifo(pipe)

    for wrong in (path, link, pipe, tmp_path / "notes.jsonl"):
        with pytest.raises(RolloutUnreadableError):
            summarize(wrong)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_a_summary_with_a_problem(
    tmp_path: Path,
) -> None:
    path = rollout(tmp_path).user("hi").done()
    path.chmod(0)

    assert kinds(summary_of(path)) == ["unreadable"]


def test_a_picture_of_many_megabytes_harms_nothing(tmp_path: Path) -> None:
    image = "data:image/png;base64," + "A" * 5_000_000
    path = (
        rollout(tmp_path, generation="enveloped")
        .user("look at this", images=(image,))
        .agent("nice")
        .user("and?")
        .agent("ok")
        .done()
    )

    result = summarize(path)

    assert result.summary.problems == ()
    assert [span.preview for span in result.spans] == ["look at this", "and?"]
    assert result.offset == path.stat().st_size


def test_fields_of_wrong_types_are_passed_over(tmp_path: Path) -> None:
    builder = rollout(tmp_path)
    odd: tuple[object, ...] = (None, 7, [7], "x", {}, {"type": None}, {"type": ["a"]})
    for payload in odd:
        for kind in ("event_msg", "response_item", "turn_context", "session_meta"):
            line = {"timestamp": 5, "ordinal": "x", "type": kind, "payload": payload}
            builder.raw(orjson.dumps(line))
    path = builder.user("hi").agent("ok").done()

    assert summary_of(path).turn_count == 1


def test_a_turn_whose_beginning_is_damaged_keeps_its_id(tmp_path: Path) -> None:
    builder = rollout(tmp_path).user("one").agent("1").user("two").agent("2")
    path = builder.done()
    began = b'"type":"task_started"'
    path.write_bytes(path.read_bytes().replace(began, b'"type":"task_st'))

    result = summarize(path)

    assert [span.turn_id for span in result.spans] == builder.turn_ids
    assert [problem.kind for problem in result.summary.problems] == ["badLine"] * 2
    assert not result.summary.open_turn


def test_a_huge_line_of_nonsense_is_one_problem(tmp_path: Path) -> None:
    builder = rollout(tmp_path).user("hi").raw(b'{"x":' + b"[" * 20_000_000)
    path = builder.agent("ok").done()

    result = summarize(path)

    assert kinds(result.summary) == ["oversizedLine"]
    assert result.summary.message_count == 2
