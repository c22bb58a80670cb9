"""Agree: what Codex is asked or told, so that it shows the same as we do.

Archiving and naming is Codex's own work. Deleting is not: its `thread/delete` reads
every rollout of the home each time, so tasks go to our trash first and at once, and
Codex is told of it afterwards (`owed.py`). It is never told to delete a thread that
has a file anywhere but in the trash.
"""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from threadbook.codex.threads import name_thread, unarchive_thread
from threadbook.codex.upkeep import (
    archive_thread,
    delete_thread,
    list_sub_agents,
    project_turns,
    says_in_use,
    says_unknown,
    says_unreadable,
    take_in_thread,
)
from threadbook.errors import CodexRefusedError, CodexUnavailableError
from threadbook.ids import ThreadId
from threadbook.lifecycle.claim import claimed_meanwhile
from threadbook.lifecycle.lock import holder_of
from threadbook.lifecycle.manifest import (
    MANIFEST,
    RETURNED,
    read_manifest,
    retire,
    thread_of_folder,
)
from threadbook.lifecycle.owed import owed_folders, paid
from threadbook.lifecycle.places import find_rollouts, rollout_path
from threadbook.lifecycle.resume import task_in_use

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from threadbook.codex.client import AppServer
    from threadbook.errors import TaskError
    from threadbook.home import CodexHome
    from threadbook.lifecycle.manifest import Manifest

_AT_A_TIME = 8
_CHUNK = 20
"""So many debts are paid under one claim."""


@dataclass(frozen=True, slots=True)
class Payment:
    """What became of the debts."""

    told: int = 0
    refused: tuple[str, ...] = ()
    """Sentences for a person; these stay owed."""


async def archive_with_codex(
    server: AppServer,
    home: CodexHome,
    thread_ids: Sequence[ThreadId],
    on_done: Callable[[], None] = lambda: None,
) -> dict[ThreadId, TaskError]:
    """Let Codex archive threads; returns why it did not, by thread."""
    return await _each(
        home, thread_ids, lambda each: archive_thread(server, each), on_done
    )


async def unarchive_with_codex(
    server: AppServer,
    home: CodexHome,
    thread_ids: Sequence[ThreadId],
    on_done: Callable[[], None] = lambda: None,
) -> dict[ThreadId, TaskError]:
    """Let Codex unarchive threads; returns why it did not, by thread."""
    return await _each(
        home, thread_ids, lambda each: unarchive_thread(server, each), on_done
    )


async def rename_with_codex(
    server: AppServer,
    home: CodexHome,
    thread_id: ThreadId,
    name: str,
    archived_files: Iterable[Path] = (),
) -> None:
    """Let Codex name a thread.

    It refuses for archived ones: those (*archived_files* says so) are unarchived for
    a moment, and keep their times.

    Raises:
        CodexRefusedError: it has a reason against it.
        TaskInUseError: another process has an archived thread open.
    """
    times = _times(archived_files)
    try:
        if not times:
            await name_thread(server, thread_id, name)
            return
        await unarchive_thread(server, thread_id)
        try:
            await name_thread(server, thread_id, name)
        finally:
            await archive_thread(server, thread_id)
            _set_times(times)
    except CodexRefusedError as error:
        raise _fault(home, thread_id, error) from error


async def pay_debts(
    server: AppServer, home: CodexHome, until: Callable[[], bool] = lambda: False
) -> Payment:
    """Tell Codex of threads that went or came back, as long as *until* is false."""
    told, refused = 0, list[str]()
    tried: set[str] = set()
    while not until():
        folders = [each for each in owed_folders(home) if each not in tried][:_CHUNK]
        if not folders:
            break
        async with claimed_meanwhile(home):
            debtors = {_thread(folder) for folder in folders}
            live = await asyncio.to_thread(find_rollouts, home, debtors)
            for folder in _parents_first(home, folders):
                if until():
                    break
                tried.add(folder)
                reason = await _pay(server, home, folder, live)
                if reason is None:
                    told += 1
                else:
                    refused.append(reason)
    return Payment(told, tuple(refused))


async def _pay(
    server: AppServer,
    home: CodexHome,
    folder: str,
    live: Mapping[ThreadId, Sequence[str]],
) -> str | None:
    """Pay one debt; the reason why it could not be paid, else None."""
    thread_id = _thread(folder)
    returned = read_manifest(home, folder, RETURNED)
    try:
        if thread_id not in live:
            reason = await _forget(server, home, thread_id)
            if reason is not None:
                return reason
        elif returned is not None:
            await _take_in(server, home, returned)
    except CodexRefusedError as error:
        if not says_unknown(error) and not says_unreadable(error):
            return str(error)
    if not (home.trash / folder / MANIFEST).exists():
        retire(home, folder)
    paid(home, folder)
    return None


async def _forget(
    server: AppServer, home: CodexHome, thread_id: ThreadId
) -> str | None:
    """Remove what Codex has of a thread whose files are all in the trash."""
    sub_agents = await list_sub_agents(server, thread_id)
    if sub_agents and await asyncio.to_thread(find_rollouts, home, sub_agents):
        # Codex would remove their files, too, and those are not in the trash.
        return f"Codex has sub-agents of {thread_id} that are not in the trash"
    await delete_thread(server, thread_id)
    return None


async def _take_in(server: AppServer, home: CodexHome, manifest: Manifest) -> None:
    """Make Codex see a thread that came back: its row, its name, its turns."""
    thread_id = manifest.thread_id
    is_paginated = await take_in_thread(server, thread_id)
    if not manifest.archived:
        await _complete(server, manifest, is_paginated=is_paginated)
        return
    if manifest.name is None and not is_paginated:
        return
    # Codex names and projects active threads only.
    times = _times(rollout_path(home, file.place) for file in manifest.files)
    try:
        await unarchive_thread(server, thread_id)
    except CodexRefusedError as error:
        if not says_unknown(error):
            raise
    await _complete(server, manifest, is_paginated=is_paginated)
    await archive_thread(server, thread_id)
    _set_times(times)


async def _complete(
    server: AppServer, manifest: Manifest, *, is_paginated: bool
) -> None:
    if manifest.name is not None:
        await name_thread(server, manifest.thread_id, manifest.name)
    if is_paginated:
        await project_turns(server, manifest.thread_id)


async def _each(
    home: CodexHome,
    thread_ids: Sequence[ThreadId],
    ask: Callable[[ThreadId], Awaitable[None]],
    on_done: Callable[[], None],
) -> dict[ThreadId, TaskError]:
    """Ask for several threads at once; Codex answers faster that way."""
    faults: dict[ThreadId, TaskError] = {}
    places = asyncio.Semaphore(_AT_A_TIME)

    async def one(thread_id: ThreadId) -> None:
        async with places:
            try:
                await ask(thread_id)
            except CodexRefusedError as error:
                faults[thread_id] = _fault(home, thread_id, error)
            except CodexUnavailableError as error:
                # It died; the next ones will be told the same.
                faults[thread_id] = error
            on_done()

    async with asyncio.TaskGroup() as group:
        for thread_id in thread_ids:
            group.create_task(one(thread_id))
    return faults


def _fault(home: CodexHome, thread_id: ThreadId, error: CodexRefusedError) -> TaskError:
    if says_in_use(error):
        return task_in_use(thread_id, holder_of(home, thread_id))
    return error


def _thread(folder: str) -> ThreadId:
    return thread_of_folder(folder) or ThreadId(folder)


def _parents_first(home: CodexHome, folders: Sequence[str]) -> list[str]:
    """Order folders so that Codex meets a parent before its sub-agents."""

    def is_child(folder: str) -> bool:
        manifest = read_manifest(home, folder) or read_manifest(home, folder, RETURNED)
        return manifest is not None and manifest.together[:1] != (folder,)

    return sorted(folders, key=is_child)


def _times(paths: Iterable[Path]) -> dict[Path, tuple[int, int]]:
    found: dict[Path, tuple[int, int]] = {}
    for path in paths:
        status = path.stat()
        found[path] = (status.st_atime_ns, status.st_mtime_ns)
    return found


def _set_times(times: Mapping[Path, tuple[int, int]]) -> None:
    for path, both in times.items():
        if path.exists():
            os.utime(path, ns=both)
