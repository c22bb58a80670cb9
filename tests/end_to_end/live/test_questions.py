"""What else the real codex asks a person: leave, choices, forms of an MCP server."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from support.asking import (
    asks_by_form,
    asks_for_writing,
    asks_user,
    let_it_ask,
)
from support.codex_binary import real_codex
from support.live import driving, make_world, until_free
from threadbook.items import TurnStatus
from threadbook.live.types import ApprovalAsked

if TYPE_CHECKING:
    from pathlib import Path

    from support.live import Audience, World
    from support.mock_model import MockModel
    from threadbook.items import TurnCompleted
    from threadbook.live.tasks import LiveTasks
    from threadbook.live.types import Approval

_FORM = {
    "branch": ("main",),
    "level": ("Loud",),
    "copies": ("3",),
    "push": ("yes",),
}


of_any_kind = pytest.mark.parametrize(
    "kind", ["userInput", "permissions", "elicitation"]
)


@pytest.fixture(params=["0.169.0", "0.148.0"])
def version(request: pytest.FixtureRequest) -> str:
    value: str = request.param
    return value


@pytest.fixture
def world(model: MockModel, tmp_path: Path, version: str) -> World:
    # Codex 0.148 keeps the features that a thread began with.
    return make_world(model, tmp_path, real_codex(version), let_it_ask)


async def begin(live: LiveTasks, world: World, words: str) -> None:
    await live.resume(world.target, approval="on-request", sandbox="workspace-write")
    await live.send(world.target.thread_id, words)


def told(model: MockModel) -> Any:  # noqa: ANN401
    """Return what the agent was told that its last call came to."""
    said: list[dict[str, Any]] = model.requests()[-1]["input"]
    assert said[-1]["type"] == "function_call_output"
    output = said[-1]["output"]
    if not isinstance(output, str):
        return output[-1]["text"]
    _, is_of_server, parts = output.partition("Output:\n")
    return json.loads(parts)[0]["text"] if is_of_server else output


async def leave_to_use_the_tool(live: LiveTasks, audience: Audience) -> None:
    """Answer what comes before the tool of the MCP server may ask at all."""
    leave = await audience.approval()
    assert leave.kind == "elicitation"
    assert leave.title in {
        "Codex wants to use ask of asker",
        'Allow the asker MCP server to run tool "ask"?',
    }
    await live.answer(leave.request_id, "accept")


async def taken_back(audience: Audience, waiting: Approval) -> TurnCompleted:
    """Return how a turn ends whose question went away unanswered."""
    assert await audience.resolved() == waiting.request_id
    return await audience.turn_end()


async def test_a_choice_of_the_user_reaches_the_agent(
    world: World, model: MockModel, version: str
) -> None:
    async with driving(world.home, version=version) as (live, audience):
        await begin(live, world, asks_user())
        approval = await audience.approval()
        (question,) = approval.questions

        assert approval.kind == "userInput"
        assert (question.question, question.header) == (
            "Where is it to go?",
            "Where to",
        )
        assert [one.label for one in question.options] == ["Harbour", "Station"]
        assert question.allows_other
        answers = {question.id: ("Station",)}
        await live.answer(approval.request_id, "accept", answers)
        assert (await audience.turn_end()).status is TurnStatus.COMPLETED

    assert json.loads(told(model)) == {
        "answers": {"where_to": {"answers": ["Station"]}}
    }


async def test_leave_to_write_is_given_for_the_turn_or_refused(
    world: World, model: MockModel, tmp_path: Path, version: str
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    async with driving(world.home, version=version) as (live, audience):
        await begin(live, world, asks_for_writing(other))
        approval = await audience.approval()
        assert approval.kind == "permissions"
        assert approval.title == (
            "Codex asks for the network and more of the file system"
        )
        assert approval.reason == "to tidy up"
        assert approval.files == (str(other),)
        await live.answer(approval.request_id, "accept")
        await audience.turn_end()
        given = json.loads(told(model))
        await live.send(world.target.thread_id, asks_for_writing(other))
        again = await audience.approval()
        await live.answer(again.request_id, "decline")
        end = await audience.turn_end()

    assert given["scope"] == "turn"
    assert given["permissions"]["network"] == {"enabled": True}
    assert str(other) in json.dumps(given["permissions"])
    assert end.status is TurnStatus.COMPLETED
    assert not any(json.loads(told(model))["permissions"].values())


async def test_a_form_of_an_mcp_server_is_filled_in_with_its_own_values(
    world: World, model: MockModel, version: str
) -> None:
    async with driving(world.home, version=version) as (live, audience):
        await begin(live, world, asks_by_form())
        await leave_to_use_the_tool(live, audience)
        approval = await audience.approval()

        assert (approval.kind, approval.title) == ("elicitation", "asker asks you")
        assert approval.reason == "Before I go on:"
        assert {one.id for one in approval.questions} == _FORM.keys()
        await live.answer(approval.request_id, "accept", _FORM)
        assert (await audience.turn_end()).status is TurnStatus.COMPLETED

    came_back = json.loads(told(model))
    assert came_back["action"] == "accept"
    assert came_back["content"] == {
        "branch": "main",
        "level": "high",
        "copies": 3,
        "push": True,
    }


async def test_leave_for_a_tool_given_for_the_session_is_not_asked_again(
    world: World, version: str
) -> None:
    async with driving(world.home, version=version) as (live, audience):
        await begin(live, world, asks_by_form("url"))
        leave = await audience.approval()
        await live.answer(leave.request_id, "acceptForSession")
        opening = await audience.approval()
        assert opening.title == "asker asks you to open https://localhost/consent"
        await live.answer(opening.request_id, "accept")
        await audience.turn_end()
        await live.send(world.target.thread_id, asks_by_form("url"))
        next_one = await audience.approval()
        assert next_one.title == opening.title
        await live.answer(next_one.request_id, "accept")
        assert (await audience.turn_end()).status is TurnStatus.COMPLETED


@of_any_kind
async def test_declining_lets_the_turn_go_on_and_cancelling_stops_it(
    world: World, tmp_path: Path, version: str, kind: str
) -> None:
    words = _words(kind, tmp_path)
    async with driving(world.home, version=version) as (live, audience):
        await begin(live, world, words)
        if kind == "elicitation":
            await leave_to_use_the_tool(live, audience)
        await live.answer((await audience.approval()).request_id, "decline")
        declined = await audience.turn_end()
        await live.send(world.target.thread_id, words)
        if kind == "elicitation":
            await leave_to_use_the_tool(live, audience)
        await live.answer((await audience.approval()).request_id, "cancel")
        cancelled = await audience.turn_end()

    assert declined.status is TurnStatus.COMPLETED
    assert cancelled.status is TurnStatus.INTERRUPTED


@of_any_kind
async def test_closing_the_last_view_declines_and_frees_the_task(
    world: World, tmp_path: Path, version: str, kind: str
) -> None:
    thread_id = world.target.thread_id
    async with driving(world.home, version=version) as (live, audience):
        await begin(live, world, _words(kind, tmp_path))
        waiting = await audience.approval()
        assert await live.release(thread_id)
        end = await taken_back(audience, waiting)
        await until_free(world.home, thread_id)

        assert end.status is TurnStatus.COMPLETED
        assert live.approvals(thread_id) == ()
        asked = [one for one in audience.heard if isinstance(one, ApprovalAsked)]
        assert [one.approval for one in asked] == [waiting]


@of_any_kind
async def test_interrupting_while_it_waits_takes_the_question_back(
    world: World, tmp_path: Path, version: str, kind: str
) -> None:
    thread_id = world.target.thread_id
    async with driving(world.home, version=version) as (live, audience):
        await begin(live, world, _words(kind, tmp_path))
        waiting = await audience.approval()
        assert await live.interrupt(thread_id)
        end = await taken_back(audience, waiting)

        assert end.status is TurnStatus.INTERRUPTED
        assert live.approvals(thread_id) == ()
        await live.send(thread_id, "[[say:after all]]")
        assert (await audience.turn_end()).status is TurnStatus.COMPLETED


def _words(kind: str, place: Path) -> str:
    return {
        "userInput": asks_user(),
        "permissions": asks_for_writing(place),
        "elicitation": asks_by_form(),
    }[kind]
