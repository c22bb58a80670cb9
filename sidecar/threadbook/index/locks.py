"""FileLock: an advisory lock that the system frees when its process ends."""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

_POLL_SECONDS = 0.01


class FileLock:
    """One claim; two of them exclude each other, in one process too."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def try_acquire(self) -> bool:
        """Take the lock if it is free; True also when held already."""
        if self._descriptor is not None:
            return True
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        if not _lock(descriptor):
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def acquire(self, give_up: Callable[[], bool]) -> bool:
        """Wait for the lock until *give_up* says so; False if it did."""
        while not self.try_acquire():
            if give_up():
                return False
            time.sleep(_POLL_SECONDS)
        return True

    def release(self) -> None:
        """Free the lock; nothing when it is not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


@contextmanager
def holding(lock: FileLock, give_up: Callable[[], bool]) -> Generator[bool]:
    """Hold *lock* inside the block; the value says whether it was got."""
    got = lock.acquire(give_up)
    try:
        yield got
    finally:
        if got:
            lock.release()


def deadline(seconds: float) -> Callable[[], bool]:
    """Return what says True once *seconds* have passed."""
    end = time.monotonic() + seconds
    return lambda: time.monotonic() >= end


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
