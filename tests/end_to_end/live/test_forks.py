"""New tasks from the first steps of others, by the real codex."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from support.codex_binary import real_codex
from support.live import driving
from threadbook.codex.client import AppServer
from threadbook.codex.fields import object_at, objects_at, text_at
from threadbook.ids import TurnId
from threadbook.items import (
    TurnStatus,
)
from threadbook.lifecycle.fork import ForkPoint

if TYPE_CHECKING:
    from support.live import World
    from support.mock_model import MockModel


async def test_a_fork_at_a_step_knows_what_came_before_it_and_nothing_after(
    world: World, model: MockModel
) -> None:
    async with driving(world.home) as (live, audience):
        await live.resume(world.target)
        first = await live.send(world.target.thread_id, "keep this [[say:kept]]")
        await audience.turn_end()
        await live.send(world.target.thread_id, "drop this [[say:dropped]]")
        await audience.turn_end()
        original = world.rollout()
        state = await live.fork(world.target, ForkPoint(first, tuple))
        await live.send(state.thread_id, "amended words")
        end = await audience.turn_end()

    assert end.status is TurnStatus.COMPLETED
    sent = json.dumps(model.requests()[-1]["input"])
    assert "keep this" in sent
    assert "drop this" not in sent
    assert state.thread_id != world.target.thread_id
    assert world.rollout() == original


@pytest.mark.parametrize("last_turn", [TurnId("rollout-1"), TurnId("unheard-of")])
async def test_a_fork_at_a_step_that_codex_can_not_name_begins_with_what_was_said(
    world: World, model: MockModel, last_turn: TurnId
) -> None:
    told: list[dict[str, object]] = [
        {"type": "message", "role": "user", "content": [_text("input", "retold")]},
    ]
    async with driving(world.home) as (live, audience):
        state = await live.fork(world.target, ForkPoint(last_turn, lambda: told))
        await live.send(state.thread_id, "and on")
        assert (await audience.turn_end()).status is TurnStatus.COMPLETED

    sent = json.dumps(model.requests()[-1]["input"])
    assert "retold" in sent
    assert "first words" not in sent


async def test_a_task_in_use_can_be_forked(world: World, model: MockModel) -> None:
    other = await AppServer.start(real_codex(), world.home)
    try:
        params = {"threadId": world.target.thread_id}
        loaded = await other.request("thread/resume", params)
        (turn,) = objects_at(object_at(loaded, "thread"), "turns")
        turn_id = TurnId(text_at(turn, "id") or "")
        async with driving(world.home) as (live, audience):
            state = await live.fork(world.target, ForkPoint(turn_id, tuple))
            await live.send(state.thread_id, "mine")
            assert (await audience.turn_end()).status is TurnStatus.COMPLETED
    finally:
        await other.close()
    assert "first words" in json.dumps(model.requests()[-1]["input"])


def _text(direction: str, text: str) -> dict[str, object]:
    return {"type": f"{direction}_text", "text": text}
