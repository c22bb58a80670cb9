"""Claim: one process at a time moves tasks of a home."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

from threadbook.errors import HomeBusyError, UnsafePlaceError
from threadbook.lifecycle.disk import faults_named, make_directory

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator

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
    descriptor = _open(home)
    try:
        until = time.monotonic() + wait_seconds
        while not _lock(descriptor):
            if time.monotonic() >= until:
                raise HomeBusyError(home.root)
            time.sleep(_POLL_SECONDS)
        yield
    finally:
        os.close(descriptor)


@asynccontextmanager
async def claimed_meanwhile(
    home: CodexHome, wait_seconds: float = WAIT_SECONDS
) -> AsyncGenerator[None]:
    """Hold the right to move tasks inside the block, waiting without blocking.

    Raises:
        HomeBusyError: another process held it all the time.
        HomeUnwritableError: the home can't be written.
        UnsafePlaceError: our directory in it leads elsewhere.
    """
    descriptor = _open(home)
    try:
        async with asyncio.timeout(wait_seconds):
            while not _lock(descriptor):  # noqa: ASYNC110 - other processes hold it
                await asyncio.sleep(_POLL_SECONDS)
    except TimeoutError as error:
        os.close(descriptor)
        raise HomeBusyError(home.root) from error
    except BaseException:
        os.close(descriptor)
        raise
    try:
        yield
    finally:
        os.close(descriptor)


def _open(home: CodexHome) -> int:
    with faults_named(home):
        make_directory(home.own)
        for path in (home.own, home.trash, home.owed):
            if path.is_symlink() or (path.exists() and not path.is_dir()):
                raise UnsafePlaceError(str(path), "is no directory of its own")
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
        return os.open(home.move_lock, flags, 0o600)


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
