"""Who has a thread open for writing: Codex's own flock files, only ever looked at.

Besides them ours, for a Codex that has none (see `own_lock`).

Since 0.147 a process that has a thread loaded holds an exclusive flock on
`thread-writer-locks/<thread>.lock`. Whether the file exists says nothing: a killed
process leaves it behind. We never create one, and never hold one for longer than
the test takes.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from threadbook.ids import ThreadId
from threadbook.lifecycle.own_lock import own_holder, own_locks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from threadbook.home import CodexHome
    from threadbook.items import Holder

_LOCK_TABLE = Path("/proc/locks")

_FileKey = tuple[int, int, int]
"""Major and minor number of the device, and the inode."""


def holder_of(home: CodexHome, thread_id: ThreadId) -> Holder | None:
    """Return who has the thread open; None when nobody has, or on Windows.

    On Windows Codex locks by other means; there it refuses a second writer itself.
    """
    path = home.writer_lock(thread_id)
    holder = _holder(path, _lock_owners()) if path.exists() else None
    if holder is None and home.own_lock(thread_id).exists():
        holder = own_holder(home.own_lock(thread_id))
    return holder


def held_threads(home: CodexHome) -> dict[ThreadId, Holder]:
    """Return all threads that some process has open; looks at existing locks only."""
    owners = _lock_owners()
    held: dict[ThreadId, Holder] = {}
    for thread_id, path in own_locks(home).items():
        holder = own_holder(path)
        if holder is not None:
            held[thread_id] = holder
    for path in _lock_files(home):
        holder = _holder(path, owners)
        if holder is not None:
            held[ThreadId(path.stem)] = holder
    return held


def stale_locks(home: CodexHome) -> dict[ThreadId, Path]:
    """Return the lock files that nobody holds: killed processes left them."""
    owners = _lock_owners()
    stale = {
        thread_id: path
        for thread_id, path in own_locks(home).items()
        if own_holder(path) is None
    }
    return stale | {
        ThreadId(path.stem): path
        for path in _lock_files(home)
        if path.exists() and _holder(path, owners) is None
    }


def writer_of(rollout: Path) -> Holder | None:
    """Return who has the file open for writing; for a Codex too old to take a lock.

    Looks through all processes: milliseconds, for one task at a time.
    """
    from threadbook.lifecycle.holder import (  # noqa: PLC0415
        describe_holder,
        process_with_open,
    )
    from threadbook.lifecycle.writers import open_writers  # noqa: PLC0415

    if sys.platform == "linux":
        path = str(rollout.resolve())
        return open_writers({path}).get(path)
    pid = process_with_open(rollout)
    return describe_holder(rollout, pid, None) if pid is not None else None


def _lock_files(home: CodexHome) -> list[Path]:
    try:
        paths = [Path(entry.path) for entry in os.scandir(home.writer_locks)]
    except OSError:
        return []
    return [
        path
        for path in paths
        if path.suffix == ".lock" and not path.name.startswith(".")
    ]


def _holder(path: Path, owners: Mapping[_FileKey, int]) -> Holder | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    since = int(stat.st_mtime * 1000)
    key = (os.major(stat.st_dev), os.minor(stat.st_dev), stat.st_ino)
    pid = owners.get(key)
    # The kernel's table spares us the flock, which for an instant would make a
    # Codex that just starts believe that the thread is taken.
    if pid is None and not _is_locked(path):
        return None
    # Imported late: lists look here each time, and mostly nobody holds anything.
    from threadbook.lifecycle.holder import describe_holder  # noqa: PLC0415

    return describe_holder(path, pid, since)


def _is_locked(path: Path) -> bool:
    if sys.platform == "win32":
        return False
    import fcntl  # noqa: PLC0415 - there is none on Windows

    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        # A file system without flock: there Codex can't have locked it, either.
        return False
    finally:
        os.close(descriptor)
    return False


def _lock_owners() -> dict[_FileKey, int]:
    """Read the kernel's table of locks; empty where there is none."""
    owners: dict[_FileKey, int] = {}
    with suppress(OSError):
        for line in _LOCK_TABLE.read_text(encoding="ascii").splitlines():
            # 12: FLOCK  ADVISORY  WRITE 4711 08:01:1234 0 EOF; waiting ones have `->`.
            words = line.split()
            if len(words) < 6 or words[1] != "FLOCK" or words[3] != "WRITE":  # noqa: PLR2004
                continue
            with suppress(ValueError):
                major, minor, inode = words[5].split(":")
                key = (int(major, 16), int(minor, 16), int(inode))
                owners[key] = int(words[4])
    return owners
