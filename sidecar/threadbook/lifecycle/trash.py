"""Trash: tasks that were deleted, as long as they can come back.

Threads go in groups: sub-agents with their parent, forks with the file that they
need. A group goes or stays as one, and comes back as one.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from threadbook.errors import (
    HomeUnwritableError,
    NotPossibleError,
    TaskError,
    TrashConflictError,
)
from threadbook.lifecycle import disk
from threadbook.lifecycle.manifest import (
    MANIFEST,
    RETURNED,
    Manifest,
    StoredFile,
    free_folder,
    read_manifest,
    retire,
    stored_path,
    thread_of_folder,
    write_manifest,
)
from threadbook.lifecycle.moves import (
    Group,
    Move,
    Verb,
    clear_journal,
    settle,
    take_new_names,
    write_journal,
)
from threadbook.lifecycle.owed import owe, paid
from threadbook.lifecycle.places import is_archived, rollout_path

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from threadbook.home import CodexHome
    from threadbook.ids import ThreadId
    from threadbook.lifecycle.manifest import Entry, Json
    from threadbook.lifecycle.moves import Settled


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """A thread that shall go to the trash."""

    thread_id: ThreadId
    places: tuple[str, ...]
    """All its files."""
    name: str | None = None
    codex: bool = True
    """Whether Codex knows of it."""
    annotation: Json = field(default_factory=dict[str, object])


@dataclass(frozen=True, slots=True)
class Trashed:
    """What `put_in_trash` did."""

    folders: tuple[str, ...]
    """Where threads are now."""
    faults: dict[ThreadId, TaskError]
    """Why groups, by their first thread, stayed where they were."""


@dataclass(frozen=True, slots=True)
class _Prepared:
    folders: tuple[str, ...]
    manifests: tuple[Manifest, ...]
    group: Group


def put_in_trash(
    home: CodexHome, groups: Mapping[ThreadId, Sequence[Leaving]], now: int
) -> Trashed:
    """Move groups of threads to the trash; the claim must be held."""
    faults: dict[ThreadId, TaskError] = {}
    prepared: dict[ThreadId, _Prepared] = {}
    for root, leaving in groups.items():
        try:
            prepared[root] = _prepare(home, leaving, now)
        except TaskError as error:
            faults[root] = error
    with disk.faults_named(home):
        disk.make_directory(home.trash)
        told = [
            folder
            for each in prepared.values()
            for folder, manifest in zip(each.folders, each.manifests, strict=True)
            if manifest.codex
        ]
        write_journal(home, [each.group for each in prepared.values()])
        owe(home, told)
    for root, each in list(prepared.items()):
        try:
            with disk.faults_named(home):
                _write_and_link(home, each)
        except HomeUnwritableError as error:
            faults[root] = error
            _give_up_trash(home, prepared.pop(root).group)
    with disk.faults_named(home):
        disk.sync_directories([home.own, home.trash])
    for root, each in prepared.items():
        try:
            with disk.faults_named(home):
                settle(each.group.moves, undo=False)
        except HomeUnwritableError as error:
            faults[root] = error
            _give_up_trash(home, each.group)
    with disk.faults_named(home):
        clear_journal(home)
    gone = [each for root, each in prepared.items() if root not in faults]
    return Trashed(tuple(folder for each in gone for folder in each.folders), faults)


def _give_up_trash(home: CodexHome, group: Group) -> None:
    with disk.faults_named(home):
        finish_trash(home, group, settle(group.moves))


def finish_trash(home: CodexHome, group: Group, settled: Settled) -> None:
    """Tidy up after a group was carried through or undone."""
    if settled.carried_through:
        return
    for folder in group.folders:
        retire(home, folder)
        paid(home, folder)


def bring_back(
    home: CodexHome, groups: Mapping[ThreadId, Sequence[Entry]]
) -> dict[ThreadId, TaskError]:
    """Move groups of entries back to their places; the claim must be held.

    Returns why groups stayed in the trash.
    """
    faults: dict[ThreadId, TaskError] = {}
    ready: dict[ThreadId, Group] = {}
    for root, each in groups.items():
        try:
            ready[root] = _restoring(home, each)
        except TaskError as error:
            faults[root] = error
    with disk.faults_named(home):
        write_journal(home, ready.values())
        owe(
            home,
            [e.folder for root in ready for e in groups[root] if e.manifest.codex],
        )
    for root, group in ready.items():
        try:
            with disk.faults_named(home):
                take_new_names(group.moves)
                finish_restore(home, group, settle(group.moves, undo=False))
        except HomeUnwritableError as error:
            faults[root] = error
            with disk.faults_named(home):
                finish_restore(home, group, settle(group.moves))
    with disk.faults_named(home):
        clear_journal(home)
    return faults


def finish_restore(home: CodexHome, group: Group, settled: Settled) -> None:
    """Retire the manifests of a group that came back."""
    if not settled.carried_through or settled.kept:
        return
    for folder in group.folders:
        manifest = read_manifest(home, folder)
        if manifest is None:
            continue
        path = home.trash / folder / MANIFEST
        if manifest.codex:
            # Codex is still to be told its name, and that it was archived.
            path.replace(path.with_name(RETURNED))
        else:
            retire(home, folder)


def erase(home: CodexHome, folders: Sequence[str]) -> None:
    """Remove entries of the trash for good; the claim must be held."""
    with disk.faults_named(home):
        write_journal(home, [Group(Verb.DELETE, (), tuple(folders))])
        for folder in folders:
            erase_folder(home, folder)
        clear_journal(home)


def erase_folder(home: CodexHome, folder: str) -> None:
    """Remove a folder of the trash with all files in it, the manifest last."""
    place = home.trash / folder
    if thread_of_folder(folder) is None or place.is_symlink() or not place.is_dir():
        return
    for entry in list(os.scandir(place)):
        if entry.name != MANIFEST and not entry.is_dir(follow_symlinks=False):
            disk.remove(place / entry.name)
    retire(home, folder)


def expired(found: Sequence[Entry], keep_days: int, now: int) -> list[Entry]:
    """Return what has been in the trash for longer than it is kept (0: for ever)."""
    if keep_days <= 0:
        return []
    oldest = now - keep_days * 86_400_000
    return [entry for entry in found if entry.manifest.trashed_at < oldest]


def _prepare(home: CodexHome, leaving: Sequence[Leaving], now: int) -> _Prepared:
    folders = [free_folder(home, thread.thread_id) for thread in leaving]
    manifests: list[Manifest] = []
    moves: list[Move] = []
    for folder, thread in zip(folders, leaving, strict=True):
        files: list[StoredFile] = []
        for place in thread.places:
            path = rollout_path(home, place)
            with disk.faults_named(home):
                disk.check_writable(path.parent)
            file = _stored_file(place, path, taken=[each.stored for each in files])
            files.append(file)
            target = stored_path(home, folder, file.stored)
            moves.append(Move(path, target))
        if not files:
            message = f"Task {thread.thread_id} has no file any more"
            raise NotPossibleError(message)
        manifests.append(
            Manifest(
                thread_id=thread.thread_id,
                together=tuple(folders),
                trashed_at=now,
                archived=all(is_archived(home, place) for place in thread.places),
                name=thread.name,
                codex=thread.codex,
                annotation=thread.annotation,
                files=tuple(files),
            )
        )
    group = Group(Verb.TRASH, tuple(moves), tuple(folders))
    return _Prepared(tuple(folders), tuple(manifests), group)


def _stored_file(place: str, path: Path, taken: Sequence[str]) -> StoredFile:
    try:
        status = path.lstat()
    except FileNotFoundError as error:
        message = f"{path} is gone already"
        raise NotPossibleError(message) from error
    number, stored = 1, path.name
    while stored in taken:
        number += 1
        stored = f"{number}-{path.name}"
    return StoredFile(place, stored, status.st_size, status.st_mtime_ns)


def _write_and_link(home: CodexHome, prepared: _Prepared) -> None:
    for folder, manifest in zip(prepared.folders, prepared.manifests, strict=True):
        disk.remove(home.trash / folder / RETURNED)
        write_manifest(home, folder, manifest)
    take_new_names(prepared.group.moves)


def _restoring(home: CodexHome, group: Sequence[Entry]) -> Group:
    moves: list[Move] = []
    for entry in group:
        for file in entry.manifest.files:
            source = stored_path(home, entry.folder, file.stored)
            target = rollout_path(home, file.place)
            with disk.faults_named(home):
                disk.check_writable(target.parent)
            if disk.identity(target) is not None:
                raise TrashConflictError(entry.manifest.thread_id, [target])
            if disk.identity(source) is None:
                message = f"{source} is missing from the trash"
                raise NotPossibleError(message)
            moves.append(Move(source, target))
    return Group(Verb.RESTORE, tuple(moves), tuple(entry.folder for entry in group))
