"""Who said what: messages that count, and the preview."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.rollouts import GENERATIONS, rollout
from support.summaries import summary_of
from threadbook.rollout.summary import summarize

if TYPE_CHECKING:
    from pathlib import Path

    from support.rollouts import Generation


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
