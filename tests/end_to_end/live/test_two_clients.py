"""Two programs at one task: one writes, the other watches, or says who writes."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

import pytest

from support.codex_binary import real_codex
from support.live import until_free
from support.mock_model import NO_NETWORK
from support.windows import windows

if TYPE_CHECKING:
    from support.live import World
    from support.lsp import Message, RawClient


pytestmark = pytest.mark.usefixtures("our_codex")


async def refused(client: RawClient, world: World) -> Message:
    """Ask for a task that is in use; return the facts of the refusal."""
    answer = await client.ask("task/resume", {"threadId": world.target.thread_id})
    assert answer["error"]["data"]["kind"] == "taskInUse"
    facts: Message = answer["error"]["data"]["facts"]
    return facts


async def read_shared(client: RawClient, world: World) -> Message:
    """Read the task once the client's sidecar has met the one that drives it.

    What it says is read from the file until then, where the driver is a stranger.
    """
    task = {"threadId": world.target.thread_id}
    async with asyncio.timeout(30):
        while True:
            seen = len(client.notifications)
            read: Message = await client.result("task/read", task)
            if read["task"]["holder"] is None:
                return read
            await client.news(seen)


async def test_a_window_that_only_follows_sees_what_the_other_drives(
    world: World,
) -> None:
    task = {"threadId": world.target.thread_id}
    async with windows(world) as (first, second):
        await second.result("task/follow", task)
        await first.result(
            "task/resume", {**task, "prompt": "[[shell:sleep 300]] please"}
        )
        await first.event("turnStarted")
        await second.event("turnStarted")
        read = await read_shared(second, world)
        await first.event("itemStarted")
        await first.result("task/interrupt", task)
        seen = await second.event("turnCompleted")
        own = await first.event("turnCompleted")

        # In use by a process that shares it is not in use.
        assert read["task"]["holder"] is None
        assert read["task"]["status"] == "running"
        assert seen["turnId"] == own["turnId"]
        assert seen["event"]["status"] == "interrupted"

        await second.result("task/unfollow", task)
        await first.result("task/release", task)
        await until_free(world.home, world.target.thread_id)
        resumed = await second.result("task/resume", {**task, "prompt": "[[say:2]]"})
        assert resumed["threadId"] == world.target.thread_id


async def test_codex_exec_is_named_while_it_runs_and_not_afterwards(
    world: World,
) -> None:
    thread_id = world.target.thread_id
    task = {"threadId": thread_id}
    async with windows(world, 1) as (client,):
        await client.result("task/follow", task)
        running = await asyncio.create_subprocess_exec(
            str(real_codex().path),
            *("exec", "--skip-git-repo-check", "resume", thread_id),
            "[[shell:until test -e enough; do sleep 0.1; done]] please",
            cwd=world.folder,
            env={**os.environ, **NO_NETWORK, "CODEX_HOME": str(world.home.root)},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        started = await client.event("turnStarted")
        facts = await refused(client, world)
        read = await client.result("task/read", task)
        (world.folder / "enough").touch()
        ended = await client.event("turnCompleted")
        assert await running.wait() == 0
        await until_free(world.home, thread_id)
        after = await client.result("task/read", task)
        await client.result("task/resume", {**task, "prompt": "[[say:ours now]]"})

    assert (facts["program"], facts["pid"]) == ("codex exec", running.pid)
    assert read["task"]["holder"]["pid"] == running.pid
    assert read["task"]["status"] == "running"
    assert ended["turnId"] == started["turnId"]
    assert (after["task"]["holder"], after["task"]["status"]) == (None, "idle")
