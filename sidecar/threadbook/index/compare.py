"""What differs between the files found and the files known."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from threadbook.index.walk import look, name_time, other_places

if TYPE_CHECKING:
    from collections.abc import Mapping

    from threadbook.home import CodexHome
    from threadbook.index.walk import FileStat, Walk


@dataclass(slots=True)
class Difference:
    """What there is to do."""

    to_read: dict[str, FileStat] = field(default_factory=dict[str, "FileStat"])
    """New, grown or replaced files, newest first."""
    gone: list[str] = field(default_factory=list[str])
    moved: dict[str, str] = field(default_factory=dict[str, str])
    """The same file under another path: archived, or brought back."""
    unchanged: int = 0


def compare(home: CodexHome, known: Mapping[str, FileStat], found: Walk) -> Difference:
    """Compare *known* files with what a walk of all their places *found*."""
    difference = Difference()
    fresh: dict[str, FileStat] = {}
    for path, stat in found.files.items():
        if known.get(path) == stat:
            difference.unchanged += 1
        else:
            fresh[path] = stat
    for path in known.keys() - found.files.keys():
        if found.covers(path):
            _look_for(home, path, known, fresh, difference)
    _find_moves(known, fresh, difference)
    newest_first = sorted(
        fresh.items(), key=lambda item: (name_time(item[0]), item[1].mtime_ns)
    )
    difference.to_read = dict(reversed(newest_first))
    return difference


def _look_for(
    home: CodexHome,
    path: str,
    known: Mapping[str, FileStat],
    fresh: dict[str, FileStat],
    difference: Difference,
) -> None:
    """Make sure that *path* is gone: it may have moved while we walked."""
    root = str(home.root)
    stat = look(root, path)
    if stat is not None:
        if known[path] != stat:
            fresh[path] = stat
        return
    difference.gone.append(path)
    for other in other_places(home, path):
        stat = look(root, other)
        if stat is not None and known.get(other) != stat:
            fresh[other] = stat


def _find_moves(
    known: Mapping[str, FileStat], fresh: dict[str, FileStat], difference: Difference
) -> None:
    """Tell files that moved from those that came and went: nothing to read there."""
    if not difference.gone:
        return
    came = {
        (os.path.basename(path), stat): path  # noqa: PTH119
        for path, stat in fresh.items()
        if path not in known
    }
    for path in list(difference.gone):
        new = came.pop((os.path.basename(path), known[path]), None)  # noqa: PTH119
        if new is not None:
            difference.moved[path] = new
            difference.gone.remove(path)
            del fresh[new]
