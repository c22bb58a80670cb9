"""Repair: settle what a crash interrupted, so that each file is in one place again.

Trusts neither the journal nor the manifests: a journal that names anything but
rollouts of this home is set aside, and nothing is done.
"""

from __future__ import annotations

import json
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, cast

from threadbook.errors import HomeBusyError, HomeUnwritableError, UnsafePlaceError
from threadbook.lifecycle import disk
from threadbook.lifecycle.claim import claimed
from threadbook.lifecycle.manifest import stored_path, thread_of_folder
from threadbook.lifecycle.moves import (
    Group,
    Move,
    Verb,
    clear_journal,
    read_journal,
    settle,
)
from threadbook.lifecycle.places import rollout_path
from threadbook.lifecycle.trash import erase_folder, finish_restore, finish_trash

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from threadbook.home import CodexHome


_REMEMBERED = 20


@dataclass(frozen=True, slots=True)
class Repair:
    """One thing that was set right, or that can't be."""

    message: str
    """A sentence for a person."""
    well: bool = True


def repair(home: CodexHome) -> tuple[Repair, ...]:
    """Settle the journal, if there is one; the claim must be held.

    Raises:
        HomeUnwritableError: the home can't be changed; the journal stays.
    """
    with disk.faults_named(home):
        disk.remove(disk.unfinished(home.journal))
        if not home.journal.exists():
            return ()
        repairs = tuple(_settle(home, raw) for raw in read_journal(home))
        if all(each.well for each in repairs):
            clear_journal(home)
        else:
            home.journal.replace(home.journal.with_suffix(".refused"))
        _remember(home, repairs)
    return repairs


def _settle(home: CodexHome, raw: object) -> Repair:
    try:
        group = _read_group(home, raw)
    except (UnsafePlaceError, ValueError, TypeError, KeyError) as error:
        return Repair(f"A journal entry was refused: {error}", well=False)
    if group.verb is Verb.DELETE:
        for folder in group.folders:
            erase_folder(home, folder)
        return Repair(f"The deletion of {len(group.folders)} tasks was completed")
    settled = settle(group.moves)
    if group.verb is Verb.TRASH:
        finish_trash(home, group, settled)
    elif group.verb is Verb.RESTORE:
        finish_restore(home, group, settled)
    done = "completed" if settled.carried_through else "undone"
    names = ", ".join(move.source.name for move in group.moves[:3])
    lost = f"; {len(settled.lost)} files are missing" if settled.lost else ""
    return Repair(
        f"An interrupted {group.verb.value} was {done}: {names}{lost}",
        well=not settled.lost or settled.carried_through,
    )


def _read_group(home: CodexHome, raw: object) -> Group:
    """Decode; what is not as we write it raises."""
    if not isinstance(raw, dict):
        raise TypeError
    fields = cast("dict[str, object]", raw)
    moves = cast("list[list[str]]", fields["moves"])
    folders = tuple(cast("list[str]", fields["folders"]))
    if any(thread_of_folder(folder) is None for folder in folders):
        message = "a folder that is none of the trash"
        raise ValueError(message)
    return Group(
        Verb(fields["verb"]),
        tuple(Move(_path(home, old), _path(home, new)) for old, new in moves),
        folders,
    )


def _path(home: CodexHome, place: str) -> Path:
    trash = home.trash.relative_to(home.root).parts
    parts = PurePosixPath(place).parts
    if parts[: len(trash)] == trash:
        folder, stored = parts[len(trash) :]
        return stored_path(home, folder, stored)
    return rollout_path(home, place)


def recover(home: CodexHome) -> None:
    """Settle what a crash left behind, unless somebody is at work in the home.

    For the start of a program: nothing that goes wrong here keeps it from starting.
    """
    with suppress(HomeBusyError, HomeUnwritableError, UnsafePlaceError):
        if home.journal.exists():
            with claimed(home, wait_seconds=0):
                repair(home)


def past_repairs(home: CodexHome) -> list[tuple[int, Repair]]:
    """Return what was repaired lately, with its time in Unix milliseconds."""
    try:
        lines = _log(home).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return []
    found: list[tuple[int, Repair]] = []
    for line in lines[-_REMEMBERED:]:
        with suppress(ValueError, TypeError, KeyError):
            fields = cast("dict[str, object]", json.loads(line))
            at, message = fields["at"], fields["message"]
            if isinstance(at, int) and isinstance(message, str):
                found.append((at, Repair(message, well=fields["well"] is True)))
    return found


def _remember(home: CodexHome, repairs: Sequence[Repair]) -> None:
    now = time.time_ns() // 1_000_000
    lines = [
        json.dumps({"at": now, "well": each.well, "message": each.message})
        for each in repairs
    ]
    # On a full disk the repair counts, not the telling.
    with suppress(OSError), _log(home).open("a", encoding="utf-8") as log:
        log.write("".join(f"{line}\n" for line in lines))


def _log(home: CodexHome) -> Path:
    return home.own / "repairs.jsonl"
