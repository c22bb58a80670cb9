"""Places in the home: which matter to the index, and what lies there now."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from threadbook.ids import parse_rollout_name
from threadbook.index.known import stats_below
from threadbook.index.walk import Walk, look, other_places, tops, walk_directory

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from pathlib import Path

    from threadbook.home import CodexHome
    from threadbook.index.walk import FileStat


def below_home(home: CodexHome, path: Path) -> str | None:
    """Return *path* as the index names it; None where no rollout can lie."""
    if not path.is_relative_to(home.root):
        return None
    below = str(path.relative_to(home.root))
    is_place = any(
        below == top or below.startswith(f"{top}{os.sep}") for top in tops(home)
    )
    return below if is_place else None


def look_at(home: CodexHome, paths: Iterable[str]) -> Walk:
    """Return the rollouts at *paths* and below those that are directories."""
    root = str(home.root)
    found = Walk()
    for path in paths:
        if os.path.isdir(os.path.join(root, path)):  # noqa: PTH112, PTH118
            below = walk_directory(home, path)
            found.files |= below.files
            found.unread += below.unread
        elif parse_rollout_name(os.path.basename(path)):  # noqa: PTH119
            stat = look(root, path)
            if stat is not None:
                found.files[path] = stat
    return found


def known_at(
    connection: sqlite3.Connection, home: CodexHome, paths: Iterable[str], found: Walk
) -> dict[str, FileStat]:
    """Return what the index knows of *paths* and all below them.

    For a file that came, also of the place where it may have come from: a move is
    told as two events, the second of which may be late.
    """
    known: dict[str, FileStat] = {}
    for path in paths:
        known |= stats_below(connection, path)
    for path in found.files.keys() - known.keys():
        for other in other_places(home, path):
            known |= stats_below(connection, other)
    return known
