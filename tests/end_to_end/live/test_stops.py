"""How turns of the real codex end other than by completing."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from support.live import driving
from threadbook.items import (
    CommandExecution,
    ItemStarted,
    StopKind,
    TurnStatus,
)
from threadbook.lifecycle.lock import held_threads

if TYPE_CHECKING:
    from support.live import Audience, World


async def test_a_usage_limit_says_when_it_resets(world: World) -> None:
    async with driving(world.home) as (live, audience):
        await live.resume(world.target)
        before = int(time.time())
        await live.send(world.target.thread_id, "[[limit:1800]]")
        end = await audience.turn_end()

        assert end.status is TurnStatus.FAILED
        assert end.stop
        assert end.stop.kind is StopKind.USAGE_LIMIT
        assert end.stop.resets_at
        assert 1700 <= end.stop.resets_at / 1000 - before <= 1900
        assert live.limits
        assert live.limits.primary
        assert live.limits.primary.used_percent == 100
        state = live.state(world.target.thread_id)
        assert state
        assert state.status == "limited"


@pytest.mark.parametrize(
    ("marker", "kind"),
    [
        ("[[failed:context_length_exceeded]]", StopKind.CONTEXT_FULL),
        ("[[http:401]]", StopKind.LOGIN),
        ("[[rate429]]", StopKind.OVERLOADED),
        ("[[drop]]", StopKind.ERROR),
    ],
)
async def test_a_failed_turn_says_why(
    world: World, marker: str, kind: StopKind
) -> None:
    async with driving(world.home) as (live, audience):
        await live.resume(world.target)
        await live.send(world.target.thread_id, f"{marker} please")
        end = await audience.turn_end()

        assert end.status is TurnStatus.FAILED
        assert end.stop
        assert end.stop.kind is kind
        assert end.stop.message


async def test_a_server_killed_in_mid_turn_ends_the_turn_and_the_task_goes_on(
    world: World,
) -> None:
    async with driving(world.home) as (live, audience):
        thread_id = world.target.thread_id
        await live.resume(world.target)
        await live.send(thread_id, "[[shell:sleep 300]]")
        await command_running(audience)
        first_server = live.server_pid
        assert first_server
        family = psutil.Process(first_server).children(recursive=True)
        assert family
        os.kill(first_server, signal.SIGKILL)
        end = await audience.turn_end()
        assert psutil.wait_procs(family, timeout=5)[1] == []

        assert end.status is TurnStatus.INTERRUPTED
        assert end.stop
        assert end.stop.kind is StopKind.PROCESS_DIED
        await live.send(thread_id, "[[say:back again]]")
        assert (await audience.turn_end()).status is TurnStatus.COMPLETED
        assert live.server_pid not in {None, first_server}


async def test_closing_in_mid_turn_leaves_an_interrupted_turn_and_no_process(
    world: World,
) -> None:
    async with driving(world.home) as (live, audience):
        await live.resume(world.target)
        await live.send(world.target.thread_id, "[[shell:sleep 300]]")
        await command_running(audience)
        server = psutil.Process(live.server_pid)
        family = [server, *server.children(recursive=True)]
    assert not any(process.is_running() for process in family)
    assert '"turn_aborted"' in world.rollout()
    assert held_threads(world.home) == {}


async def command_running(audience: Audience) -> None:
    """Wait until the agent's command has begun."""
    while True:
        started = await audience.event(ItemStarted)
        if isinstance(started.item, CommandExecution):
            return


_DRIVER = """
import asyncio, sys
from pathlib import Path
from support.codex_binary import real_codex
from threadbook.home import open_home
from threadbook.ids import ThreadId
from threadbook.lifecycle.resume import ResumeTarget
from threadbook.live.tasks import LiveTasks

async def main(home, thread_id, cwd):
    live = LiveTasks(open_home(Path(home)), codex=real_codex, publish=lambda _: None)
    await live.resume(ResumeTarget(thread_id=ThreadId(thread_id), cwd=cwd))
    await live.send(thread_id, "[[shell:sleep 300]]")
    print(live.server_pid, flush=True)
    await asyncio.Event().wait()

asyncio.run(main(*sys.argv[1:]))
"""


async def test_our_own_death_in_mid_turn_leaves_no_process_and_a_task_that_goes_on(
    world: World,
) -> None:
    arguments = [str(world.home.root), world.target.thread_id, str(world.folder)]
    driver = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _DRIVER, *arguments),
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=asyncio.subprocess.PIPE,
    )
    assert driver.stdout
    server = psutil.Process(int(await driver.stdout.readline()))
    driver.kill()
    await driver.wait()
    assert psutil.wait_procs([server], timeout=10)[1] == []

    async with driving(world.home) as (live, audience):
        await live.resume(world.target)
        await live.send(world.target.thread_id, "[[say:on]]")
        assert (await audience.turn_end()).status is TurnStatus.COMPLETED
