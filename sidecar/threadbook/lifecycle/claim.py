"""Claim: one process at a time moves tasks of a home."""

from __future__ import annotations

import os
import stat
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from threadbook.errors import HomeBusyError, UnsafePlaceError
from threadbook.lifecycle.disk import faults_named, make_directory

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from threadbook.home import CodexHome

WAIT_SECONDS = 30.0
_POLL_SECONDS = 0.02


@contextmanager
def claimed(home: CodexHome, wait_seconds: float = WAIT_SECONDS) -> Generator[None]:
    """Hold the right to move tasks inside the block; the system frees it at our end.

    Raises:
        HomeBusyError: another process held it all the time.
        HomeUnwritableError: the home can't be written.
        UnsafePlaceError: our directory in it leads elsewhere.
    """
    with faults_named(home):
        make_directory(home.own)
        own_directory(home.own)
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
        descriptor = os.open(home.move_lock, flags, 0o600)
    try:
        _wait_for(descriptor, home, time.monotonic() + wait_seconds)
        yield
    finally:
        os.close(descriptor)


def own_directory(path: Path) -> Path:
    """Return a directory of ours if it is one.

    Raises:
        UnsafePlaceError: it is a symbolic link, or no directory.
    """
    if not stat.S_ISDIR(os.lstat(path).st_mode):
        raise UnsafePlaceError(str(path), "is no directory of its own")
    return path


def _wait_for(descriptor: int, home: CodexHome, until: float) -> None:
    while not _lock(descriptor):
        if time.monotonic() >= until:
            raise HomeBusyError(home.root)
        time.sleep(_POLL_SECONDS)


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
