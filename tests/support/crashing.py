"""Crashes at a chosen call: from there on nothing that a process does has an effect.

Stands for `kill -9`: every function of `os` that changes a file system is counted,
the n-th raises (a write is cut in half first), and so does each one after it, so
that no `finally` can tidy up. What the system does for a dead process, closing its
files, still happens.
"""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    import pytest

_CALLS = (
    "link",
    "rename",
    "replace",
    "unlink",
    "remove",
    "mkdir",
    "rmdir",
    "open",
    "write",
    "utime",
)
"""Not the syncs: to die before one is to die before what follows it."""


class Killed(BaseException):
    """The process is dead; nobody may catch this but the test."""


@contextmanager
def dying_at(number: int, monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    """Let the process die at call *number* inside the block."""
    count = 0

    def counted(name: str) -> Callable[..., Any]:
        call = getattr(os, name)

        def counting(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            nonlocal count
            if name == "open" and args[1] & (os.O_WRONLY | os.O_RDWR) == 0:
                return call(*args, **kwargs)
            count += 1
            if count == number and name == "write":
                call(args[0], bytes(args[1])[: len(args[1]) // 2])
            if count >= number:
                raise Killed
            return call(*args, **kwargs)

        return counting

    with monkeypatch.context() as patch:
        for name in _CALLS:
            patch.setattr(os, name, counted(name))
        yield


@contextmanager
def failing_from(
    number: int, code: int, monkeypatch: pytest.MonkeyPatch
) -> Generator[None]:
    """Let every call from *number* on fail with an error of the system's.

    A full disk still lets names go; a read-only one lets nothing happen.
    """
    spared = {"unlink", "remove", "rmdir"} if code == errno.ENOSPC else set[str]()
    count = 0

    def counted(name: str) -> Callable[..., Any]:
        call = getattr(os, name)

        def counting(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            nonlocal count
            if name == "open" and args[1] & (os.O_WRONLY | os.O_RDWR) == 0:
                return call(*args, **kwargs)
            count += 1
            if count >= number and name not in spared:
                raise OSError(code, os.strerror(code))
            return call(*args, **kwargs)

        return counting

    with monkeypatch.context() as patch:
        for name in _CALLS:
            patch.setattr(os, name, counted(name))
        yield


def picture(place: Path) -> frozenset[tuple[str, int, bytes]]:
    """Return all that tells one state of a directory from another."""
    files = [path for path in place.rglob("*") if path.is_file()]
    inodes = {path: path.stat().st_ino for path in files}
    first = {inode: index for index, inode in enumerate(sorted(set(inodes.values())))}
    return frozenset(
        (str(path.relative_to(place)), first[inodes[path]], path.read_bytes())
        for path in files
    )


def copy_with_links(source: Path, target: Path) -> None:
    """Copy a directory with the hard links in it, which a crash may leave behind."""
    shutil.rmtree(target, ignore_errors=True)
    copies: dict[int, Path] = {}
    for folder, _, names in os.walk(source):
        place = target / Path(folder).relative_to(source)
        place.mkdir(parents=True)
        for name in names:
            file = Path(folder, name)
            inode = file.stat().st_ino
            if inode in copies:
                (place / name).hardlink_to(copies[inode])
            else:
                copies[inode] = Path(shutil.copy2(file, place / name))
