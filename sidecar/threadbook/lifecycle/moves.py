"""Moves: files that change their places together, whatever happens in between.

First the journal says what is going to move, durably. Then each file gets its new
name, then each loses its old one, then the journal goes. Who finds a journal (with
the claim in hand, so nobody is at work) settles it: as long as every old name is
there nothing has happened yet, and it is undone; else it is carried through.
Journals are read back by `repair.py`.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, cast

from threadbook.lifecycle import disk

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from threadbook.home import CodexHome


class Verb(StrEnum):
    """What a group of moves belongs to."""

    TRASH = "trash"
    RESTORE = "restore"
    ARCHIVE = "archive"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Move:
    """One file."""

    source: Path
    target: Path


@dataclass(frozen=True, slots=True)
class Group:
    """What moves together: all of it, or nothing."""

    verb: Verb
    moves: tuple[Move, ...]
    folders: tuple[str, ...] = ()
    """The folders of the trash that take part."""


@dataclass(frozen=True, slots=True)
class Settled:
    """How a group ended."""

    carried_through: bool
    kept: tuple[Path, ...] = ()
    """Old places where another file is by now: both were left as they are."""
    lost: tuple[Path, ...] = ()
    """Old places of files that somebody else removed meanwhile."""


def write_journal(home: CodexHome, groups: Iterable[Group]) -> None:
    """Say durably what is going to move."""
    text = json.dumps([_group_to_json(home, group) for group in groups])
    disk.write_file(home.journal, text.encode("ascii"))
    disk.sync_directories([home.own])


def clear_journal(home: CodexHome) -> None:
    """Say that nothing is moving any more."""
    disk.remove(home.journal)


def read_journal(home: CodexHome) -> list[object]:
    """Return the groups of the journal, not yet to be trusted."""
    try:
        parsed: object = json.loads(home.journal.read_bytes())
    except (FileNotFoundError, ValueError):
        # One that is no JSON was never complete, so nothing began.
        return []
    return cast("list[object]", parsed) if isinstance(parsed, list) else []


def take_new_names(moves: Sequence[Move]) -> None:
    """Give every file its new name, durably; old names stay."""
    for move in moves:
        disk.make_directory(move.target.parent)
        disk.link(move.source, move.target)
    disk.sync_directories(move.target.parent for move in moves)


def settle(moves: Sequence[Move], *, undo: bool | None = None) -> Settled:
    """Carry the moves through, or undo them; may be done any number of times."""
    if undo is None:
        undo = all(_is_untouched(move) for move in moves)
    if undo:
        for move in moves:
            if disk.identity(move.target) == disk.identity(move.source):
                disk.remove(move.target)
        return Settled(carried_through=False)
    kept: list[Path] = []
    lost: list[Path] = []
    for move in moves:
        source, target = disk.identity(move.source), disk.identity(move.target)
        if source is None:
            if target is None:
                lost.append(move.source)
        elif target is None:
            _move(move)
        elif source == target:
            disk.remove(move.source)
        else:
            kept.append(move.source)
    with suppress(FileNotFoundError):
        disk.sync_directories(move.source.parent for move in moves)
    return Settled(carried_through=True, kept=tuple(kept), lost=tuple(lost))


def _is_untouched(move: Move) -> bool:
    source = disk.identity(move.source)
    return source is not None and disk.identity(move.target) in {None, source}


def _move(move: Move) -> None:
    disk.make_directory(move.target.parent)
    if disk.link(move.source, move.target):
        disk.sync_directories([move.target.parent])
        disk.remove(move.source)
    else:
        disk.rename(move.source, move.target)


def _group_to_json(home: CodexHome, group: Group) -> dict[str, object]:
    return {
        "verb": group.verb.value,
        "folders": list(group.folders),
        "moves": [
            [_below(home, move.source), _below(home, move.target)]
            for move in group.moves
        ],
    }


def _below(home: CodexHome, path: Path) -> str:
    return os.fspath(path.relative_to(home.root).as_posix())
