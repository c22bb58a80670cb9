"""`threadbook resume` on a terminal: the picker, and codex itself."""

from __future__ import annotations

import contextlib
import os
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from support.codex_binary import real_codex
from support.rollouts import rollout
from support.terminal import command_of, environment
from threadbook.codex.client import AppServer

if TYPE_CHECKING:
    from pathlib import Path

    from support.live import World

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="has no pty")

_PROGRAM = """#!/bin/sh
case "$1" in
--version) echo "codex-cli 0.169.0" ;;
app-server) exec {real} app-server ;;
*) echo "RAN $@ IN $(pwd) HOME $CODEX_HOME" ;;
esac
"""


@pytest.fixture
def codex(tmp_path: Path) -> Path:
    """Return a codex that says how it was started, but for its app-server."""
    program = tmp_path / "codex"
    program.write_text(_PROGRAM.format(real=real_codex().path), encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program


def on_a_terminal(
    world: World, codex: Path, *arguments: str, typed: str = ""
) -> tuple[int, str]:
    """Run a command on a terminal of its own; return its code and all it showed."""
    ours, theirs = os.openpty()
    with subprocess.Popen(
        command_of(world.home, *arguments),
        cwd=world.folder if world.folder.is_dir() else None,
        env=environment(codex) | {"TERM": "dumb"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    ) as process:
        os.close(theirs)
        os.write(ours, typed.encode())
        shown = bytearray()
        # Linux says that the other end is gone by an error.
        with contextlib.suppress(OSError):
            while piece := os.read(ours, 4096):
                shown += piece
        code = process.wait(timeout=20)
    os.close(ours)
    return code, shown.decode().replace("\r\n", "\n")


def test_without_words_codex_opens_the_task_in_its_folder(
    world: World, codex: Path
) -> None:
    thread_id = world.target.thread_id

    code, shown = on_a_terminal(
        world, codex, "resume", thread_id, "--model", "m", "--effort", "low"
    )

    assert code == 0
    assert (
        f"RAN resume --model=m --config=model_reasoning_effort=low {thread_id} "
        f"IN {world.folder} HOME {world.home.root}"
    ) in shown


def test_the_only_task_is_taken_and_of_several_one_is_picked(
    world: World, codex: Path
) -> None:
    _, alone = on_a_terminal(world, codex, "resume")
    built = rollout(world.home.root, cwd=str(world.folder), at=1_700_000_000_000)
    built.user("mend the till").agent("ok").done()
    _, chosen = on_a_terminal(world, codex, "resume", typed="till\n")

    assert f"RAN resume {world.target.thread_id}" in alone
    assert "mend the till" in chosen
    assert f"RAN resume {built.thread_id}" in chosen


def test_a_task_of_2025_is_carried_over_before_codex_opens_it(
    world: World, codex: Path
) -> None:
    built = rollout(world.home.root, generation="bare").user("long ago").agent("yes")
    built.done()

    code, shown = on_a_terminal(
        world, codex, "resume", built.thread_id, "--cwd", str(world.folder)
    )

    assert code == 0
    assert "goes on as" in shown
    assert "RAN resume " in shown
    assert f"RAN resume {built.thread_id}" not in shown


def test_a_step_is_forked_before_codex_opens_it(world: World, codex: Path) -> None:
    before = world.rollout()

    _, shown = on_a_terminal(
        world, codex, "resume", world.target.thread_id, "--from-step", "1"
    )

    new = shown.partition("Forked as ")[2].split()[0]
    assert f"RAN resume {new} IN {world.folder}" in shown
    assert world.rollout() == before


async def test_codex_is_not_opened_on_a_task_in_use(world: World, codex: Path) -> None:
    thread_id = world.target.thread_id
    other = await AppServer.start(real_codex(), world.home)
    try:
        await other.request("thread/resume", {"threadId": thread_id})
        code, shown = on_a_terminal(world, codex, "resume", thread_id)
    finally:
        await other.close()

    assert code == 5
    assert "RAN" not in shown


_HOLD = """
import fcntl, sys
file = open(sys.argv[1], "r+")
fcntl.flock(file, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


def test_codex_is_opened_on_a_task_that_its_own_daemon_holds(
    world: World, codex: Path
) -> None:
    thread_id = world.target.thread_id
    world.home.writer_locks.mkdir(exist_ok=True)
    lock = world.home.writer_lock(thread_id)
    lock.touch()
    with subprocess.Popen(
        ["codex", "-c", _HOLD, str(lock), "app-server", "--managed-daemon"],
        executable=sys.executable,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as daemon:
        assert daemon.stdout
        assert daemon.stdout.readline() == b"held\n"
        code, shown = on_a_terminal(world, codex, "resume", thread_id)
        daemon.communicate()

    assert code == 0
    assert f"RAN resume {thread_id}" in shown
