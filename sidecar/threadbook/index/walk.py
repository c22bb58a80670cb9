"""Which rollout files there are, with what tells whether one changed.

Paths are text below CODEX_HOME ("sessions/2026/11/21/rollout-..."), as the index
keeps them: a home that moves as a whole keeps its index rows' meaning.
"""

from __future__ import annotations

import os
import re
import stat
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from threadbook.ids import parse_rollout_name

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from threadbook.home import CodexHome

    Recall = Callable[[str], "FileStat | None"]

_KIND, _REGULAR = 0o170000, stat.S_IFREG
_OPENS_DIRECTORIES = os.scandir in os.supports_fd
_DIRECTORY = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0)
_NAME_TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d-\d\d-\d\d))?")


class FileStat(NamedTuple):
    """What changes whenever the content does; Codex keeps mtimes when it rewrites.

    A tuple, because a scan makes and compares one for every file there is.
    """

    inode: int
    size: int
    mtime_ns: int


@dataclass(slots=True)
class Walk:
    """What a walk found."""

    files: dict[str, FileStat] = field(default_factory=dict[str, FileStat])
    unread: list[str] = field(default_factory=list[str])
    """What could not be looked at; it and all below it is not known to be gone."""

    def covers(self, path: str) -> bool:
        """Whether *path* would be in `files` if it existed."""
        return not any(
            path == each or path.startswith(f"{each}{os.sep}") for each in self.unread
        )


def walk_home(home: CodexHome, known: Recall) -> Walk:
    """Find every rollout.

    Of paths that are *known* the names are not parsed again; where nothing changed,
    what is found is the known value itself, which costs no memory.
    """
    found = Walk()
    for top in tops(home):
        _walk(str(home.root), top, known, found)
    return found


def walk_newest(home: CodexHome, count: int) -> Walk:
    """Find *count* of the newest rollouts, or some more, by the dates of the folders.

    None where nobody keeps rollouts in such folders. Costs the same in any home.
    """
    found = Walk()
    root = str(home.root)
    days = (
        day
        for year in _numbered(root, home.sessions.name)
        for month in _numbered(root, year)
        for day in _numbered(root, month)
    )
    for day in days:
        _walk(root, day, _nothing, found)
        if len(found.files) >= count:
            break
    return found


def _numbered(root: str, directory: str) -> list[str]:
    """Return what is named by a number below a directory, the largest first."""
    try:
        names = os.listdir(f"{root}{os.sep}{directory}")  # noqa: PTH208
    except OSError:
        return []
    numbers = sorted((name for name in names if name.isdecimal()), reverse=True)
    return [f"{directory}{os.sep}{name}" for name in numbers]


def tops(home: CodexHome) -> tuple[str, ...]:
    """Return the directories that rollouts lie in, below the home."""
    places = (home.sessions, home.archived_sessions, home.trash)
    return tuple(str(place.relative_to(home.root)) for place in places)


def walk_directory(home: CodexHome, path: str) -> Walk:
    """Find every rollout below one directory of the home."""
    found = Walk()
    _walk(str(home.root), path, _nothing, found)
    return found


def look(root: str, path: str) -> FileStat | None:
    """Return the stat of one file; None if it is gone or no regular file.

    A broken symbolic link counts as a file: the task it stood for is shown as
    damaged, not hidden.
    """
    full = os.path.join(root, path)  # noqa: PTH118 - ten thousand times a scan
    try:
        status = os.stat(full)  # noqa: PTH116
    except OSError:
        try:
            status = os.lstat(full)
        except OSError:
            return None
        return _file_stat(status)
    return _file_stat(status) if stat.S_ISREG(status.st_mode) else None


def other_places(home: CodexHome, path: str) -> Iterator[str]:
    """Yield where Codex would have moved *path*: archived, or back by its date."""
    name = os.path.basename(path)  # noqa: PTH119
    archived = f"{home.archived_sessions.name}{os.sep}{name}"
    if path != archived:
        yield archived
    elif match := _NAME_TIME.search(name):
        year, month, day, _ = match.groups()
        yield str(Path(home.sessions.name, year, month, day, name))


def name_time(path: str) -> str:
    """Return the local time in a rollout's name, as text that sorts; "" if none."""
    match = _NAME_TIME.search(path, path.rfind(os.sep) + 1)
    return match[0] if match else ""


def _nothing(_: str) -> None:
    """Know no file."""


def _walk(root: str, top: str, known: Recall, found: Walk) -> None:
    # Symbolic links to directories are followed (homes are moved to larger disks
    # that way), but never in a circle.
    seen: set[tuple[int, int]] = set()
    pending = [top]
    while pending:
        directory = pending.pop()
        full = f"{root}{os.sep}{directory}"
        try:
            with _opened(full) as place:
                status = os.stat(place)  # noqa: PTH116
                if (status.st_dev, status.st_ino) in seen:
                    continue
                seen.add((status.st_dev, status.st_ino))
                entries = list(os.scandir(place))
                pending += _sort_entries(directory, entries, known, found)
        except FileNotFoundError:
            if os.path.lexists(full):
                found.unread.append(directory)
        except NotADirectoryError:
            continue
        except OSError:
            found.unread.append(directory)


@contextmanager
def _opened(directory: str) -> Generator[int | str]:
    """Keep a directory open while its files are looked at, where the system can.

    Their paths are not followed from the root anew then: a sixth of a scan.
    """
    if not _OPENS_DIRECTORIES:
        yield directory
        return
    place = os.open(directory, _DIRECTORY)
    try:
        yield place
    finally:
        os.close(place)


def _sort_entries(
    directory: str,
    entries: list[os.DirEntry[str]],
    known: Recall,
    found: Walk,
) -> list[str]:
    """Put the rollouts among *entries* into *found*; return the directories."""
    directories: list[str] = []
    files = found.files
    for entry in entries:
        name = entry.name
        path = f"{directory}{os.sep}{name}"
        try:
            if entry.is_dir():
                directories.append(path)
                continue
            before = known(path)
            if before is None and parse_rollout_name(name) is None:
                continue
            status = _status(entry)
            if status is not None:
                now = status.st_ino, status.st_size, status.st_mtime_ns
                if before is None or before != now:
                    before = FileStat(*now)
                files[path] = before
        except OSError:
            # Gone since the directory was read, or not to be looked at.
            found.unread.append(path)
    return directories


def _status(entry: os.DirEntry[str]) -> os.stat_result | None:
    """Return the status of a file, or of a link that leads nowhere."""
    try:
        status = entry.stat()
    except FileNotFoundError:
        return entry.stat(follow_symlinks=False) if entry.is_symlink() else None
    return status if status.st_mode & _KIND == _REGULAR else None


def _file_stat(status: os.stat_result) -> FileStat:
    return FileStat(status.st_ino, status.st_size, status.st_mtime_ns)
