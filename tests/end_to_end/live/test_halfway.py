"""A task that a Codex left between its own move and its row goes on all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.driven import driven
from support.live import until_free
from support.verbs import ask
from threadbook.items import TurnStatus

if TYPE_CHECKING:
    from support.live import World


@pytest.mark.parametrize("left", ["archived", "active"])
async def test_a_task_that_was_left_halfway_is_resumed(world: World, left: str) -> None:
    thread_id = world.target.thread_id
    (active,) = world.home.sessions.rglob(f"*{thread_id}.jsonl")
    if left == "active":
        async with driven(world.home) as (context, _):
            await ask(context, "task/archive", threadIds=[thread_id])
    archived = world.home.archived_sessions / active.name
    if left == "active":
        archived.rename(active)
    else:
        archived.parent.mkdir(exist_ok=True)
        active.rename(archived)

    async with driven(world.home) as (context, audience):
        resumed = await ask(context, "task/resume", threadId=thread_id, prompt="go on")
        end = await audience.turn_end()
        await ask(context, "task/release", threadId=thread_id)
        await until_free(world.home, thread_id)

    assert (resumed.thread_id, resumed.how) == (thread_id, "resumed")
    assert end.status is TurnStatus.COMPLETED
    assert '"go on"' in active.read_text(encoding="utf-8")
    assert not archived.exists()
