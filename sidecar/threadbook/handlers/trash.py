"""`task/trash`, `task/restore`, `task/delete`: to our trash, back, and for good."""

from __future__ import annotations

import asyncio
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from threadbook.errors import NotPossibleError, TaskError, TrashConflictError
from threadbook.handlers.families import (
    families_of,
    leaving_of,
    paths_of,
    places_of,
    rows_of,
)
from threadbook.handlers.moving import (
    bring_up_to_date,
    let_go,
    tell_codex,
    users_of,
)
from threadbook.handlers.outcomes import Outcomes
from threadbook.handlers.progress import Count
from threadbook.index.types import State
from threadbook.lifecycle.claim import claimed
from threadbook.lifecycle.manifest import entries, entries_of, together_with
from threadbook.lifecycle.repair import repair
from threadbook.lifecycle.trash import bring_back, erase, expired, put_in_trash
from threadbook.protocol import lifecycle as wire

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from threadbook.handlers.context import Context
    from threadbook.handlers.families import Family
    from threadbook.ids import ThreadId
    from threadbook.lifecycle.manifest import Entry
    from threadbook.lifecycle.trash import Leaving

_K = TypeVar("_K")
_T = TypeVar("_T")

_CHUNK = 50
"""So many families move under one claim, and between two looks for a cancel."""


async def task_trash(
    context: Context, params: wire.TaskTrashParams
) -> wire.TaskTrashResponse:
    """Put tasks into the trash, from where `task/restore` brings them back."""
    outcomes = Outcomes(params.thread_ids)
    rows = await rows_of(context, params.thread_ids, outcomes)
    for row in rows:
        if row.state is State.TRASHED:
            outcomes.done(row.thread_id)
    live = [row for row in rows if row.state is not State.TRASHED]
    families = families_of(context, live, outcomes, with_forks=params.with_forks)
    await put_away(context, families, outcomes, force=params.force)
    for family in families:
        _tell_family(family, {row.thread_id for row in live}, outcomes)
    await tell_codex(context)
    return wire.TaskTrashResponse(results=outcomes.results())


async def task_restore(
    context: Context, params: wire.TaskRestoreParams
) -> wire.TaskRestoreResponse:
    """Bring tasks back from the trash: files, places, times, names, states.

    Raises:
        NotPossibleError: the last deleted one is wanted, and the trash is empty.
    """
    wanted = list(params.thread_ids)
    if params.last_deleted:
        wanted = await asyncio.to_thread(_last_deleted, context)
    outcomes = Outcomes(wanted)
    groups = await asyncio.to_thread(_groups, context, wanted, outcomes)
    count = Count(len(groups))
    replace = params.on_conflict == "replace"
    for chunk in _chunks(groups):
        faults = await asyncio.to_thread(_bring_back, context, chunk, replace=replace)
        for root, fault in faults.items():
            outcomes.failed(root, fault)
        count.add(len(chunk))
    for root, group in groups.items():
        if outcomes.is_open(root):
            along = [each.manifest.thread_id for each in group[1:]]
            outcomes.done(root, along)
            for each in set(along) & set(wanted):
                outcomes.done(each)
    await tell_codex(context)
    return wire.TaskRestoreResponse(results=outcomes.results())


async def task_delete(
    context: Context, params: wire.TaskDeleteParams
) -> wire.TaskDeleteResponse:
    """Delete tasks for good, wherever they are."""
    outcomes = await delete_for_good(
        context, params.thread_ids, with_forks=params.with_forks, force=params.force
    )
    return wire.TaskDeleteResponse(results=outcomes.results())


async def delete_for_good(
    context: Context, thread_ids: Sequence[str], *, with_forks: bool, force: bool
) -> Outcomes:
    """Delete tasks for good: first to the trash, as all moves are safe, then erased.

    May be cancelled between two chunks; what is not gone by then is where it was.
    """
    outcomes = Outcomes(thread_ids)
    rows = await rows_of(context, thread_ids, outcomes)
    families = families_of(
        context, rows, outcomes, with_forks=with_forks, for_good=True
    )
    await _by_chunks(context, families, outcomes, partial(_remove, force=force))
    for family in families:
        _tell_family(family, {row.thread_id for row in rows}, outcomes)
    await tell_codex(context)
    return outcomes


async def put_away(
    context: Context,
    families: Sequence[Family],
    outcomes: Outcomes,
    *,
    force: bool,
) -> None:
    """Move what of these families is not in the trash there; *outcomes* hears why not.

    May be cancelled between two chunks.
    """
    await _by_chunks(context, families, outcomes, partial(_put_away, force=force))


async def _by_chunks(
    context: Context,
    families: Sequence[Family],
    outcomes: Outcomes,
    deed: Callable[[Context, Sequence[Family], int], dict[ThreadId, TaskError]],
) -> None:
    """Do it to chunk after chunk; one that is cancelled meanwhile goes whole."""
    if not families:
        return
    everybody = [row.thread_id for family in families for row in family.members]
    await let_go(context, everybody)
    now = context.clock()
    count = Count(len(families))
    for chunk in _pieces(families):
        done = asyncio.ensure_future(asyncio.to_thread(deed, context, chunk, now))
        try:
            faults = await asyncio.shield(done)
        except asyncio.CancelledError:
            # Who cancelled may look at once what is left.
            await asyncio.wait({done})
            raise
        for root, fault in faults.items():
            outcomes.failed(root, fault)
        count.add(len(chunk))


def empty_trash(context: Context, keep_days: int) -> int:
    """Erase what has been in the trash for longer than *keep_days* (0: keep all).

    Returns how many tasks that were.
    """
    found = expired(list(entries(context.home)), keep_days, context.clock())
    for chunk in _pieces(found):
        with claimed(context.home):
            repair(context.home)
            erase(context.home, [entry.folder for entry in chunk])
        _forget(context, chunk)
    return len(found)


def _put_away(
    context: Context, families: Sequence[Family], now: int, *, force: bool
) -> dict[ThreadId, TaskError]:
    faults: dict[ThreadId, TaskError] = {}
    try:
        with claimed(context.home):
            repair(context.home)
            groups = leaving_of(context, families)
            if not force:
                faults |= _in_use(context, groups)
            free = {root: each for root, each in groups.items() if root not in faults}
            faults |= _to_trash(context, free, now)
    except TaskError as error:
        return {**{family.root.thread_id: error for family in families}, **faults}
    return faults


def _remove(
    context: Context, families: Sequence[Family], now: int, *, force: bool
) -> dict[ThreadId, TaskError]:
    """Put families away and erase those that went."""
    faults = _put_away(context, families, now, force=force)
    gone = [each for each in families if each.root.thread_id not in faults]
    try:
        if gone:
            _erase_families(context, gone)
    except TaskError as error:
        faults |= {family.root.thread_id: error for family in gone}
    return faults


def _to_trash(
    context: Context, groups: Mapping[ThreadId, Sequence[Leaving]], now: int
) -> dict[ThreadId, TaskError]:
    """Move groups to the trash, in the index too; the claim must be held."""
    trashed = put_in_trash(context.home, groups, now)
    leaving = [thread for group in groups.values() for thread in group]
    places = [place for thread in leaving for place in thread.places]
    folders = [_below(context, folder) for folder in trashed.folders]
    bring_up_to_date(context, [*folders, *places])
    return trashed.faults


def _in_use(
    context: Context, groups: Mapping[ThreadId, Sequence[Leaving]]
) -> dict[ThreadId, TaskError]:
    leaving = [each for group in groups.values() for each in group]
    places = {each.thread_id: each.places for each in leaving}
    used = users_of(context, paths_of(context, places))
    return {
        root: used[each.thread_id]
        for root, group in groups.items()
        for each in group
        if each.thread_id in used
    }


def _groups(
    context: Context, wanted: Sequence[str], outcomes: Outcomes
) -> dict[ThreadId, list[Entry]]:
    """Return what is to come back, by the first thread asked for of each group."""
    home = context.home
    groups: dict[ThreadId, list[Entry]] = {}
    found = entries_of(home, frozenset(wanted))
    taken: set[str] = set()
    for thread_id in wanted:
        entry = found.get(thread_id)
        if entry is None:
            message = f"Task {thread_id} is not in the trash"
            outcomes.failed(thread_id, NotPossibleError(message))
        elif entry.folder not in taken:
            group = together_with(home, entry)
            groups[entry.manifest.thread_id] = group
            taken |= {each.folder for each in group}
    return groups


def _bring_back(
    context: Context, groups: Mapping[ThreadId, list[Entry]], *, replace: bool
) -> dict[ThreadId, TaskError]:
    home = context.home
    faults: dict[ThreadId, TaskError] = {}
    free: dict[ThreadId, list[Entry]] = {}
    try:
        with claimed(home):
            repair(home)
            for root, group in groups.items():
                try:
                    _make_way(context, group, groups, replace=replace)
                    free[root] = group
                except TaskError as error:
                    faults[root] = error
            faults |= bring_back(home, free)
    except TaskError as error:
        return {**dict.fromkeys(groups, error), **faults}
    every = [entry for group in groups.values() for entry in group]
    folders = [_below(context, entry.folder) for entry in every]
    places = [file.place for entry in every for file in entry.manifest.files]
    bring_up_to_date(context, [*folders, *places])
    return faults


def _make_way(
    context: Context,
    group: Sequence[Entry],
    groups: Mapping[ThreadId, Sequence[Entry]],
    *,
    replace: bool,
) -> None:
    """See that nothing is in the way of a group that shall come back.

    Raises:
        TrashConflictError: a task of it exists again, and is not to be replaced.
        NotPossibleError: what it goes on from is in the trash, and would stay there.
    """
    coming = {entry.manifest.thread_id for each in groups.values() for entry in each}
    home = context.home
    ids = [entry.manifest.thread_id for entry in group]
    for thread_id in ids:
        for needed in context.index.rows(sorted(context.index.needed(thread_id))):
            if needed.state is State.TRASHED and needed.thread_id not in coming:
                message = (
                    f"Task {thread_id} goes on from {needed.thread_id}, "
                    "which is in the trash too; restore both"
                )
                raise NotPossibleError(message)
    live = {each: places for each, places in places_of(context, ids).items() if places}
    if not live:
        return
    thread_id, places = next(iter(live.items()))
    if not replace:
        existing = [home.root / place for place in places]
        raise TrashConflictError(thread_id, existing)
    rows = context.index.rows(live)
    families = families_of(context, rows, Outcomes(()), with_forks=True)
    leaving = leaving_of(context, families)
    used = _in_use(context, leaving)
    faults = used or _to_trash(context, leaving, context.clock())
    for fault in faults.values():
        raise fault


def _erase_families(context: Context, families: Sequence[Family]) -> None:
    home = context.home
    ids = {row.thread_id for family in families for row in family.members}
    with claimed(home):
        repair(home)
        found = list(entries(home, ids))
        erase(home, [entry.folder for entry in found])
    _forget(context, found)


def _forget(context: Context, erased: Sequence[Entry]) -> None:
    bring_up_to_date(context, [_below(context, entry.folder) for entry in erased])
    for entry in erased:
        if context.index.get(entry.manifest.thread_id) is None:
            context.book.forget(entry.manifest.thread_id)


def _last_deleted(context: Context) -> list[str]:
    """Return all that the last request put into the trash."""
    found = list(entries(context.home))
    if not found:
        message = "The trash is empty"
        raise NotPossibleError(message)
    last = max(entry.manifest.trashed_at for entry in found)
    return [
        entry.manifest.thread_id
        for entry in found
        if entry.manifest.trashed_at == last
        and entry.manifest.together[:1] == (entry.folder,)
    ]


def _tell_family(family: Family, wanted: set[ThreadId], outcomes: Outcomes) -> None:
    """Say of a family that it went, and of those in it that were asked for, too."""
    root = family.root.thread_id
    if not outcomes.is_open(root):
        return
    outcomes.done(root, family.along)
    for thread_id in family.along:
        if thread_id in wanted:
            outcomes.done(thread_id)


def _below(context: Context, folder: str) -> str:
    return str((context.home.trash / folder).relative_to(context.home.root))


def _pieces(values: Sequence[_T]) -> Iterator[Sequence[_T]]:
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]


def _chunks(groups: Mapping[_K, _T]) -> Iterator[dict[_K, _T]]:
    pending = iter(groups.items())
    while chunk := dict(islice(pending, _CHUNK)):
        yield chunk
