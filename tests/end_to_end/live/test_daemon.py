"""Tasks that Codex's daemon holds: we join, and both sides see the same."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.codex_binary import real_codex
from support.daemon import other_client, running_daemon
from support.live import driving, make_world, until_free
from threadbook.codex.client import Listener
from threadbook.codex.daemon import join_daemon
from threadbook.codex.threads import UserInput, start_turn
from threadbook.errors import CodexUnavailableError
from threadbook.items import (
    AgentMessage,
    ItemStarted,
    StopKind,
    TurnStarted,
    TurnStatus,
)
from threadbook.lifecycle.lock import holder_of

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterator, Iterator

    from support.live import World
    from support.mock_model import MockModel


@pytest.fixture
def world(model: MockModel) -> Iterator[World]:
    # Not in pytest's folder: a socket's path may have about a hundred characters.
    with tempfile.TemporaryDirectory(prefix="tb-") as place:
        yield make_world(model, Path(place), real_codex())


@pytest.fixture
async def daemon(world: World) -> AsyncIterator[asyncio.subprocess.Process]:
    async with running_daemon(real_codex(), world.home) as daemon:
        yield daemon


async def test_a_task_at_the_daemon_is_driven_there_and_both_sides_hear_it(
    world: World, daemon: asyncio.subprocess.Process
) -> None:
    thread_id = world.target.thread_id
    async with (
        other_client(world.home, thread_id) as (other, heard),
        driving(world.home, idle_seconds=0.0) as (live, audience),
    ):
        await live.resume(world.target)
        assert live.server_pid is None
        await live.send(thread_id, "ours [[say:one]]")
        assert (await audience.turn_end()).status is TurnStatus.COMPLETED
        await heard.until("turn/completed")
        await start_turn(other, thread_id, UserInput("theirs [[say:two]]"), {})
        await audience.event(TurnStarted)
        await audience.turn_end()

        said = [item.text.text for item in audience.completed(AgentMessage)]
        assert said == ["one", "two"]
        holder = holder_of(world.home, thread_id)
        assert holder
        assert holder.pid == daemon.pid
        assert live.server_pid is None


async def test_a_question_at_the_daemon_is_answered_once_by_whoever_comes_first(
    world: World, daemon: asyncio.subprocess.Process
) -> None:
    del daemon
    thread_id = world.target.thread_id
    async with (
        other_client(world.home, thread_id) as (other, heard),
        driving(world.home) as (live, audience),
    ):
        await live.resume(world.target, approval="untrusted")
        await live.send(thread_id, "[[shell:touch by-us]]")
        approval = await audience.approval()
        await heard.question()
        await live.answer(approval.request_id, "accept")
        await heard.until("serverRequest/resolved")
        await audience.turn_end()
        assert (world.folder / "by-us").exists()

        heard.questions.clear()
        await live.send(thread_id, "[[shell:touch by-them]]")
        approval = await audience.approval()
        question = await heard.question()
        other.answer(question.id, {"decision": "decline"})
        assert await audience.resolved() == approval.request_id
        await audience.turn_end()
        assert not (world.folder / "by-them").exists()


async def test_leaving_the_daemon_neither_answers_nor_ends_anything(
    world: World, daemon: asyncio.subprocess.Process
) -> None:
    thread_id = world.target.thread_id
    async with other_client(world.home, thread_id) as (other, heard):
        async with driving(world.home) as (live, audience):
            await live.resume(world.target, approval="untrusted")
            await live.send(thread_id, "[[shell:touch later]]")
            await audience.approval()
            assert await live.release(thread_id)
        question = await heard.question()
        other.answer(question.id, {"decision": "accept"})
        await heard.until("turn/completed")

    assert (world.folder / "later").exists()
    assert daemon.returncode is None


async def test_a_turn_that_another_client_began_can_be_stopped(
    world: World, daemon: asyncio.subprocess.Process
) -> None:
    del daemon
    thread_id = world.target.thread_id
    async with (
        other_client(world.home, thread_id) as (other, heard),
        driving(world.home) as (live, audience),
    ):
        await start_turn(other, thread_id, UserInput("[[shell:sleep 300]]"), {})
        await heard.until("item/started")
        state = await live.resume(world.target)
        assert state.status == "running"
        assert await live.interrupt(thread_id)
        end = await audience.turn_end()

    assert end.stop
    assert end.stop.kind is StopKind.INTERRUPTED


async def test_a_task_goes_on_without_the_daemon_when_that_dies(
    world: World, daemon: asyncio.subprocess.Process
) -> None:
    thread_id = world.target.thread_id
    async with (
        other_client(world.home, thread_id),
        driving(world.home) as (live, audience),
    ):
        await live.resume(world.target)
        await live.send(thread_id, "[[shell:sleep 300]]")
        await audience.event(ItemStarted)
        daemon.kill()
        end = await audience.turn_end()
        assert end.stop
        assert end.stop.kind is StopKind.PROCESS_DIED
        await until_free(world.home, thread_id)
        await live.send(thread_id, "[[say:still here]]")
        assert (await audience.turn_end()).status is TurnStatus.COMPLETED
        assert live.server_pid


async def test_a_task_that_the_daemon_does_not_hold_is_loaded_by_our_own_server(
    world: World, daemon: asyncio.subprocess.Process
) -> None:
    del daemon
    async with driving(world.home) as (live, audience):
        await live.resume(world.target)
        await live.send(world.target.thread_id, "[[say:ours]]")
        await audience.turn_end()
        assert live.server_pid


async def test_a_socket_at_which_nobody_listens_is_no_daemon(world: World) -> None:
    world.home.daemon_socket.parent.mkdir(mode=0o700)
    world.home.daemon_socket.touch()

    with pytest.raises(CodexUnavailableError):
        await join_daemon(world.home, Listener())
    async with driving(world.home) as (live, _):
        assert (await live.resume(world.target)).loaded
