"""Poller: where nothing can be watched, look at what is likely to change.

That is the newest two days' directories, the archive, the names, and the files that
changed lately (a resumed task goes on in its old place). All else is found by the
full scans, which the feed makes more often then.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from threadbook.home import CodexHome

LATELY = 100
"""So many files that changed lately are kept an eye on."""
_DAYS = 2

_Stat = tuple[int, int, int]


class Poller:
    """Remembers how things were at the last look."""

    def __init__(self, home: CodexHome) -> None:
        self._home = home
        self._before: dict[Path, _Stat] | None = None
        self._lately: dict[Path, None] = {}

    def note(self, paths: Iterable[Path]) -> None:
        """Keep an eye on *paths* from now on, of the last ones if they are many."""
        for path in paths:
            self._lately.pop(path, None)
            self._lately[path] = None
        while len(self._lately) > LATELY:
            del self._lately[next(iter(self._lately))]

    def look(self) -> frozenset[Path]:
        """Return what changed since the last look; nothing the first time."""
        now = {path: stat for path, stat in self._stats() if stat is not None}
        before, self._before = self._before, now
        if before is None:
            return frozenset()
        changed = {path for path, stat in now.items() if before.get(path) != stat}
        changed |= before.keys() - now.keys()
        self.note(path for path in changed if path.suffix == ".jsonl")
        return frozenset(changed)

    def _stats(self) -> Iterator[tuple[Path, _Stat | None]]:
        for path in (*self._names(), *self._lately):
            yield path, _stat(path)
        yield self._home.archived_sessions, _stat(self._home.archived_sessions)
        for directory in self._newest_days():
            yield directory, _stat(directory)
            for path in _entries(directory):
                yield path, _stat(path)

    def _names(self) -> Iterator[Path]:
        yield self._home.session_index
        yield self._home.config
        for path in _entries(self._home.sqlite_home):
            if path.name.startswith("state_"):
                yield path

    def _newest_days(self) -> list[Path]:
        """Return the sessions directory itself and the last directories below it."""
        days: list[Path] = []
        for year in _newest(self._home.sessions):
            for month in _newest(year):
                days += _newest(month)
                if len(days) >= _DAYS:
                    return [self._home.sessions, *days[:_DAYS]]
        return [self._home.sessions, *days]


def _newest(directory: Path) -> list[Path]:
    return sorted((path for path in _entries(directory) if path.is_dir()), reverse=True)


def _entries(directory: Path) -> list[Path]:
    try:
        return list(directory.iterdir())
    except OSError:
        return []


def _stat(path: Path) -> _Stat | None:
    try:
        status = os.stat(path)  # noqa: PTH116
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns
