"""Unread in a real window: what others write into a task that nobody looks at."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from support.lsp import RawClient
from support.rollouts import rollout

if TYPE_CHECKING:
    from support.rollouts import RolloutBuilder
    from threadbook.home import CodexHome


async def listed(client: RawClient) -> dict[str, Any]:
    (task,) = (await client.result("task/list"))["tasks"]
    return task


async def goes_on(client: RawClient, task: RolloutBuilder) -> None:
    """Let another process write a turn, until the window has heard of it."""
    before = (await listed(client))["turnCount"]
    task.clock = time.time_ns() // 1_000_000 + 5_000
    task.user("and on").agent("done").done()
    seen = 0
    while (await listed(client))["turnCount"] == before:
        await client.news(seen)
        seen += 1


async def test_a_task_is_unread_when_it_went_on_out_of_view(home: CodexHome) -> None:
    task = rollout(home.root).user("hi").agent("ok")
    task.done()
    params = {"threadId": task.thread_id}

    client = await RawClient.start(home.root)
    async with client:
        assert not (await listed(client))["unread"]
        await client.result("task/follow", params)
        await goes_on(client, task)
        assert not (await listed(client))["unread"]

        await client.result("task/unfollow", params)
        await goes_on(client, task)
        assert (await listed(client))["unread"]

        # To look again is told to the list.
        known = len(client.notifications)
        await client.result("task/follow", params)
        await client.news(known)
        told = client.notifications[known]
        assert told["method"] == "task/changed"
        assert not told["params"]["task"]["unread"]
        await goes_on(client, task)

    # The window was closed with the task in view.
    again = await RawClient.start(home.root)
    async with again:
        assert not (await listed(again))["unread"]
        await goes_on(again, task)
        assert (await listed(again))["unread"]
