"""Archive and unarchive on files: for tasks that Codex can't see, or without a codex.

The same moves that Codex makes. Not for threads that stand in Codex's database, which
would go on pointing to where the file was (codex-facts.md section 6.2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from threadbook.errors import (
    HomeUnwritableError,
    NotPossibleError,
    TaskError,
)
from threadbook.lifecycle import disk
from threadbook.lifecycle.moves import (
    Group,
    Move,
    Verb,
    clear_journal,
    settle,
    take_new_names,
    write_journal,
)
from threadbook.lifecycle.places import (
    active_place,
    archived_place,
    is_archived,
    rollout_path,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from threadbook.home import CodexHome
    from threadbook.ids import ThreadId


def archive_files(
    home: CodexHome, threads: Mapping[ThreadId, Sequence[str]]
) -> dict[ThreadId, TaskError]:
    """Move all files of each thread among the archived ones; the claim must be held.

    Returns why threads stayed where they were.
    """
    return move_files(
        home,
        {
            thread: {
                place: archived_place(home, place)
                for place in places
                if not is_archived(home, place)
            }
            for thread, places in threads.items()
        },
    )


def unarchive_files(
    home: CodexHome, threads: Mapping[ThreadId, Sequence[str]]
) -> dict[ThreadId, TaskError]:
    """Move all files of each thread back to the days in their names.

    Returns why threads stayed where they were.
    """
    return move_files(
        home,
        {
            thread: {
                place: active_place(home, place)
                for place in places
                if is_archived(home, place)
            }
            for thread, places in threads.items()
        },
    )


def move_files(
    home: CodexHome, threads: Mapping[ThreadId, Mapping[str, str]]
) -> dict[ThreadId, TaskError]:
    """Move files of threads from places to places; the claim must be held.

    Returns why threads stayed where they were.
    """
    faults: dict[ThreadId, TaskError] = {}
    groups: dict[ThreadId, Group] = {}
    for thread, places in threads.items():
        try:
            groups[thread] = Group(Verb.ARCHIVE, _moves(home, places))
        except TaskError as error:
            faults[thread] = error
    with disk.faults_named(home):
        write_journal(home, groups.values())
    for thread, group in groups.items():
        try:
            with disk.faults_named(home):
                take_new_names(group.moves)
                settle(group.moves, undo=False)
        except HomeUnwritableError as error:
            faults[thread] = error
            with disk.faults_named(home):
                settle(group.moves)
    with disk.faults_named(home):
        clear_journal(home)
    return faults


def _moves(home: CodexHome, places: Mapping[str, str]) -> tuple[Move, ...]:
    moves: list[Move] = []
    for source, target in places.items():
        move = Move(rollout_path(home, source), rollout_path(home, target))
        with disk.faults_named(home):
            disk.check_writable(move.source.parent)
            disk.check_writable(move.target.parent)
        if disk.identity(move.source) is None:
            message = f"{move.source} is gone already"
            raise NotPossibleError(message)
        if disk.identity(move.target) is not None:
            message = f"{move.target} exists already"
            raise NotPossibleError(message)
        moves.append(move)
    return tuple(moves)
