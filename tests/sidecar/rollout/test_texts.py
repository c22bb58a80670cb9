from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.rollouts import GENERATIONS, rollout
from threadbook.rollout.summary import summarize
from threadbook.rollout.texts import TextKind, search_texts

if TYPE_CHECKING:
    from pathlib import Path

    from support.rollouts import Generation


@pytest.mark.parametrize("generation", GENERATIONS)
def test_messages_commands_and_files_are_found_in_their_turns(
    tmp_path: Path, generation: Generation
) -> None:
    path = (
        rollout(tmp_path, generation=generation)
        .wrapper("<environment_context>\nsecret\n</environment_context>")
        .user("Fix it")
        .command("rg needle", output="needle found")
        .patch("a.txt", "one")
        .agent("Done.")
        .user("More")
        .agent("No.")
        .done()
    )
    spans = summarize(path).spans

    texts = list(search_texts(spans))

    found = [(text.kind, text.text.removeprefix("/code/project/")) for text in texts]
    assert found == [
        (TextKind.MESSAGE, "Fix it"),
        (TextKind.COMMAND, "rg needle"),
        (TextKind.FILE, "a.txt\n+one\n"),
        (TextKind.MESSAGE, "Done."),
        (TextKind.MESSAGE, "More"),
        (TextKind.MESSAGE, "No."),
    ]
    assert [text.turn_id for text in texts] == [spans[0].turn_id] * 4 + [
        spans[1].turn_id
    ] * 2
    assert texts[-1].offset == spans[1].start


def test_what_only_the_model_was_sent_is_found_too(tmp_path: Path) -> None:
    path = rollout(tmp_path, generation="enveloped").user("Fix").agent("Done").done()
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(each for each in lines if b"_message" not in each))

    texts = [text.text for text in search_texts(summarize(path).spans)]

    assert texts == ["Fix", "Done"]


@pytest.mark.parametrize("generation", GENERATIONS)
def test_outputs_are_given_when_asked_for(
    tmp_path: Path, generation: Generation
) -> None:
    builder = rollout(tmp_path, generation=generation).user("hi")
    path = builder.command("ls", output="a needle").done()

    texts = list(search_texts(summarize(path).spans, outputs=True))

    assert [text.text for text in texts if text.kind is TextKind.OUTPUT] == ["a needle"]


def test_tools_plans_and_mail_are_found(tmp_path: Path) -> None:
    builder = rollout(tmp_path, generation="enveloped").user("hi")
    builder.call("mcp__github__search", {"q": "x"}, call_id="m").answer("m", "found")
    builder.call("update_plan", {"plan": [{"step": "look"}], "explanation": "why"})
    builder.call("spawn_agent", {"message": "go and see"})
    builder.event("web_search_end", call_id="w", query="the web")
    builder.event("exited_review_mode", review_output={"overall_explanation": "ok"})
    spans = summarize(builder.done()).spans

    texts = [text.text for text in search_texts(spans, outputs=True)]

    assert texts == [
        "hi",
        'github search {"q":"x"}',
        "found",
        "why\nlook",
        "go and see",
        "the web",
        "ok",
    ]


def test_only_the_spans_asked_for_are_read(tmp_path: Path) -> None:
    path = rollout(tmp_path).user("one").agent("1").user("two").agent("2").done()

    texts = search_texts(summarize(path).spans[1:])

    assert [text.text for text in texts] == ["two", "2"]
