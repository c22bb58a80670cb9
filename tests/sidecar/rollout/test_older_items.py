"""What Codex told before it completed items: as events, as calls of the model."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from support.rollouts import rollout
from support.turns import items_of, only, turns_of
from threadbook.items import (
    Divider,
    Image,
    ImageView,
    Notice,
    Review,
    RunStatus,
    SubAgent,
    ToolCall,
    UnknownItem,
    WebSearch,
)

if TYPE_CHECKING:
    from pathlib import Path

    from support.rollouts import Generation

EVENTS: tuple[Generation, ...] = ("legacy", "enveloped")
CALLS: tuple[Generation, ...] = ("bare", "legacy", "json")
CHILD = "0199f000-0000-7000-8000-00000000000c"
ACTIONS = {
    "sub_agent_activity": "activity",
    "collab_agent_spawn_end": "spawnAgent",
    "collab_agent_interaction_end": "sendInput",
    "collab_waiting_end": "wait",
    "collab_close_end": "closeAgent",
    "collab_resume_end": "resumeAgent",
}


def told(folder: Path, generation: Generation, kind: str, **fields: object) -> Any:  # noqa: ANN401
    """Return what an event of this kind is shown as."""
    return only(rollout(folder, generation=generation).user("hi").event(kind, **fields))


def called(folder: Path, generation: Generation, kind: str, **fields: object) -> Any:  # noqa: ANN401
    """Return what a response item of this kind is shown as."""
    begun = rollout(folder, generation=generation).user("hi")
    return only(begun.response(kind, **fields))


@pytest.mark.parametrize("generation", EVENTS)
def test_pictures_that_were_looked_at_or_made_are_shown(
    tmp_path: Path, generation: Generation
) -> None:
    seen = told(
        tmp_path, generation, "view_image_tool_call", call_id="v", path="/w/a.png"
    )
    made = told(
        tmp_path,
        generation,
        "image_generation_end",
        call_id="m",
        result="A" * 400,
        saved_path="/w/b.png",
    )
    lost = told(tmp_path, generation, "image_generation_end", call_id="l")

    assert isinstance(seen, ImageView)
    assert (seen.item_id, seen.image) == ("v", Image(None, 0, path="/w/a.png"))
    assert isinstance(made, ImageView)
    assert (made.image.mime, made.image.path) == ("image/png", "/w/b.png")
    assert made.image.bytes >= 300
    assert lost.image == Image(None, 0)


@pytest.mark.parametrize("generation", EVENTS)
@pytest.mark.parametrize(
    ("fields", "query"),
    [
        ({"query": "how to"}, "how to"),
        ({"query": "", "action": {"type": "search", "query": "asked"}}, "asked"),
        ({"action": {"type": "open_page", "url": "https://e.org"}}, "https://e.org"),
        ({"action": {"type": "find_in_page", "pattern": "needle"}}, "needle"),
        ({}, ""),
    ],
)
def test_a_search_tells_what_was_asked_or_opened(
    tmp_path: Path, generation: Generation, fields: dict[str, object], query: str
) -> None:
    item = told(tmp_path, generation, "web_search_end", call_id="w", **fields)

    assert isinstance(item, WebSearch)
    assert (item.item_id, item.query) == ("w", query)


@pytest.mark.parametrize("generation", EVENTS)
@pytest.mark.parametrize(("kind", "action"), ACTIONS.items())
def test_what_was_done_with_sub_agents_is_told(
    tmp_path: Path, generation: Generation, kind: str, action: str
) -> None:
    item = told(
        tmp_path,
        generation,
        kind,
        call_id="c",
        receiver_thread_ids=[CHILD],
        prompt="do it",
    )

    assert isinstance(item, SubAgent)
    assert (item.item_id, item.action, item.thread_ids) == ("c", action, (CHILD,))
    assert item.prompt is not None
    assert item.prompt.text == "do it"


@pytest.mark.parametrize("generation", EVENTS)
def test_mail_between_agents_is_told(tmp_path: Path, generation: Generation) -> None:
    builder = rollout(tmp_path, generation=generation).user("hi")
    mail: dict[str, object] = {"prompt": "look there", "agent_thread_id": CHILD}

    item = only(builder.record("inter_agent_communication", mail))

    assert isinstance(item, SubAgent)
    assert (item.action, item.thread_ids) == ("message", (CHILD,))
    assert item.prompt is not None
    assert item.prompt.text == "look there"


@pytest.mark.parametrize("generation", EVENTS)
@pytest.mark.parametrize(
    ("kind", "level"),
    [
        ("error", "error"),
        ("stream_error", "warning"),
        ("warning", "warning"),
        ("undo_completed", "warning"),
    ],
)
def test_faults_and_warnings_are_notices_of_their_level(
    tmp_path: Path, generation: Generation, kind: str, level: str
) -> None:
    item = told(
        tmp_path, generation, kind, message="something", codex_error_info="other"
    )

    assert isinstance(item, Notice)
    assert (item.level, item.text.text, item.code) == (level, "something", "other")


@pytest.mark.parametrize("generation", EVENTS)
def test_a_goal_parts_the_conversation(tmp_path: Path, generation: Generation) -> None:
    goal = {"objective": "all tests are green", "status": "active"}

    item = told(tmp_path, generation, "thread_goal_updated", goal=goal)

    assert isinstance(item, Divider)
    assert (item.kind, item.text) == ("goal", "all tests are green")


@pytest.mark.parametrize("generation", EVENTS)
@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"user_facing_hint": "changes", "target": {"type": "x"}}, "changes"),
        ({"target": {"type": "commit"}}, '{\n  "type": "commit"\n}'),
        ({}, ""),
    ],
)
def test_a_review_that_begins_tells_of_what(
    tmp_path: Path, generation: Generation, fields: dict[str, object], text: str
) -> None:
    item = told(tmp_path, generation, "entered_review_mode", **fields)

    assert isinstance(item, Review)
    assert (item.entered, item.text.text) == (True, text)


@pytest.mark.parametrize("generation", EVENTS)
def test_a_tool_of_the_client_tells_its_arguments_and_its_answer(
    tmp_path: Path, generation: Generation
) -> None:
    item = told(
        tmp_path,
        generation,
        "dynamic_tool_call_response",
        call_id="d",
        namespace="window",
        tool="open",
        arguments={"path": "a"},
        content_items=[{"type": "input_text", "text": "opened"}],
        success=True,
    )

    assert isinstance(item, ToolCall)
    assert (item.server, item.tool, item.status) == (
        "window",
        "open",
        RunStatus.COMPLETED,
    )
    assert json.loads(item.arguments.text) == {"path": "a"}
    assert item.result is not None
    assert item.result.text == "opened"


@pytest.mark.parametrize("generation", EVENTS)
def test_settings_of_a_collaboration_mode_are_the_turns(
    tmp_path: Path, generation: Generation
) -> None:
    builder = rollout(tmp_path, generation=generation).user("hi")
    settings = {"model": "gpt-other", "reasoning_effort": "high"}
    mode: dict[str, object] = {"collaboration_mode": {"settings": settings}}

    (turn,) = turns_of(builder.record("turn_context", mode).agent("ok").done())

    assert (turn.model, turn.effort) == ("gpt-other", "high")


@pytest.mark.parametrize("kind", ["user_instructions", "environment_context"])
@pytest.mark.parametrize("generation", EVENTS)
def test_what_codex_said_in_the_users_name_is_no_message(
    tmp_path: Path, generation: Generation, kind: str
) -> None:
    builder = rollout(tmp_path, generation=generation).user("hi")

    items = items_of(builder.event("user_message", message="Be brief", kind=kind))

    assert len(items) == 1


@pytest.mark.parametrize("generation", CALLS)
def test_a_search_and_a_picture_of_the_models_provider_are_shown(
    tmp_path: Path, generation: Generation
) -> None:
    action = {"type": "search", "query": "how to"}
    searched = called(tmp_path, generation, "web_search_call", id="w", action=action)
    made = called(
        tmp_path, generation, "image_generation_call", id="g", result="A" * 400
    )

    assert isinstance(searched, WebSearch)
    assert searched.query == "how to"
    assert isinstance(made, ImageView)
    assert made.image.mime == "image/png"
    assert made.image.bytes >= 300


@pytest.mark.parametrize("generation", CALLS)
def test_a_picture_that_did_not_come_about_is_not_shown(
    tmp_path: Path, generation: Generation
) -> None:
    builder = rollout(tmp_path, generation=generation).user("hi")

    items = items_of(builder.response("image_generation_call", id="g", result=None))

    assert len(items) == 1


@pytest.mark.parametrize("generation", CALLS)
def test_what_another_agent_wrote_is_a_message_of_his(
    tmp_path: Path, generation: Generation
) -> None:
    content = [{"type": "input_text", "text": "I am done"}]

    item = called(tmp_path, generation, "agent_message", id="m", content=content)

    assert isinstance(item, SubAgent)
    assert item.action == "message"
    assert item.prompt is not None
    assert item.prompt.text == "I am done"


@pytest.mark.parametrize("generation", CALLS)
def test_a_response_item_of_an_unknown_kind_is_shown_raw(
    tmp_path: Path, generation: Generation
) -> None:
    item = called(tmp_path, generation, "thing_of_tomorrow", payload_of="it")

    assert isinstance(item, UnknownItem)
    assert item.kind == "thing_of_tomorrow"
    raw = {"type": "thing_of_tomorrow", "payload_of": "it"}
    assert json.loads(item.raw.text) == raw


@pytest.mark.parametrize("generation", CALLS)
def test_a_call_that_looks_at_a_picture_shows_which(
    tmp_path: Path, generation: Generation
) -> None:
    seen = rollout(tmp_path, generation=generation).user("hi")
    seen.call("view_image", {"path": "/w/a.png"}, call_id="c").answer("c", "attached")
    which = rollout(tmp_path, generation=generation).user("hi")
    which.call("view_image", {"of": "what"}, call_id="c").answer("c", "no path")

    picture, call = only(seen), only(which)

    assert isinstance(picture, ImageView)
    assert (picture.item_id, picture.image.path) == ("c", "/w/a.png")
    assert isinstance(call, ToolCall)
    assert (call.tool, call.result and call.result.text) == ("view_image", "no path")
