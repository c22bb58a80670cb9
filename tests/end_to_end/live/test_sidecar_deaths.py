"""The real sidecar and the real codex: who dies in mid-turn, and who comes back."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import TYPE_CHECKING, Any

import psutil

from support.codex_binary import real_codex
from support.live import until_free
from support.lsp import RawClient
from support.windows import family_of

if TYPE_CHECKING:
    from support.live import World


async def connected(world: World) -> RawClient:
    client = await RawClient.start(world.home.root, "--codex", str(real_codex().path))
    await client.initialize()
    return client


async def in_mid_turn(world: World, client: RawClient) -> dict[str, Any]:
    """Begin a turn and wait until its command runs."""
    resumed = await client.result(
        "task/resume",
        {"threadId": world.target.thread_id, "prompt": "[[shell:sleep 300]] please"},
    )
    await client.item_started("commandExecution")
    return resumed


async def read_whole(client: RawClient, world: World) -> dict[str, Any]:
    """Read the task once the scan has found what its last driver did not index."""
    async with asyncio.timeout(30):
        while True:
            read: dict[str, Any] = await client.result(
                "task/read", {"threadId": world.target.thread_id}
            )
            if read["turnCount"] == 2 and read["turns"][0]["items"]:
                return read
            await asyncio.sleep(0.05)


def is_app_server(process: psutil.Process) -> bool:
    try:
        return "app-server" in process.cmdline()
    except psutil.Error:
        # One of those that live for a moment.
        return False


async def test_a_killed_sidecar_leaves_no_process_and_a_task_that_goes_on(
    world: World,
) -> None:
    thread_id = world.target.thread_id
    first = await connected(world)
    await in_mid_turn(world, first)
    family = family_of(first)
    assert family
    first.process.kill()
    await first.process.wait()
    assert psutil.wait_procs(family, timeout=10)[1] == []
    await until_free(world.home, thread_id)

    second = await connected(world)
    read = await read_whole(second, world)
    await second.result(
        "task/resume", {"threadId": thread_id, "prompt": "[[say:back]]"}
    )
    end = await second.event("turnCompleted")
    code, errors = await second.end()

    assert read["task"]["status"] == "interrupted"
    assert read["turns"][0]["items"][0]["text"]["text"].endswith("please")
    assert end["event"]["status"] == "completed"
    assert (code, errors) == (0, "")


async def test_a_killed_app_server_ends_the_turn_and_the_next_words_start_another(
    world: World,
) -> None:
    thread_id = world.target.thread_id
    client = await connected(world)
    resumed = await in_mid_turn(world, client)
    server = next(filter(is_app_server, family_of(client)))
    os.kill(server.pid, signal.SIGKILL)
    end = await client.event("turnCompleted")
    sent = await client.result(
        "task/send", {"threadId": thread_id, "text": "[[say:again]]"}
    )
    again = await client.notified("task/event", turnId=sent["turnId"])
    code, _ = await client.end()

    assert end["turnId"] == resumed["turnId"]
    assert end["event"]["stop"]["kind"] == "processDied"
    assert again["turnId"] != resumed["turnId"]
    assert code == 0


async def test_a_client_that_comes_late_reads_what_was_and_hears_what_comes(
    world: World,
) -> None:
    thread_id = world.target.thread_id
    client = await connected(world)
    resumed = await in_mid_turn(world, client)
    late = await client.result("task/follow", {"threadId": thread_id})
    read = await client.result("task/read", {"threadId": thread_id})
    await client.result("task/interrupt", {"threadId": thread_id})
    end = await client.event("turnCompleted")
    numbers = [
        message["params"]["seq"]
        for message in client.notifications
        if message["method"] == "task/event"
    ]
    code, _ = await client.end()

    newest = read["turns"][0]
    assert read["seq"] >= late["seq"] > 0
    assert newest["turnId"] == resumed["turnId"]
    assert newest["items"][0]["text"]["text"].endswith("please")
    assert numbers == list(range(1, len(numbers) + 1))
    # What came after the page was read is told, to its end.
    assert read["seq"] < end["seq"] <= numbers[-1]
    assert code == 0
