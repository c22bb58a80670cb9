"""Disk: the few steps by which files move, each of which a crash may follow.

A move is a hard link at the new place, made durable, and then the removal of the old
name: at no moment is the file nowhere, no copy is made, and a process that still has
it open goes on writing to the same file. Where a file system has no hard links it is
a rename.
"""

from __future__ import annotations

import errno
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

from threadbook.errors import HomeUnwritableError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable
    from pathlib import Path

    from threadbook.home import CodexHome

_NO_LINKS = {
    errno.EPERM,
    errno.EMLINK,
    errno.ENOSYS,
    errno.EOPNOTSUPP,
    errno.ENOTSUP,
}
_REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
    errno.EROFS: "the file system is read-only",
}
_SYNC_WORKERS = 8
"""Several at once share one flush of the file system's journal."""


@contextmanager
def faults_named(home: CodexHome) -> Generator[None]:
    """Turn what the system refuses into an error for a person.

    Raises:
        HomeUnwritableError: the disk is full, read-only, or not ours to write.
    """
    try:
        yield
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, error.strerror or str(error))
        raise HomeUnwritableError(home.root, reason) from error


def write_file(path: Path, data: bytes) -> None:
    """Write a file whole or not at all; durable once its directory is synced."""
    fresh = unfinished(path)
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(fresh, flags, 0o600)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    fresh.replace(path)


def unfinished(path: Path) -> Path:
    """Return where *path* is while it is being written."""
    return path.with_name(f".{path.name}.tmp")


def link(source: Path, target: Path) -> bool:
    """Give a file a second name; False where there are no hard links.

    Raises:
        FileExistsError: something has that name.
    """
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        return False
    return True


def rename(source: Path, target: Path) -> None:
    """Move a file where there are no hard links.

    Raises:
        FileExistsError: something has that name.
    """
    if os.path.lexists(target):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
    source.rename(target)


def check_writable(path: Path) -> None:
    """See beforehand whether names in *path*, or in what of it exists, may change.

    Raises:
        PermissionError: they may not.
    """
    while not path.exists():
        path = path.parent
    if not os.access(path, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))


def remove(path: Path) -> None:
    """Remove a name; nothing when it is gone already."""
    path.unlink(missing_ok=True)


def remove_directory(path: Path) -> None:
    """Remove a directory if it is there and empty."""
    try:
        path.rmdir()
    except OSError as error:
        if error.errno not in {errno.ENOENT, errno.ENOTEMPTY, errno.EEXIST}:
            raise


def make_directory(path: Path) -> None:
    """Make a directory for us alone, and those above it."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)


def identity(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from all others; None when there is none."""
    try:
        status = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    return status.st_dev, status.st_ino


def sync_directories(paths: Iterable[Path]) -> None:
    """Make the names in these directories durable."""
    if sys.platform == "win32":
        # There a directory can't be synced; its names are journalled in order.
        return
    wanted = set(paths)
    if len(wanted) == 1:
        _sync(wanted.pop())
    elif wanted:
        with ThreadPoolExecutor(_SYNC_WORKERS) as pool:
            list(pool.map(_sync, wanted))


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
