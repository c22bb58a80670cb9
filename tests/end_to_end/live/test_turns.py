"""Turns of the real codex, driven: only the model is a mock."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest

from support.codex_binary import real_codex
from support.live import driving
from threadbook.codex.client import AppServer
from threadbook.codex.threads import start_thread
from threadbook.errors import (
    TaskNotLiveError,
)
from threadbook.items import (
    AgentMessage,
    CommandExecution,
    ItemStarted,
    Reasoning,
    RunStatus,
    StopKind,
    TurnStarted,
    TurnStatus,
    UsageReported,
    UserMessage,
)
from threadbook.lifecycle.resume import ResumeTarget
from threadbook.live.types import TaskEvent

if TYPE_CHECKING:
    from support.live import World
    from support.mock_model import MockModel
    from threadbook.codex.threads import ThreadSettings
    from threadbook.ids import ThreadId
    from threadbook.live.types import Published


async def test_a_turn_streams_and_its_reply_is_in_the_rollout_afterwards(
    world: World,
) -> None:
    async with driving(world.home) as (live, audience):
        state = await live.resume(world.target)
        prompt = "go on [[reason]][[slow:0.5]] please"
        turn_id = await live.send(state.thread_id, prompt)
        started = await audience.event(TurnStarted)
        end = await audience.turn_end()

        assert started.turn_id == end.turn_id == turn_id
        assert end.status is TurnStatus.COMPLETED
        (question,) = audience.completed(UserMessage)
        (thought,) = audience.completed(Reasoning)
        (answer,) = audience.completed(AgentMessage)
        assert question.text.text == prompt
        assert thought.text.text == "**Thinking** about what was asked"
        assert audience.streamed() == answer.text.text
        assert audience.numbers() == list(range(1, len(audience.numbers()) + 1))
        assert any(
            event.report.usage and event.report.usage.total
            for event in audience.events()
            if isinstance(event, UsageReported)
        )
        assert json.dumps(answer.text.text)[1:-1] in world.rollout()
        after = live.state(state.thread_id)
        assert after
        assert after.turn_id is None
        assert after.status == "idle"
        assert after.seq == len(audience.numbers())


async def test_a_command_runs_and_shows_its_output(world: World) -> None:
    async with driving(world.home) as (live, audience):
        await live.resume(world.target)
        await live.send(world.target.thread_id, "[[shell:echo one; exit 3]]")
        await audience.turn_end()

        (command,) = audience.completed(CommandExecution)
        assert command.command == "echo one; exit 3"
        assert command.exit_code == 3
        assert command.status is RunStatus.FAILED
        assert command.output
        assert command.output.text == "one\n"
        assert command.cwd == str(world.folder)


async def test_the_model_gets_the_earlier_turns(world: World, model: MockModel) -> None:
    async with driving(world.home) as (live, audience):
        await live.resume(world.target)
        await live.send(world.target.thread_id, "and now?")
        await audience.turn_end()

    sent = json.dumps(model.requests()[-1]["input"])
    assert "first words" in sent
    assert "first answer" in sent


async def test_overrides_reach_codex_and_stick(world: World, model: MockModel) -> None:
    async with driving(world.home) as (live, audience):
        state = await live.resume(
            world.target, model="gpt-5.1-codex", sandbox="read-only"
        )
        assert state.model == "gpt-5.1-codex"
        assert state.sandbox == "read-only"
        await live.send(world.target.thread_id, "a", effort="high")
        await audience.turn_end()
        again = await live.resume(world.target, sandbox="danger-full-access")
        assert again.sandbox == "danger-full-access"
        await live.send(world.target.thread_id, "b [[shell:touch written]]")
        await audience.turn_end()

    request = model.requests()[-1]
    assert request["model"] == "gpt-5.1-codex"
    assert request["reasoning"]["effort"] == "high"
    assert (world.folder / "written").exists()


async def test_interrupting_ends_the_turn_and_the_task_goes_on(world: World) -> None:
    async with driving(world.home) as (live, audience):
        thread_id = world.target.thread_id
        await live.resume(world.target)
        await live.send(thread_id, "[[slow:60]] one two three four")
        assert await live.interrupt(thread_id)
        end = await audience.turn_end()

        assert end.status is TurnStatus.INTERRUPTED
        assert end.stop
        assert end.stop.kind is StopKind.INTERRUPTED
        assert not await live.interrupt(thread_id)
        await live.send(thread_id, "[[say:still here]]")
        assert (await audience.turn_end()).status is TurnStatus.COMPLETED


async def test_steering_reaches_the_running_turn(
    world: World, model: MockModel
) -> None:
    async with driving(world.home) as (live, audience):
        thread_id = world.target.thread_id
        await live.resume(world.target, approval="untrusted")
        with pytest.raises(TaskNotLiveError):
            await live.steer(thread_id, "too early")
        turn_id = await live.send(thread_id, "[[shell:touch steered]]")
        approval = await audience.approval()
        assert await live.steer(thread_id, "mind the gap [[say:ok]]") == turn_id
        await live.answer(approval.request_id, "accept")
        end = await audience.turn_end()

        assert end.turn_id == turn_id
        said = json.dumps(model.requests()[-1]["input"])
        assert "mind the gap" in said


async def test_many_deltas_arrive_whole_and_in_few_events(world: World) -> None:
    async with driving(world.home) as (live, audience):
        await live.resume(world.target)
        await live.send(world.target.thread_id, "[[burst:4000]]")
        await audience.turn_end()

        (answer,) = audience.completed(AgentMessage)
        assert audience.streamed() == answer.text.text
        assert len(audience.heard) < 400


async def test_two_tasks_share_one_server_and_do_not_mix(world: World) -> None:
    second = await AppServer.start(real_codex(), world.home)
    settings: ThreadSettings = {"cwd": str(world.folder)}
    other = await start_thread(second, settings)
    params = {"threadId": other.thread_id, "input": [{"type": "text", "text": "hi"}]}
    await second.request("turn/start", params)
    await second.close()
    async with driving(world.home) as (live, audience):
        first_id, second_id = world.target.thread_id, other.thread_id
        await live.resume(world.target)
        await live.resume(ResumeTarget(thread_id=second_id, cwd=str(world.folder)))
        await asyncio.gather(
            live.send(first_id, "[[slow:1]] for the first"),
            live.send(second_id, "[[slow:1]] for the second"),
        )
        await audience.turn_end()
        await audience.turn_end()

        for thread_id, about in ((first_id, "first"), (second_id, "second")):
            told = _told_of(audience.heard, thread_id)
            messages = [
                one.event.item.text.text
                for one in told
                if isinstance(one.event, ItemStarted)
                and isinstance(one.event.item, UserMessage)
            ]
            assert messages == [f"[[slow:1]] for the {about}"]
            assert [one.seq for one in told] == list(range(1, len(told) + 1))


def _told_of(heard: list[Published], thread_id: ThreadId) -> list[TaskEvent]:
    return [
        one
        for one in heard
        if isinstance(one, TaskEvent) and one.thread_id == thread_id
    ]
