"""A limit, a wait, and on by itself: with the real codex."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import pytest

from support.lsp import RawClient
from threadbook.book.annotations import Book, book_path
from threadbook.book.schedules import Schedule, Schedules
from threadbook.live.attempt import GO_ON

if TYPE_CHECKING:
    from support.live import World
    from support.lsp import Message
    from support.mock_model import MockModel

_RESET_SECONDS = 2


pytestmark = pytest.mark.usefixtures("our_codex")


async def sidecar(stack: AsyncExitStack, world: World, **options: object) -> RawClient:
    client = await RawClient.start(world.home.root)
    stack.push_async_callback(client.end)
    await client.initialize(**options)
    await client.ask("task/list")
    return client


async def hit_the_limit(client: RawClient, world: World) -> Message:
    """Run a turn that the usage limit stops; return how it ended."""
    thread_id = world.target.thread_id
    prompt = f"[[limit:{_RESET_SECONDS}]] now"
    await client.result("task/resume", {"threadId": thread_id, "prompt": prompt})
    return (await client.event("turnCompleted"))["event"]


async def completed(client: RawClient) -> None:
    """Wait until a turn has completed, whoever ran it."""

    def has_completed() -> bool:
        events = (one["params"].get("event", {}) for one in client.notifications)
        return any(event.get("status") == "completed" for event in events)

    async with asyncio.timeout(40), client._news:
        await client._news.wait_for(has_completed)


def said_to_go_on(model: MockModel, since: int) -> int:
    """Count the turns that were begun by a schedule since then."""
    return sum(
        str(request["input"]).count(GO_ON) for request in model.requests()[since:]
    )


async def test_a_limited_task_goes_on_by_itself_when_the_limit_resets(
    world: World, model: MockModel
) -> None:
    async with AsyncExitStack() as stack:
        client = await sidecar(stack, world, autoResume="on")
        before = len(model.requests())

        stopped = await hit_the_limit(client, world)
        changed = await client.notified("usage/changed")
        await completed(client)
        usage = await client.result("usage/read")

    assert stopped["stop"]["kind"] == "usageLimit"
    assert said_to_go_on(model, before) == 1
    assert "account" in changed
    assert usage["scheduled"] == []
    # Codex rounds.
    assert usage["account"]["windows"][0]["usedPercent"] == 13
    assert usage["account"]["limitedUntil"] is None


async def test_of_two_sidecars_one_goes_on_and_the_other_sees_it(
    world: World, model: MockModel
) -> None:
    thread_id = world.target.thread_id
    async with AsyncExitStack() as stack:
        clients = [await sidecar(stack, world) for _ in range(2)]
        for client in clients:
            await client.result("task/follow", {"threadId": thread_id})
        await hit_the_limit(clients[0], world)
        before = len(model.requests())
        at = int(time.time() * 1000) + 1000 * _RESET_SECONDS
        for client in clients:
            # Each of them is told, so that both try in the same moment.
            await client.result("task/schedule", {"threadId": thread_id, "at": at})
        for client in clients:
            await completed(client)
        usages = [await client.result("usage/read") for client in clients]

    assert said_to_go_on(model, before) == 1
    assert [usage["scheduled"] for usage in usages] == [[], []]


async def test_what_fell_due_while_nobody_was_there_asks_first(
    world: World, model: MockModel
) -> None:
    thread_id = world.target.thread_id
    now = int(time.time() * 1000)
    due = now - 60_000
    book = Book(book_path(world.home))
    Schedules(book).put(
        Schedule(thread_id=thread_id, at=due, when_reset=False, created_at=due)
    )
    book.close()
    before = len(model.requests())
    async with AsyncExitStack() as stack:
        client = await sidecar(stack, world, autoResume="ask")
        told = await client.notified("usage/changed")
        usage = await client.result("usage/read")
        assert [each["heldBack"] for each in usage["scheduled"]] == [True]
        assert told["scheduled"][0]["at"] == due
        assert len(model.requests()) == before

        await client.result("task/schedule", {"threadId": thread_id, "at": now})
        await completed(client)

    assert said_to_go_on(model, before) == 1


async def test_what_was_replaced_or_taken_back_does_not_go_on(
    world: World, model: MockModel
) -> None:
    thread_id = world.target.thread_id
    async with AsyncExitStack() as stack:
        client = await sidecar(stack, world)
        before = len(model.requests())
        now = int(time.time() * 1000)

        async def schedule(after: int, prompt: str | None) -> None:
            params = {"threadId": thread_id, "at": now + after, "prompt": prompt}
            await client.result("task/schedule", params)

        await schedule(1000, None)
        answer = await client.result("task/unschedule", {"threadId": thread_id})
        await schedule(1100, None)
        await schedule(1200, "this instead")
        await completed(client)
        usage = await client.result("usage/read")

    assert answer == {"unscheduled": True}
    assert usage["scheduled"] == []
    assert said_to_go_on(model, before) == 0
    assert "this instead" in str(model.requests()[-1]["input"])
