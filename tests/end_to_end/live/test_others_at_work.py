"""A task that somebody else has open: codex on a terminal, and `codex exec`."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from support.codex_binary import real_codex
from support.live import driving, make_world, until_free
from support.mock_model import NO_NETWORK
from support.terminal import threadbook
from threadbook.errors import TaskInUseError
from threadbook.items import TurnStatus
from threadbook.lifecycle.lock import holder_of
from threadbook.rollout.types import Format

if sys.platform == "win32":
    pytest.skip("has no pty", allow_module_level=True)

from support.screen import on_screen

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from support.live import World
    from support.mock_model import MockModel


def environment(world: World) -> dict[str, str]:
    return {
        **os.environ,
        **NO_NETWORK,
        "CODEX_HOME": str(world.home.root),
        "HOME": str(world.home.root),
        "TERM": "xterm-256color",
    }


def wait_for(condition: Callable[[], object]) -> None:
    """Wait for what no event tells: another program's doing."""
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def lock_of(world: World) -> dict[str, Any]:
    """Return what `locks` says of the task."""
    ended = threadbook(world.home, "locks", "--json")
    (lock,) = json.loads(ended.out)["locks"]
    assert lock["threadId"] == world.target.thread_id
    return lock


def test_codex_on_a_terminal_is_named_with_its_terminal_and_kept_from_harm(
    world: World,
) -> None:
    thread_id = world.target.thread_id
    command = [str(real_codex().path), "resume", "--no-daemon", thread_id]
    with on_screen(command, environment(world), world.folder) as screen:
        screen.wait_until(lambda: holder_of(world.home, thread_id) is not None)
        before = world.rollout()
        lock = lock_of(world)
        refused = threadbook(world.home, "--json", "resume", thread_id, "mine")
        told = threadbook(world.home, "resume", thread_id, "mine")
        forked = threadbook(
            world.home, "--json", "resume", thread_id, "[[say:beside]]", "--force"
        )
        after = world.rollout()

    holder = lock["holder"]
    assert lock["seenBy"] == "lock"
    assert (holder["pid"], holder["program"]) == (screen.process.pid, "codex")
    assert holder["host"] == socket.gethostname()
    assert holder["terminal"] == screen.name
    began = psutil.Process().create_time() * 1000
    assert began < holder["since"] <= time.time() * 1000
    assert refused.code == 5
    assert refused.error()["kind"] == "taskInUse"
    assert refused.error()["data"]["pid"] == holder["pid"]
    assert f"pid {holder['pid']}" in told.err
    assert forked.code == 0, forked.err
    started = forked.lines()[0]["started"]
    assert started["how"] == "forked"
    assert started["threadId"] != thread_id
    assert after == before
    wait_for(lambda: holder_of(world.home, thread_id) is None)
    free = threadbook(world.home, "resume", thread_id, "[[say:mine again]]")
    assert (free.code, free.out) == (0, "mine again\n")


@pytest.mark.parametrize("version", ["0.169.0", "0.148.0"])
def test_codex_exec_is_named_while_it_runs(world: World, version: str) -> None:
    thread_id = world.target.thread_id
    said = ["exec", "--skip-git-repo-check", "resume", thread_id, "[[shell:sleep 60]]"]
    with subprocess.Popen(
        [str(real_codex(version).path), *said],
        cwd=world.folder,
        env=environment(world),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        wait_for(lambda: holder_of(world.home, thread_id) is not None)
        holder = lock_of(world)["holder"]
        refused = threadbook(world.home, "--json", "resume", thread_id, "mine")
        psutil.Process(process.pid).terminate()

    assert (holder["pid"], holder["program"]) == (process.pid, "codex exec")
    assert holder["host"] == socket.gethostname()
    assert refused.code == 5
    assert refused.error()["data"]["program"] == "codex exec"


async def test_a_codex_without_locks_is_driven_by_one_of_us_at_a_time(
    model: MockModel, tmp_path: Path
) -> None:
    old = "0.98.0"
    world = make_world(model, tmp_path, real_codex(old))
    thread_id = world.target.thread_id
    target = replace(world.target, format=Format.ENVELOPED, provider="mock")
    async with driving(world.home, version=old, idle_seconds=0.0) as (live, heard):
        await live.resume(target)
        await live.send(thread_id, "[[slow:2]] speak")
        holder = holder_of(world.home, thread_id)
        assert holder is not None
        assert (holder.program, holder.pid) == ("threadbook", live.server_pid)
        async with driving(world.home, version=old) as (other, _):
            with pytest.raises(TaskInUseError) as refused:
                await other.resume(target)
        assert refused.value.pid == live.server_pid
        assert (await heard.turn_end()).status is TurnStatus.COMPLETED
        await until_free(world.home, thread_id)
        assert not world.home.own_lock(thread_id).exists()
