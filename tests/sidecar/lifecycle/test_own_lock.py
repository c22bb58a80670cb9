"""Locks of ours, for a Codex that takes none: whose they are, when they are stale."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import orjson
import pytest

from threadbook.errors import HomeUnwritableError
from threadbook.ids import ThreadId
from threadbook.lifecycle.lock import held_threads, holder_of, stale_locks
from threadbook.lifecycle.own_lock import drop_own_locks, take_own_lock

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from threadbook.home import CodexHome

_ID = ThreadId("01a1fb42-0000-7000-8000-000000000001")
_HOURS = 3600


@contextmanager
def server() -> Generator[int]:
    """Run what stands for an app-server; yields its process."""
    command = [sys.executable, "-c", "import sys; sys.stdin.read()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        yield process.pid


def of_another_host(home: CodexHome, hours: float) -> Path:
    """Write a lock as another host would have, so many hours ago."""
    assert take_own_lock(home, _ID, os.getpid()) is None
    path = home.own_lock(_ID)
    said = orjson.loads(path.read_bytes())
    path.write_bytes(orjson.dumps({**said, "host": "elsewhere", "pid": 1}))
    then = time.time() - hours * _HOURS
    os.utime(path, (then, then))
    return path


def test_who_drives_a_task_is_named_until_his_process_is_gone(home: CodexHome) -> None:
    with server() as pid:
        assert take_own_lock(home, _ID, pid) is None
        holder = holder_of(home, _ID)
        assert holder is not None
        assert (holder.pid, holder.host) == (pid, socket.gethostname())
        assert holder.program == "threadbook"
        assert holder.since
        assert held_threads(home) == {_ID: holder}
        assert stale_locks(home) == {}
        refused = take_own_lock(home, _ID, os.getpid())
        assert refused == holder
        assert take_own_lock(home, _ID, pid) is None
        drop_own_locks(home)
        assert holder_of(home, _ID)

    assert holder_of(home, _ID) is None
    assert stale_locks(home) == {_ID: home.own_lock(_ID)}
    assert take_own_lock(home, _ID, os.getpid()) is None
    taken = holder_of(home, _ID)
    assert taken is not None
    assert taken.pid == os.getpid()


def test_a_process_that_got_the_number_of_one_that_is_gone_holds_nothing(
    home: CodexHome,
) -> None:
    take_own_lock(home, _ID, os.getpid())
    path = home.own_lock(_ID)
    said = orjson.loads(path.read_bytes())
    path.write_bytes(orjson.dumps({**said, "started": said["started"] - 100}))

    assert holder_of(home, _ID) is None
    drop_own_locks(home)
    assert not path.exists()


@pytest.mark.parametrize(("hours", "is_held"), [(0, True), (11, True), (13, False)])
def test_on_another_host_only_time_tells(
    home: CodexHome, hours: float, *, is_held: bool
) -> None:
    path = of_another_host(home, hours)

    holder = holder_of(home, _ID)
    assert (holder is not None) is is_held
    if holder is not None:
        assert (holder.host, holder.pid) == ("elsewhere", 1)
    drop_own_locks(home)
    assert path.exists()
    refused = take_own_lock(home, _ID, os.getpid())
    assert (refused is not None) is is_held


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"host": 1, "pid": "x"}'])
def test_a_damaged_lock_is_stale(home: CodexHome, body: bytes) -> None:
    take_own_lock(home, _ID, os.getpid())
    home.own_lock(_ID).write_bytes(body)

    assert holder_of(home, _ID) is None
    assert take_own_lock(home, _ID, os.getpid()) is None
    assert holder_of(home, _ID)


def test_a_home_that_can_not_be_written_is_said(home: CodexHome) -> None:
    home.own.write_text("in the way", encoding="utf-8")

    with pytest.raises(HomeUnwritableError):
        take_own_lock(home, _ID, os.getpid())
    assert held_threads(home) == {}


def test_of_many_at_once_one_gets_it(home: CodexHome) -> None:
    script = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from threadbook.home import open_home\n"
        "from threadbook.lifecycle.own_lock import take_own_lock\n"
        "home = open_home(Path(sys.argv[1]))\n"
        f"held = take_own_lock(home, {str(_ID)!r}, os.getpid())\n"
        "print('no' if held else 'yes', flush=True)\n"
        "sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", script, str(home.root)]
    processes = [
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        for _ in range(4)
    ]
    answers: list[str] = []
    for process in processes:
        assert process.stdout
        answers.append(process.stdout.readline().strip())
    for process in processes:
        process.communicate()

    assert sorted(answers) == ["no", "no", "no", "yes"]
