"""Places: where rollouts lie below the home, and which of them may be moved.

A place is text below CODEX_HOME with `/` ("sessions/2026/11/21/rollout-..."), as it
stands in manifests and journals. Whatever a file or a database says, nothing is
touched that is not a plain rollout file inside the home.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from threadbook.errors import UnsafePlaceError
from threadbook.ids import parse_rollout_name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    from threadbook.home import CodexHome
    from threadbook.ids import ThreadId

_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)")


def place_of(home: CodexHome, path: Path) -> str:
    """Return the place of an absolute path.

    Raises:
        UnsafePlaceError: it is not below the home.
    """
    try:
        return path.relative_to(home.root).as_posix()
    except ValueError as error:
        raise UnsafePlaceError(str(path), "is outside of the Codex home") from error


def rollout_path(home: CodexHome, place: str) -> Path:
    """Return the path of a place where a rollout lies or may lie.

    Raises:
        UnsafePlaceError: it is none, or a symbolic link stands on the way.
    """
    pure = PurePosixPath(place)
    tops = {home.sessions.name, home.archived_sessions.name}
    if "\0" in place or "\\" in place or pure.as_posix() != place:
        raise UnsafePlaceError(place, "is no path that we wrote")
    if not len(pure.parts) > 1 or pure.parts[0] not in tops or ".." in pure.parts:
        raise UnsafePlaceError(place, "is no place of a rollout")
    if parse_rollout_name(pure.name) is None:
        raise UnsafePlaceError(place, "has no rollout's name")
    return checked_path(home, pure)


def checked_path(home: CodexHome, pure: PurePosixPath) -> Path:
    """Return a path below the home, none of whose parts is a symbolic link.

    Raises:
        UnsafePlaceError: one is, or the last one is no plain file.
    """
    path, mode = home.root, 0
    for part in pure.parts:
        path /= part
        try:
            mode = path.lstat().st_mode
        except OSError:
            # What does not exist leads nowhere.
            return home.root.joinpath(*pure.parts)
        if stat.S_ISLNK(mode):
            raise UnsafePlaceError(str(path), "is a symbolic link")
    if not stat.S_ISREG(mode):
        raise UnsafePlaceError(str(path), "is no plain file")
    return path


def archived_place(home: CodexHome, place: str) -> str:
    """Return where Codex would archive the rollout of *place*."""
    return f"{home.archived_sessions.name}/{PurePosixPath(place).name}"


def active_place(home: CodexHome, place: str) -> str:
    """Return where Codex would unarchive the rollout of *place*: by its name's date."""
    name = PurePosixPath(place).name
    # The first Codex of all, which wrote .json, knew no days.
    date = None if name.endswith(".json") else _DATE.search(name)
    return "/".join((home.sessions.name, *(date.groups() if date else ()), name))


def is_archived(home: CodexHome, place: str) -> bool:
    """Whether the rollout of *place* is among the archived ones."""
    return PurePosixPath(place).parts[0] == home.archived_sessions.name


def find_rollouts(
    home: CodexHome, wanted: AbstractSet[ThreadId]
) -> dict[ThreadId, list[str]]:
    """Look for all files that carry one of these threads' ids in their names."""
    found: dict[ThreadId, list[str]] = {}
    for top in (home.sessions, home.archived_sessions):
        for entry in _files_below(top):
            name = parse_rollout_name(entry.name)
            if name is not None and name.thread_id in wanted:
                place = place_of(home, Path(entry.path))
                found.setdefault(name.thread_id, []).append(place)
    return found


def _files_below(top: Path) -> Iterator[os.DirEntry[str]]:
    # Through symbolic links, too, but never in a circle: what lies behind one is not
    # moved, but it must be known to be there.
    seen: set[tuple[int, int]] = set()
    pending = [str(top)]
    while pending:
        directory = pending.pop()
        try:
            status = os.stat(directory)  # noqa: PTH116
            if (status.st_dev, status.st_ino) in seen:
                continue
            seen.add((status.st_dev, status.st_ino))
            entries = list(os.scandir(directory))
        except OSError:
            continue
        for entry in entries:
            if entry.is_dir():
                pending.append(entry.path)
            else:
                yield entry
