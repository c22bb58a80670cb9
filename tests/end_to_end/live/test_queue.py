"""What is said while a turn runs, after it, and to make room."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from support.codex_binary import real_codex
from support.driven import driven
from support.live import make_world
from threadbook.errors import CodexUnavailableError, TaskNotLiveError
from threadbook.handlers.live import task_compact, task_queue, task_resume, task_send
from threadbook.items import AgentMessage, Divider, TurnStarted, TurnStatus
from threadbook.protocol.live import (
    TaskCompactParams,
    TaskQueueParams,
    TaskResumeParams,
    TaskSendParams,
)

if TYPE_CHECKING:
    from pathlib import Path

    from support.live import World
    from support.mock_model import MockModel


async def test_what_is_queued_is_said_after_the_running_turn_has_ended(
    world: World, model: MockModel
) -> None:
    thread_id = world.target.thread_id
    async with driven(world.home, idle_seconds=0.0) as (context, audience):
        running = await task_resume(
            context, TaskResumeParams(thread_id=thread_id, prompt="[[slow:1]] first")
        )
        await audience.event(TurnStarted)
        await task_queue(
            context, TaskQueueParams(thread_id=thread_id, text="then [[say:second]]")
        )
        first = await audience.turn_end()
        second = await audience.turn_end()

    assert first.turn_id == running.turn_id != second.turn_id
    assert second.status is TurnStatus.COMPLETED
    assert audience.completed(AgentMessage)[-1].text.text == "second"
    assert "then" in json.dumps(model.requests()[-1]["input"])


async def test_what_is_queued_in_an_idle_task_is_said_at_once(world: World) -> None:
    thread_id = world.target.thread_id
    async with driven(world.home) as (context, audience):
        await task_resume(context, TaskResumeParams(thread_id=thread_id))
        await task_queue(
            context, TaskQueueParams(thread_id=thread_id, text="now [[say:done]]")
        )
        assert (await audience.turn_end()).status is TurnStatus.COMPLETED

    assert [one.text.text for one in audience.completed(AgentMessage)] == ["done"]


async def test_a_codex_without_a_queue_says_which_one_has_it(
    model: MockModel, tmp_path: Path
) -> None:
    world = make_world(model, tmp_path, real_codex("0.98.0"))
    thread_id = world.target.thread_id
    async with driven(world.home, version="0.98.0") as (context, _):
        await task_resume(context, TaskResumeParams(thread_id=thread_id))
        with pytest.raises(CodexUnavailableError) as refused:
            await task_queue(context, TaskQueueParams(thread_id=thread_id, text="x"))

    assert refused.value.needed == "0.148.0"


async def test_nothing_is_queued_in_a_task_that_nobody_resumed(world: World) -> None:
    async with driven(world.home) as (context, _):
        with pytest.raises(TaskNotLiveError):
            await task_queue(
                context, TaskQueueParams(thread_id=world.target.thread_id, text="x")
            )


async def test_compacting_is_a_turn_after_which_the_task_goes_on(world: World) -> None:
    thread_id = world.target.thread_id
    async with driven(world.home) as (context, audience):
        await task_resume(context, TaskResumeParams(thread_id=thread_id))
        await task_compact(context, TaskCompactParams(thread_id=thread_id))
        compacted = await audience.turn_end()
        await task_send(context, TaskSendParams(thread_id=thread_id, text="[[say:on]]"))
        assert (await audience.turn_end()).status is TurnStatus.COMPLETED

    assert compacted.status is TurnStatus.COMPLETED
    assert [one.kind for one in audience.completed(Divider)] == ["compaction"]


async def test_model_and_effort_change_with_the_next_turn(
    world: World, model: MockModel
) -> None:
    thread_id = world.target.thread_id
    async with driven(world.home) as (context, audience):
        await task_resume(context, TaskResumeParams(thread_id=thread_id))
        await task_send(
            context,
            TaskSendParams(
                thread_id=thread_id, text="x", model="gpt-5.1-codex", effort="low"
            ),
        )
        await audience.turn_end()
        await task_send(context, TaskSendParams(thread_id=thread_id, text="y"))
        await audience.turn_end()

    for request in model.requests()[-2:]:
        assert request["model"] == "gpt-5.1-codex"
        assert request["reasoning"]["effort"] == "low"
