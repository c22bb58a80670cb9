"""Windows on a home of the real codex: sidecars as VS Code runs them."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

import psutil

from support.lsp import RawClient

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from support.live import World
    from support.lsp import Message


@asynccontextmanager
async def windows(world: World, count: int = 2) -> AsyncGenerator[list[RawClient]]:
    """Open windows that stay until the end, each with its list."""
    async with AsyncExitStack() as stack:
        opened: list[RawClient] = []
        for _ in range(count):
            client = await lone_window(world)
            stack.push_async_callback(client.end)
            await client.ask("task/list")
            opened.append(client)
        yield opened


async def lone_window(world: World) -> RawClient:
    """Open a window that the test itself sees to the end of."""
    client = await RawClient.start(world.home.root)
    await client.initialize()
    return client


async def begun(world: World, prompt: str, until: str) -> RawClient:
    """Open a window of its own, and a turn in it up to an event of type *until*."""
    client = await lone_window(world)
    await client.result("task/resume", {**task_of(world), "prompt": prompt})
    await client.event(until)
    return client


async def shut(client: RawClient) -> bytes:
    """Close a window; return what its sidecar complained of until it was gone."""
    assert client.process.stdin is not None
    assert client.process.stderr is not None
    client.process.stdin.close()
    # To its client it is gone at once, though it may go on.
    return await asyncio.wait_for(client.process.stderr.read(), 5)


def task_of(world: World) -> dict[str, str]:
    """Return the params that name the task of the world."""
    return {"threadId": world.target.thread_id}


def family_of(client: RawClient) -> list[psutil.Process]:
    """Return the processes that a sidecar started."""
    return psutil.Process(client.process.pid).children(recursive=True)


def events(client: RawClient) -> list[Message]:
    """Return what a window heard of turns."""
    return [
        message["params"]
        for message in client.notifications
        if message["method"] == "task/event"
    ]


def streamed(client: RawClient) -> str:
    """Return the words that a window saw come."""
    return deltas(events(client))


def deltas(told: list[Message]) -> str:
    """Return the words in some events."""
    return "".join(
        one["event"]["delta"] for one in told if one["event"]["type"] == "itemDelta"
    )
