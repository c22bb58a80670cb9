"""How well the index and what it is made from are; for doctor alone."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

from threadbook.index.codex_state import read_state, state_path
from threadbook.index.known import count_unfilled
from threadbook.index.walk import FileStat, walk_home

if TYPE_CHECKING:
    from pathlib import Path

    from threadbook.home import CodexHome
    from threadbook.index.tasks import Index

_MOST_FAULTS = 3
_ANY = FileStat(0, 0, 0)


class _DamagedError(Exception):
    """Not SQLite's own, which would have the index healed without a word."""


@dataclass(frozen=True, slots=True)
class Health:
    """What can be said of an index file."""

    bytes: int
    """With its log."""
    unfilled: int
    """Files of which something can't be found by a search yet."""
    faults: tuple[str, ...]
    """What SQLite found wrong with it, at most a few; only when it was asked to."""


def check_index(index: Index, *, thorough: bool) -> Health:
    """Look at the index; *thorough* reads all of it.

    Raises:
        IndexBusyError: another process held it for too long.
    """
    unfilled = index.database.read(count_unfilled)
    faults: list[str] = []
    if thorough:
        try:
            faults += index.database.read(_faults)
        except _DamagedError as error:
            faults.append(str(error))
    parts = (index.path.with_name(f"{index.path.name}{end}") for end in ("", "-wal"))
    size = sum(part.stat().st_size for part in parts if part.exists())
    return Health(bytes=size, unfilled=unfilled, faults=tuple(faults))


def _faults(connection: sqlite3.Connection) -> list[str]:
    try:
        rows = connection.execute(f"PRAGMA quick_check({_MOST_FAULTS})").fetchall()
    except sqlite3.DatabaseError as error:
        raise _DamagedError(str(error)) from error
    return [text for (text,) in rows if text != "ok"]


def unread_places(home: CodexHome) -> list[Path]:
    """Return the folders and files below which tasks may lie that can't be seen."""
    # Names need not be told apart: only what fails is of interest.
    walk = walk_home(home, lambda _: _ANY)
    return [home.root / path for path in sorted(walk.unread)]


def unread_names(home: CodexHome) -> list[Path]:
    """Return those of Codex's files with names that can't be read now."""
    unread: list[Path] = []
    names = home.session_index
    if os.path.lexists(names) and not _is_readable(names):
        unread.append(names)
    state = state_path(home)
    if state is not None and read_state(state) is None:
        unread.append(state)
    return unread


def _is_readable(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            file.read(1)
    except OSError:
        return False
    return True
