"""Why a task stopped, as its file says it afterwards: with the real codex."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

import pytest

from support.codex_binary import real_codex
from support.live import driving, make_world
from threadbook.cli.main import main
from threadbook.handlers.assemble import assemble
from threadbook.handlers.tasks import task_of
from threadbook.index.sync import Sync
from threadbook.items import ItemStarted, TurnStatus

if TYPE_CHECKING:
    from pathlib import Path

    from support.live import World
    from support.mock_model import MockModel
    from threadbook.protocol.task import Task


def task_now(world: World) -> Task:
    context = assemble(world.home.root, None)
    try:
        Sync(context.home, context.index).scan()
        return task_of(context, world.target.thread_id)
    finally:
        context.index.close()
        context.book.close()


async def stopped_by(world: World, marker: str, version: str) -> tuple[str, str]:
    """Run a turn that fails; return why as heard live, and as read afterwards."""
    async with driving(world.home, version=version) as (live, audience):
        await live.resume(world.target)
        await live.send(world.target.thread_id, f"[[{marker}]] please")
        end = await audience.turn_end()
    assert end.status is TurnStatus.FAILED
    assert end.stop
    read = task_now(world).last_stop
    assert read
    assert read.message
    return end.stop.kind.value, read.kind


@pytest.mark.parametrize("version", ["0.169.0", "0.148.0"])
async def test_a_task_says_why_it_stopped_live_and_afterwards(
    model: MockModel, tmp_path: Path, version: str
) -> None:
    world = make_world(model, tmp_path, real_codex(version))
    for marker, kind in (
        ("limit:600", "usageLimit"),
        ("failed:insufficient_quota", "usageLimit"),
        ("failed:context_length_exceeded", "contextFull"),
        ("failed:server_is_overloaded", "overloaded"),
        ("rate429", "overloaded"),
        ("http:503", "overloaded"),
        ("http:401", "login"),
        ("failed:cyber_policy", "policy"),
        ("drop", "error"),
    ):
        assert (marker, *await stopped_by(world, marker, version)) == (
            marker,
            kind,
            kind,
        )


async def test_a_limit_is_shown_with_its_window_its_reset_and_the_way_on(
    world: World, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    before = time.time()
    await stopped_by(world, "limit:7200", "0.169.0")

    task = task_now(world)
    with pytest.raises(SystemExit) as ended:
        main(["--codex-home", str(world.home.root), "show", task.thread_id])
    shown = capsysbinary.readouterr().out.decode()

    assert (task.status, ended.value.code) == ("limited", 0)
    assert task.last_stop
    assert task.last_stop.window_minutes == 300
    assert task.last_stop.resets_at
    assert 7100 < task.last_stop.resets_at / 1000 - before < 7300
    assert "limited (usage limit, 5h, resets " in shown
    assert "in 1h 59m)" in shown or "in 2h)" in shown
    assert f"threadbook resume {task.thread_id} --when-reset" in shown


async def test_an_interrupt_and_a_death_are_told_apart(world: World) -> None:
    async with driving(world.home) as (live, audience):
        await live.resume(world.target)
        await live.send(world.target.thread_id, "[[shell:sleep 300]]")
        await audience.event(ItemStarted)
        await live.interrupt(world.target.thread_id)
        await audience.turn_end()
    interrupted = task_now(world)
    async with driving(world.home) as (live, audience):
        await live.resume(world.target)
        await live.send(world.target.thread_id, "[[shell:sleep 300]]")
        await audience.event(ItemStarted)
        assert live.server_pid
        os.kill(live.server_pid, signal.SIGKILL)
        await audience.turn_end()
    died = task_now(world)

    assert (interrupted.status, died.status) == ("interrupted", "interrupted")
    assert interrupted.last_stop
    assert interrupted.last_stop.kind == "interrupted"
    assert died.last_stop
    assert died.last_stop.kind == "processDied"
