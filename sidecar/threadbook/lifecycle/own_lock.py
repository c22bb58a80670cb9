"""Own locks: a file for each task that we drive with a Codex that takes no lock.

Before 0.147 two processes could write to one rollout unseen. The file names the
app-server that does, by host, process and the process's beginning. It is **stale**

- on the same host, when that process is gone;
- on another one, whose processes nobody sees here (a home may be shared), once it is
  twelve hours old: longer than a turn runs. It is written anew each time the task is
  loaded, and removed when the app-server ends.
"""

from __future__ import annotations

import os
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson

from threadbook.ids import ThreadId
from threadbook.items import Holder

if TYPE_CHECKING:
    from pathlib import Path

    from threadbook.home import CodexHome

_FOREIGN_SECONDS = 12 * 3600
_SAME_MOMENT_SECONDS = 2.0
"""A process's beginning is not measured alike by all systems at all times."""


@dataclass(frozen=True, slots=True)
class _Entry:
    host: str
    pid: int
    started: float
    since: int
    program: str
    age: float


def take_own_lock(home: CodexHome, thread_id: ThreadId, pid: int) -> Holder | None:
    """Note that process *pid* of ours is about to write; returns who does already.

    Raises:
        HomeUnwritableError: the home can't be written.
    """
    import psutil  # noqa: PLC0415 - lists look at locks, and mostly find none

    from threadbook.lifecycle.disk import faults_named, make_directory  # noqa: PLC0415

    path = home.own_lock(thread_id)
    body = {
        "host": socket.gethostname(),
        "pid": pid,
        "started": psutil.Process(pid).create_time(),
        "since": int(time.time() * 1000),
        "program": "threadbook",
    }
    with faults_named(home):
        make_directory(home.own)
        make_directory(path.parent)
        fresh = path.with_name(f".{thread_id}.{os.getpid()}.tmp")
        fresh.write_bytes(orjson.dumps(body))
        try:
            while not _linked(fresh, path):
                holder = own_holder(path)
                if holder is not None and not _is_ours(holder, pid):
                    return holder
                path.unlink(missing_ok=True)
        finally:
            fresh.unlink(missing_ok=True)
    return None


def own_holder(path: Path) -> Holder | None:
    """Return who holds our lock at *path*; None: nobody, or it is stale."""
    entry = _read(path)
    if entry is None:
        return None
    if entry.host != socket.gethostname():
        is_held = entry.age < _FOREIGN_SECONDS
    else:
        is_held = _runs(entry)
    if not is_held:
        return None
    return Holder(
        pid=entry.pid, program=entry.program, host=entry.host, since=entry.since
    )


def own_locks(home: CodexHome) -> dict[ThreadId, Path]:
    """Return all our locks, stale ones included."""
    with suppress(OSError):
        return {
            ThreadId(path.stem): path
            for path in home.own_locks.iterdir()
            if path.suffix == ".json" and not path.name.startswith(".")
        }
    return {}


def drop_own_locks(home: CodexHome) -> None:
    """Remove those of this host whose process is gone; never fails."""
    for path in own_locks(home).values():
        entry = _read(path)
        if entry is not None and entry.host == socket.gethostname():
            with suppress(OSError):
                if not _runs(entry):
                    path.unlink(missing_ok=True)


def _linked(fresh: Path, path: Path) -> bool:
    # A link, unlike a rename, never takes another's place.
    try:
        path.hardlink_to(fresh)
    except FileExistsError:
        return False
    return True


def _read(path: Path) -> _Entry | None:
    """Read a lock; None when there is none, or nothing of sense in it."""
    try:
        said = orjson.loads(path.read_bytes())
        return _Entry(
            host=str(said["host"]),
            pid=int(said["pid"]),
            started=float(said["started"]),
            since=int(said["since"]),
            program=str(said["program"]),
            age=time.time() - path.stat().st_mtime,
        )
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _runs(entry: _Entry) -> bool:
    import psutil  # noqa: PLC0415 - see above

    try:
        process = psutil.Process(entry.pid)
        is_same = abs(process.create_time() - entry.started) < _SAME_MOMENT_SECONDS
        return is_same and process.status() != psutil.STATUS_ZOMBIE
    except psutil.AccessDenied:
        return True
    except psutil.Error:
        return False


def _is_ours(holder: Holder, pid: int) -> bool:
    return holder.host == socket.gethostname() and holder.pid == pid
