"""A system that runs out of file watches, as the kernel itself says so."""

from __future__ import annotations

import ctypes
import errno
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

only_inotify = pytest.mark.skipif(
    sys.platform != "linux", reason="only inotify has such limits"
)


def allow_watches(
    monkeypatch: pytest.MonkeyPatch, count: int, error: int = errno.ENOSPC
) -> None:
    """Let inotify_add_watch succeed for *count* places, and fail from then on."""
    from watchdog.observers import inotify_c  # noqa: PLC0415 - Linux alone has it

    add: Callable[[int, bytes, int], int] = inotify_c.inotify_add_watch
    given: set[bytes] = set()

    def add_or_refuse(descriptor: int, path: bytes, mask: int) -> int:
        if len(given | {path}) > count:
            ctypes.set_errno(error)
            return -1
        given.add(path)
        return add(descriptor, path, mask)

    monkeypatch.setattr(inotify_c, "inotify_add_watch", add_or_refuse)


def give_out_watches(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """Let the kernel tell of *count* watches, whatever was asked for."""

    def counted(observer: object) -> int:
        del observer
        return count

    monkeypatch.setattr("threadbook.watch.observer._inotify_watches", counted)
