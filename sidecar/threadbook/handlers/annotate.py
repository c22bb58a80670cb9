"""`task/annotate`, `task/clear`: what only Threadbook knows of tasks."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from threadbook.handlers.families import families_of, rows_of
from threadbook.handlers.moving import tell_codex
from threadbook.handlers.outcomes import Outcomes
from threadbook.handlers.trash import put_away
from threadbook.index.types import Changes, State
from threadbook.protocol import lifecycle as wire

if TYPE_CHECKING:
    from collections.abc import Iterable

    from threadbook.handlers.context import Context
    from threadbook.index.types import TaskRow


async def task_annotate(
    context: Context, params: wire.TaskAnnotateParams
) -> wire.TaskAnnotateResponse:
    """Pin or unpin tasks, add and remove tags, replace notes."""
    outcomes = Outcomes(params.thread_ids)
    rows = await rows_of(context, params.thread_ids, outcomes)
    await asyncio.to_thread(_annotate_all, context, rows, params)
    for row in rows:
        outcomes.done(row.thread_id)
    _announce(context, rows)
    return wire.TaskAnnotateResponse(results=outcomes.results())


async def task_clear(
    context: Context, params: wire.TaskClearParams
) -> wire.TaskClearResponse:
    """Mark tasks cleared or take the mark back; an audit line of metadata stays."""
    outcomes = Outcomes(params.thread_ids)
    rows = await rows_of(context, params.thread_ids, outcomes)
    if params.forget and not params.undo:
        live = [row for row in rows if row.state is not State.TRASHED]
        families = families_of(context, live, outcomes, with_forks=False)
        await put_away(context, families, outcomes, force=False)
    for row in rows:
        if outcomes.is_open(row.thread_id):
            _clear(context, row, params)
            outcomes.done(row.thread_id)
    _announce(context, rows)
    await tell_codex(context)
    return wire.TaskClearResponse(results=outcomes.results())


def _annotate_all(
    context: Context, rows: Iterable[TaskRow], params: wire.TaskAnnotateParams
) -> None:
    for row in rows:
        _annotate(context, row, params)


def _annotate(context: Context, row: TaskRow, params: wire.TaskAnnotateParams) -> None:
    book, thread_id = context.book, row.thread_id
    if params.pinned is not None:
        book.set_pinned(thread_id, pinned=params.pinned)
    if params.add_tags or params.remove_tags:
        tags = set(book.get(thread_id).tags) | _tags(params.add_tags)
        book.set_tags(thread_id, tags - _tags(params.remove_tags))
    if params.note is not None:
        book.set_note(thread_id, params.note.strip())


def _tags(named: Iterable[str]) -> set[str]:
    return {tag for each in named if (tag := each.strip())}


def _clear(context: Context, row: TaskRow, params: wire.TaskClearParams) -> None:
    now = context.clock()
    verb = "undone" if params.undo else "forgotten" if params.forget else "cleared"
    context.book.set_cleared(row.thread_id, None if params.undo else now)
    context.book.note_audit(
        row.thread_id,
        now,
        verb,
        {
            "cwd": row.cwd,
            "model": row.model,
            "source": row.source,
            "createdAt": row.created_at,
            "updatedAt": row.updated_at,
            "turnCount": row.turn_count,
            "bytes": row.bytes,
        },
    )


def _announce(context: Context, rows: Iterable[TaskRow]) -> None:
    """Let this client's lists follow: the index knows nothing of annotations."""
    if context.announce is not None:
        context.announce(Changes(changed=frozenset(row.thread_id for row in rows)))
