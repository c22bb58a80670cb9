from __future__ import annotations

import os
from typing import TYPE_CHECKING

import orjson
import pytest
import zstandard

from support.rollouts import GENERATIONS, START, rollout
from threadbook.errors import RolloutUnreadableError
from threadbook.items import GitInfo, StopKind, TurnStatus
from threadbook.rollout.summary import summarize
from threadbook.rollout.types import Format, HistoryBase

if TYPE_CHECKING:
    from pathlib import Path

    from support.rollouts import Generation
    from threadbook.rollout.types import RolloutSummary

OTHER_THREAD = "01a1fb42-0000-7000-8000-000000000001"
ENDLESS: tuple[Generation, ...] = ("enveloped", "paginated")
TIMED: tuple[Generation, ...] = ("legacy", "enveloped", "paginated")


def summary_of(path: Path) -> RolloutSummary:
    return summarize(path).summary


def kinds(summary: RolloutSummary) -> list[str]:
    return [problem.kind for problem in summary.problems]


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
        .wrapper("<environment_context>\n<cwd>/work/x</cwd>\n</environment_context>")
        .user("hi")
        .done()
    )

    assert summary_of(path).cwd == "/work/x"


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


# How turns end.


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


# Rollbacks, forks, sub-agents.


def test_a_rollback_drops_the_last_turns_and_what_followed_them(tmp_path: Path) -> None:
    path = (
        rollout(tmp_path, generation="enveloped")
        .user("one")
        .agent("1")
        .user("two")
        .agent("2")
        .user("three")
        .agent("3")
        .roll_back(2)
        .user("two again")
        .agent("2b")
        .done()
    )

    result = summarize(path)

    assert [span.dropped for span in result.spans] == [False, True, True, False]
    assert (result.summary.turn_count, result.summary.message_count) == (2, 4)


def test_rollbacks_add_up(tmp_path: Path) -> None:
    builder = rollout(tmp_path, generation="legacy")
    for text in ("one", "two", "three"):
        builder.user(text).agent("ok")
    path = builder.roll_back(1).roll_back(1).done()

    spans = summarize(path).spans

    assert [span.dropped for span in spans] == [False, True, True]


def test_a_rollback_of_more_turns_than_there_are_drops_all(tmp_path: Path) -> None:
    path = rollout(tmp_path, generation="legacy").user("one").roll_back(9).done()

    summary = summary_of(path)

    assert (summary.turn_count, summary.open_turn) == (0, False)


def test_a_legacy_fork_owns_the_turns_that_it_copied(tmp_path: Path) -> None:
    builder = rollout(tmp_path, generation="enveloped")
    builder.record("session_meta", {"id": OTHER_THREAD, "cwd": "/elsewhere"})
    path = builder.user("copied").agent("ok").user("own").agent("ok").done()

    summary = summary_of(path)

    assert summary.turn_count == 2
    assert summary.meta.thread_id == builder.thread_id
    assert summary.meta.forked_from_id == OTHER_THREAD
    assert "idMismatch" not in kinds(summary)


def test_what_a_paginated_sub_agent_inherited_is_not_its_own(tmp_path: Path) -> None:
    builder = rollout(
        tmp_path,
        meta={
            "source": {
                "subagent": {
                    "thread_spawn": {
                        "parent_thread_id": OTHER_THREAD,
                        "agent_nickname": "Ada",
                    }
                }
            },
            "subagent_history_start_ordinal": 9,
        },
    )
    builder.record("session_meta", {"id": OTHER_THREAD})
    builder.user("the parent's").agent("ok").end_turn()
    assert builder.ordinal <= 9
    builder.ordinal = 9
    path = builder.user("my task").agent("done").done()

    result = summarize(path)

    meta = result.summary.meta
    assert [span.preview for span in result.spans] == ["my task"]
    assert result.summary.preview == "my task"
    assert (meta.is_sub_agent, meta.agent_nickname) == (True, "Ada")
    assert meta.parent_thread_id == OTHER_THREAD
    assert result.spans[0].start_ordinal == 9


def test_what_a_legacy_sub_agent_inherited_ends_where_it_was_spawned(
    tmp_path: Path,
) -> None:
    builder = rollout(
        tmp_path,
        generation="enveloped",
        meta={"source": {"subagent": {"thread_spawn": {"depth": 1}}}},
    )
    builder.record("session_meta", {"id": OTHER_THREAD})
    builder.event("task_started", turn_id="p", started_at=START // 1000 - 60)
    builder.steer("the parent's").agent("ok")
    builder.call("spawn_agent", {"message": "x"}, call_id="c")
    builder.answer("c", "You are the newly spawned agent. The prior conversation")
    path = builder.user("my task").agent("done").done()

    result = summarize(path)

    assert [span.preview for span in result.spans] == ["my task"]
    assert result.summary.message_count == 2


def test_the_prefix_of_a_reverted_file_is_named(tmp_path: Path) -> None:
    base = {"thread_id": OTHER_THREAD, "end_ordinal_exclusive": 17}
    path = rollout(tmp_path, meta={"history_base": base}).user("hi").done()

    result = summarize(path)

    assert result.summary.meta.history_base == HistoryBase(
        result.summary.meta.history_base.rollout_id
        if result.summary.meta.history_base
        else result.summary.rollout_id,
        17,
    )
    assert result.spans[0].start_ordinal == 18


# Who said what.


def test_a_steered_turn_stays_one_turn(tmp_path: Path) -> None:
    path = rollout(tmp_path).user("hi").steer("and mind this").agent("ok").done()

    summary = summary_of(path)

    assert (summary.turn_count, summary.message_count) == (1, 3)


def test_a_message_that_only_the_model_saw_is_shown_when_no_event_tells_of_any(
    tmp_path: Path,
) -> None:
    builder = rollout(tmp_path, generation="enveloped").begin_turn()
    content = [{"type": "input_text", "text": "Only here"}]
    builder.response("message", role="user", content=content)
    path = builder.agent("ok").done()

    result = summarize(path)

    assert result.summary.preview == "Only here"
    assert result.spans[0].preview == "Only here"
    assert result.summary.message_count == 2


def test_a_history_of_bare_messages_in_envelopes_has_turns(tmp_path: Path) -> None:
    builder = rollout(tmp_path, generation="legacy")
    for text in ("one", "two"):
        content = [{"type": "input_text", "text": text}]
        builder.response("message", role="user", content=content)
        answer = [{"type": "output_text", "text": "ok"}]
        builder.response("message", role="assistant", content=answer)

    result = summarize(builder.done())

    assert [span.preview for span in result.spans] == ["one", "two"]
    assert result.summary.message_count == 4


def test_a_warning_of_codex_in_the_users_role_is_no_message(tmp_path: Path) -> None:
    path = (
        rollout(tmp_path, generation="enveloped")
        .user("patch it")
        .command("apply_patch")
        .wrapper("Warning: apply_patch was requested via exec_command.")
        .agent("ok")
        .done()
    )

    summary = summary_of(path)

    assert (summary.turn_count, summary.message_count) == (1, 2)


@pytest.mark.parametrize("generation", GENERATIONS)
def test_a_message_of_only_a_picture_previews_as_image(
    tmp_path: Path, generation: Generation
) -> None:
    images = ("data:image/png;base64,AAAA",)
    path = rollout(tmp_path, generation=generation).user("", images=images).done()

    assert summary_of(path).preview == "[Image]"


@pytest.mark.parametrize("generation", GENERATIONS)
def test_the_context_of_an_ide_is_not_the_preview(
    tmp_path: Path, generation: Generation
) -> None:
    text = (
        "# Context from my IDE setup:\n\n## Active file: a.py\n\n"
        "## My request for Codex:\nRename   the\nclass"
    )
    path = rollout(tmp_path, generation=generation).user(text).done()

    assert summary_of(path).preview == "Rename the class"


def test_a_request_that_only_attaches_files_is_named_by_them(tmp_path: Path) -> None:
    text = (
        "# Files mentioned by the user:\n\n## shot.png: /tmp/shot.png\n\n"
        "## My request for Codex:\n"
    )
    path = rollout(tmp_path).user(text).done()

    assert summary_of(path).preview == "[shot.png]"


# Damage.


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


def test_a_repeated_header_adds_what_was_learnt_of_the_repository(
    tmp_path: Path,
) -> None:
    builder = rollout(tmp_path, generation="enveloped").user("hi").end_turn()
    git = {"branch": "later", "commit_hash": "def"}
    builder.record("session_meta", {"id": builder.thread_id, "git": git})

    meta = summary_of(builder.done()).meta

    assert meta.git == GitInfo("later", "def")
    assert meta.cwd == "/work/project"


def test_a_turn_whose_beginning_is_damaged_keeps_its_id(tmp_path: Path) -> None:
    builder = rollout(tmp_path).user("one").agent("1").user("two").agent("2")
    path = builder.done()
    began = b'"type":"task_started"'
    path.write_bytes(path.read_bytes().replace(began, b'"type":"task_st'))

    result = summarize(path)

    assert [span.turn_id for span in result.spans] == builder.turn_ids
    assert [problem.kind for problem in result.summary.problems] == ["badLine"] * 2
    assert not result.summary.open_turn


def test_a_command_without_a_turn_opens_the_one_it_names(tmp_path: Path) -> None:
    builder = rollout(tmp_path).user("one").command("ls").agent("1")
    damaged = (b"task_started", b"UserMessage", b'"role":"user"')
    builder.lines = [
        line for line in builder.lines if not any(mark in line for mark in damaged)
    ]

    result = summarize(builder.done())

    assert [span.turn_id for span in result.spans] == builder.turn_ids


def test_a_late_message_joins_the_turn_that_it_names(tmp_path: Path) -> None:
    builder = rollout(tmp_path).user("one").agent("1").end_turn()
    path = builder.steer("and this").done()

    result = summarize(path)

    assert [span.message_count for span in result.spans] == [3]


def test_the_end_of_another_turn_ends_nothing(tmp_path: Path) -> None:
    builder = rollout(tmp_path).event("task_complete", turn_id="none yet")
    builder.user("one").event("task_complete", turn_id="another").kill()

    assert summary_of(builder.done()).open_turn


def test_a_sub_agents_task_sent_by_mail_is_its_preview(tmp_path: Path) -> None:
    builder = rollout(tmp_path, meta={"parent_thread_id": OTHER_THREAD}).begin_turn()
    mail = [{"type": "input_text", "text": "Look into it"}]
    path = builder.response("agent_message", content=mail).agent("ok").done()

    summary = summary_of(path)

    assert summary.preview == "Look into it"
    assert summary.meta.is_sub_agent


def test_an_inherited_history_without_marks_ends_at_the_sub_agents_own_time(
    tmp_path: Path,
) -> None:
    builder = rollout(
        tmp_path, generation="enveloped", meta={"source": {"subagent": "review"}}
    )
    builder.record("session_meta", {"id": OTHER_THREAD})
    builder.event("task_started", turn_id="p", started_at=START // 1000 - 60)
    builder.steer("the parent's").agent("ok")
    path = builder.user("mine").agent("ok").done()

    assert [span.preview for span in summarize(path).spans] == ["mine"]


def test_a_turn_that_ended_without_any_answer_failed(tmp_path: Path) -> None:
    path = rollout(tmp_path, generation="enveloped").user("hi").done()

    stop = summary_of(path).last_stop

    assert stop is not None
    assert stop.kind is StopKind.ERROR


def test_a_huge_line_of_nonsense_is_one_problem(tmp_path: Path) -> None:
    builder = rollout(tmp_path).user("hi").raw(b'{"x":' + b"[" * 20_000_000)
    path = builder.agent("ok").done()

    result = summarize(path)

    assert kinds(result.summary) == ["oversizedLine"]
    assert result.summary.message_count == 2


def test_a_huge_output_is_counted_by_its_head(tmp_path: Path) -> None:
    builder = rollout(tmp_path, generation="legacy").user("hi")
    builder.command("cat", output="x" * 3_000_000)

    result = summarize(builder.done())

    assert result.summary.open_turn
    assert result.summary.last_at == builder.clock
