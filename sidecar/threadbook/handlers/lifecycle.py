"""`task/archive`, `task/unarchive`, `task/rename`: through Codex, else on files."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from threadbook.codex.upkeep import says_unknown, says_unreadable
from threadbook.codex.version import Feature
from threadbook.errors import (
    CodexRefusedError,
    CodexUnavailableError,
    NotPossibleError,
    TaskError,
    ThreadNotFoundError,
)
from threadbook.handlers.families import (
    is_seen_by_codex,
    paths_of,
    places_of,
    row_of,
    rows_of,
)
from threadbook.handlers.halfway import find_stuck, put_stuck_back
from threadbook.handlers.moving import (
    bring_up_to_date,
    codex_server,
    let_go,
    users_of,
)
from threadbook.handlers.outcomes import Outcomes
from threadbook.handlers.progress import Count
from threadbook.handlers.tasks import task_of
from threadbook.index.types import State
from threadbook.lifecycle.agree import (
    archive_with_codex,
    rename_with_codex,
    unarchive_with_codex,
)
from threadbook.lifecycle.archive import archive_files, unarchive_files
from threadbook.lifecycle.claim import claimed
from threadbook.lifecycle.places import active_place, archived_place
from threadbook.lifecycle.repair import repair
from threadbook.protocol import lifecycle as wire

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from threadbook.handlers.context import Context
    from threadbook.ids import ThreadId
    from threadbook.index.types import TaskRow

_MOVABLE = {State.ACTIVE, State.ARCHIVED}
_IN_TRASH = "Task {} is in the trash; restore it first"


async def task_archive(
    context: Context, params: wire.TaskArchiveParams
) -> wire.TaskArchiveResponse:
    """Archive tasks with their sub-agents, so that Codex agrees."""
    outcomes = await _move(context, params.thread_ids, State.ARCHIVED)
    return wire.TaskArchiveResponse(results=outcomes.results())


async def task_unarchive(
    context: Context, params: wire.TaskUnarchiveParams
) -> wire.TaskUnarchiveResponse:
    """Bring archived tasks back among the active ones."""
    outcomes = await _move(context, params.thread_ids, State.ACTIVE)
    return wire.TaskUnarchiveResponse(results=outcomes.results())


async def task_rename(
    context: Context, params: wire.TaskRenameParams
) -> wire.TaskRenameResponse:
    """Name a task: in Codex, or in our own book where Codex can't see the task.

    Raises:
        ThreadNotFoundError: there is none.
        CodexUnavailableError: its name is Codex's to keep, and there is no codex.
        NotPossibleError: the name is empty, or the task in the trash.
        TaskInUseError: it is archived, and another process has it open.
    """
    row = await row_of(context, params.thread_id)
    name = " ".join(params.name.split())
    if not name:
        message = "A name can't be empty"
        raise NotPossibleError(message)
    if row.state is State.TRASHED:
        raise NotPossibleError(_IN_TRASH.format(row.thread_id))
    if not is_seen_by_codex(row) or not await _name_in_codex(context, row, name):
        context.book.set_name(row.thread_id, name)
    await asyncio.to_thread(bring_up_to_date, context, ())
    return wire.TaskRenameResponse(task=task_of(context, row.thread_id))


async def _name_in_codex(context: Context, row: TaskRow, name: str) -> bool:
    """Let Codex keep the name; False when it can't see the task after all."""
    places = await asyncio.to_thread(places_of, context, [row.thread_id])
    archived_files = [
        context.home.root / place
        for place in places[row.thread_id]
        if row.state is State.ARCHIVED
    ]
    try:
        async with codex_server(context, Feature.RENAME) as server:
            await rename_with_codex(
                server, context.home, row.thread_id, name, archived_files
            )
    except CodexRefusedError as error:
        if says_unknown(error) or says_unreadable(error):
            return False
        raise
    context.book.set_name(row.thread_id, None)
    return True


async def _move(context: Context, thread_ids: Sequence[str], target: State) -> Outcomes:
    outcomes = Outcomes(thread_ids)
    asked = await rows_of(context, thread_ids, outcomes)
    families = _families(context, asked, outcomes)
    everybody = list(dict.fromkeys(each for family in families for each in family))
    rows = await asyncio.to_thread(_rows_to_move, context, families, target)
    faults: dict[ThreadId, TaskError] = {}
    if rows:
        await let_go(context, everybody)
        faults = await _move_rows(context, rows, everybody, target)
    if any(isinstance(fault, CodexUnavailableError) for fault in faults.values()):
        # One that died may have left a thread, or a part of a family, halfway.
        begun = [family for family in families if family[0] not in faults]
        stuck = await asyncio.to_thread(find_stuck, context, list(faults))
        left = await asyncio.to_thread(
            _rows_to_move, context, [*begun, *([each] for each in stuck)], target, begun
        )
        if left:
            faults |= await _move_rows(context, left, everybody, target)
    ends = await asyncio.to_thread(_Ends, context, everybody, faults, target)
    went = {row.thread_id for row in rows}
    for family in families:
        root, *below = family
        fault = ends.fault_of(family)
        if fault is not None:
            outcomes.failed(root, fault)
        else:
            outcomes.done(root, below if root in went else ())
    return outcomes


class _Ends:
    """Where tasks are after a move, and whether that is where they shall be."""

    def __init__(
        self,
        context: Context,
        thread_ids: Sequence[ThreadId],
        faults: Mapping[ThreadId, TaskError],
        target: State,
    ) -> None:
        rows = context.index.rows(thread_ids)
        self._states = {row.thread_id: row.state for row in rows}
        self._stuck = find_stuck(context, list(faults)) if faults else {}
        self._faults = faults
        self._target = target

    def fault_of(self, family: Sequence[ThreadId]) -> TaskError | None:
        """Return why a task, or one below it, is not where it shall be."""
        root = family[0]
        if root not in self._states:
            return ThreadNotFoundError(root)
        for each in family:
            fault = self._faults.get(each)
            if fault is not None and each in self._stuck:
                return _left_halfway(each, fault, self._target)
        arrived = self._states[root] is self._target
        return None if arrived else self._faults.get(root)


def _left_halfway(thread_id: ThreadId, fault: TaskError, target: State) -> TaskError:
    """Say what to do about a file that moved though Codex did not note it."""
    if not isinstance(fault, CodexUnavailableError):
        return fault
    verb = "archive" if target is State.ARCHIVED else "unarchive"
    return CodexUnavailableError(
        f"{fault}; Codex can't find task {thread_id} until you {verb} it once more",
        found=fault.found,
        needed=fault.needed,
    )


async def set_right(context: Context, row: TaskRow) -> TaskRow:
    """Have Codex finish a move in whose middle one died; return the row after that.

    A Codex that does not find the file can't resume the task.
    """
    if not await asyncio.to_thread(find_stuck, context, [row.thread_id]):
        return row
    await _move(context, [row.thread_id], row.state)
    return context.index.get(row.thread_id) or row


def _families(
    context: Context, asked: Sequence[TaskRow], outcomes: Outcomes
) -> list[list[ThreadId]]:
    """Return each task with its sub-agents; *outcomes* hears of those in the trash."""
    families: list[list[ThreadId]] = []
    for row in asked:
        if row.state is State.TRASHED:
            error = NotPossibleError(_IN_TRASH.format(row.thread_id))
            outcomes.failed(row.thread_id, error)
        else:
            below = context.index.sub_agents(row.thread_id)
            families.append([row.thread_id, *below])
    return families


def _rows_to_move(
    context: Context,
    families: Sequence[Sequence[ThreadId]],
    target: State,
    torn: Sequence[Sequence[ThreadId]] = (),
) -> list[TaskRow]:
    """Return whom to ask for.

    A task is asked for with its sub-agents; once it is where it shall be, only those
    below it that are halfway, and in *torn* families those left behind.
    """
    everybody = [each for family in families for each in family]
    rows = {row.thread_id: row for row in context.index.rows(everybody)}
    stuck = find_stuck(context, everybody)
    chosen: dict[ThreadId, TaskRow] = {}
    for family in families:
        root, *below = family
        if root not in rows:
            # Another process deleted it just now.
            continue
        if root in stuck or rows[root].state is not target:
            chosen[root] = rows[root]
            continue
        for each in below:
            behind = each in rows and rows[each].state in _MOVABLE - {target}
            if (each in stuck and each in rows) or (behind and family in torn):
                chosen[each] = rows[each]
    return list(chosen.values())


async def _move_rows(
    context: Context,
    rows: Sequence[TaskRow],
    everybody: Sequence[ThreadId],
    target: State,
) -> dict[ThreadId, TaskError]:
    before = await asyncio.to_thread(places_of, context, everybody)
    faults = await _move_all(context, rows, before, target)
    await asyncio.to_thread(bring_up_to_date, context, _both_places(context, before))
    return faults


async def _move_all(
    context: Context,
    rows: Sequence[TaskRow],
    before: Mapping[ThreadId, Sequence[str]],
    target: State,
) -> dict[ThreadId, TaskError]:
    """Move each through Codex if it sees it, else on files; returns what failed."""
    count = Count(len(rows))
    faults: dict[ThreadId, TaskError] = {}
    on_files = [row.thread_id for row in rows if not is_seen_by_codex(row)]
    by_codex = [row.thread_id for row in rows if is_seen_by_codex(row)]
    if by_codex:
        faults = await _with_codex(context, by_codex, target, count)
        # A codex that starts makes itself known to tasks it had not seen before.
        await asyncio.to_thread(bring_up_to_date, context, ())
        unseen = [
            thread_id
            for thread_id, error in faults.items()
            if _is_unseen(error) and not context.index.is_known_to_codex(thread_id)
        ]
        on_files += unseen
        for thread_id in unseen:
            del faults[thread_id]
    if on_files:
        files = {thread_id: before[thread_id] for thread_id in on_files}
        faults |= await asyncio.to_thread(_on_files, context, files, target)
        count.add(len(on_files))
    return faults


async def _with_codex(
    context: Context, thread_ids: list[ThreadId], target: State, count: Count
) -> dict[ThreadId, TaskError]:
    verb = archive_with_codex if target is State.ARCHIVED else unarchive_with_codex
    try:
        async with codex_server(context, Feature.ARCHIVE) as server:
            await asyncio.to_thread(put_stuck_back, context, thread_ids)
            return await verb(server, context.home, thread_ids, count.add)
    except CodexUnavailableError as error:
        faults: dict[ThreadId, TaskError] = dict.fromkeys(thread_ids, error)
        return faults


def _is_unseen(error: TaskError) -> bool:
    if isinstance(error, CodexUnavailableError):
        return True
    refused = isinstance(error, CodexRefusedError)
    return refused and (says_unknown(error) or says_unreadable(error))


def _on_files(
    context: Context, files: Mapping[ThreadId, Sequence[str]], target: State
) -> dict[ThreadId, TaskError]:
    used = users_of(context, paths_of(context, files))
    free = {each: places for each, places in files.items() if each not in used}
    verb = archive_files if target is State.ARCHIVED else unarchive_files
    try:
        with claimed(context.home):
            repair(context.home)
            return {**used, **verb(context.home, free)}
    except TaskError as error:
        return {**used, **dict.fromkeys(free, error)}


def _both_places(
    context: Context, before: Mapping[ThreadId, Sequence[str]]
) -> list[str]:
    """Return where files were, and where they may be now."""
    home = context.home
    return [
        place
        for places in before.values()
        for old in places
        for place in (old, archived_place(home, old), active_place(home, old))
    ]
