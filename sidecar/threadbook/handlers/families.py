"""Families: which tasks go together, and which files they consist of.

Sub-agents go with their parent, as in Codex. A fork keeps only what it adds: its
history is in the file that it was forked from, which can't go without it.
"""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from threadbook.errors import HasDependantsError, TaskError, ThreadNotFoundError
from threadbook.handlers.patience import until_known
from threadbook.index.types import State
from threadbook.lifecycle.places import find_rollouts
from threadbook.lifecycle.trash import Leaving
from threadbook.rollout.types import Format

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from threadbook.handlers.context import Context
    from threadbook.handlers.outcomes import Outcomes
    from threadbook.ids import ThreadId
    from threadbook.index.types import TaskRow

_SEEN_BY_CODEX = {Format.ENVELOPED, Format.PAGINATED}


@dataclass(frozen=True, slots=True)
class Family:
    """A task that was asked for, and what goes with it."""

    root: TaskRow
    members: tuple[TaskRow, ...]
    """Itself first; parents before their sub-agents, forks behind what they need."""

    @property
    def along(self) -> tuple[ThreadId, ...]:
        """The others."""
        return tuple(row.thread_id for row in self.members[1:])


async def rows_of(
    context: Context, thread_ids: Iterable[str], outcomes: Outcomes
) -> list[TaskRow]:
    """Return the rows of these tasks, each once; *outcomes* hears of those missing."""
    wanted = list(dict.fromkeys(thread_ids))
    await until_known(context, wanted)
    rows = await asyncio.to_thread(context.index.rows, wanted)
    for missing in set(wanted) - {row.thread_id for row in rows}:
        outcomes.failed(missing, ThreadNotFoundError(missing))
    return list(rows)


async def row_of(context: Context, thread_id: str) -> TaskRow:
    """Return the row of a task by its whole id: what moves is not to be guessed at.

    Raises:
        ThreadNotFoundError: there is none.
    """
    await until_known(context, [thread_id])
    row = await asyncio.to_thread(context.index.get, thread_id)
    if row is None:
        raise ThreadNotFoundError(thread_id)
    return row


def is_seen_by_codex(row: TaskRow) -> bool:
    """Whether the task's file is of a generation that Codex still reads."""
    return Format(row.rollouts[0].format) in _SEEN_BY_CODEX


def families_of(
    context: Context,
    rows: Sequence[TaskRow],
    outcomes: Outcomes,
    *,
    with_forks: bool,
    for_good: bool = False,
) -> list[Family]:
    """Put tasks together with what must go with them.

    A fork that was asked for itself goes in the family of what it needs. What is in
    the trash counts only when tasks go *for_good*. *outcomes* hears of tasks that
    can't go because a fork would stay.
    """
    wanted = {row.thread_id for row in rows}
    taken: dict[str, Family] = {}
    families: list[Family] = []
    # What others need is older than they are, as parents are.
    for row in sorted(rows, key=lambda row: row.created_at):
        if row.thread_id in taken:
            continue
        try:
            members = _members(
                context, row, wanted, forks_too=with_forks, all_of=for_good
            )
        except TaskError as error:
            outcomes.failed(row.thread_id, error)
            continue
        family = Family(row, members)
        families.append(family)
        taken |= dict.fromkeys((member.thread_id for member in family.members), family)
    return families


def leaving_of(
    context: Context, families: Sequence[Family]
) -> dict[ThreadId, list[Leaving]]:
    """Return what of each family is still outside of the trash, by root."""
    members = [row for family in families for row in family.members]
    live = [row for row in members if row.state is not State.TRASHED]
    places = places_of(context, [row.thread_id for row in live])
    groups: dict[ThreadId, list[Leaving]] = {}
    for family in families:
        group = [
            _leaving(context, row, places.get(row.thread_id, ()))
            for row in family.members
            if row.state is not State.TRASHED
        ]
        if group:
            groups[family.root.thread_id] = group
    return groups


def places_of(
    context: Context, thread_ids: Sequence[ThreadId]
) -> dict[ThreadId, tuple[str, ...]]:
    """Return all files of these threads outside of the trash.

    Those that the index knows, and those that came since, by their names.
    """
    home = context.home
    wanted = frozenset(thread_ids)
    by_name = find_rollouts(home, wanted)
    named = [place for places in by_name.values() for place in places]
    owners = context.index.owners(_native(place) for place in named)
    found: dict[ThreadId, tuple[str, ...]] = {}
    for thread_id in thread_ids:
        known = {
            PurePath(path).as_posix()
            for path in context.index.files(thread_id)
            if not (home.root / path).is_relative_to(home.trash)
            and os.path.lexists(home.root / path)
        }
        # A file may carry another thread's id in its name: its header decides.
        fresh = {
            place
            for place in by_name.get(thread_id, ())
            if owners.get(_native(place), thread_id) == thread_id
        }
        found[thread_id] = tuple(sorted(known | fresh))
    return found


def paths_of(
    context: Context, places: Mapping[ThreadId, Sequence[str]]
) -> dict[str, ThreadId]:
    """Return whose each path is."""
    root = context.home.root
    return {
        str(root / place): thread_id
        for thread_id, each in places.items()
        for place in each
    }


def _members(
    context: Context,
    row: TaskRow,
    wanted: set[ThreadId],
    *,
    forks_too: bool,
    all_of: bool,
) -> tuple[TaskRow, ...]:
    index = context.index
    members: dict[str, TaskRow] = {}
    forks: dict[str, TaskRow] = {}
    pending = [row]
    while pending:
        member = pending.pop(0)
        if member.thread_id in members:
            continue
        members[member.thread_id] = member
        ids = sorted(index.dependants(member.thread_id))
        building = [
            each
            for each in index.rows(ids)
            if all_of or each.state is not State.TRASHED
        ]
        forks |= {each.thread_id: each for each in building}
        below = index.rows(index.sub_agents(member.thread_id))
        pending += [each for each in below if all_of or each.state is not State.TRASHED]
        pending += building
    unasked = [
        fork
        for fork in forks.values()
        if not (forks_too or fork.thread_id in wanted or _is_below(fork, members))
    ]
    if unasked:
        named = [(fork.thread_id, fork.display_name) for fork in unasked]
        raise HasDependantsError(row.thread_id, named)
    return tuple(members.values())


def _is_below(fork: TaskRow, members: Mapping[str, TaskRow]) -> bool:
    """Whether what needs the file is but a sub-agent of the family."""
    return fork.parent_thread_id is not None and fork.parent_thread_id in members


def _leaving(context: Context, row: TaskRow, places: tuple[str, ...]) -> Leaving:
    annotation = context.book.get(row.thread_id)
    return Leaving(
        thread_id=row.thread_id,
        places=places,
        name=row.name,
        codex=is_seen_by_codex(row) or context.index.is_known_to_codex(row.thread_id),
        annotation={
            "pinned": annotation.pinned,
            "tags": list(annotation.tags),
            "note": annotation.note,
        },
    )


def _native(place: str) -> str:
    return place.replace("/", os.sep)
