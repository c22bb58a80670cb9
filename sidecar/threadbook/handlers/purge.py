"""`task/purge`: delete for good all that is stored of the tasks that fit."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from threadbook.handlers.trash import delete_for_good
from threadbook.index.types import State, TaskQuery
from threadbook.protocol import lifecycle as wire

if TYPE_CHECKING:
    from threadbook.handlers.context import Context
    from threadbook.index.types import TaskRow


async def task_purge(
    context: Context, params: wire.TaskPurgeParams
) -> wire.TaskPurgeResponse:
    """Say what would go, or delete it; a task that a fork needs stays, and says so."""
    rows = await asyncio.to_thread(_fitting, context, params)
    results: tuple[wire.TaskOutcome, ...] = ()
    if not params.dry_run:
        outcomes = await delete_for_good(
            context,
            [row.thread_id for row in rows],
            with_forks=False,
            force=False,
        )
        results = outcomes.results()
    return wire.TaskPurgeResponse(
        tasks=tuple(
            wire.PurgedTask.model_validate(
                {
                    "threadId": row.thread_id,
                    "displayName": row.display_name,
                    "state": row.state.value,
                    "updatedAt": row.updated_at,
                    "cwd": row.cwd,
                    "bytes": row.bytes,
                }
            )
            for row in rows
        ),
        bytes=sum(row.bytes for row in rows),
        dry_run=params.dry_run,
        results=results,
    )


def _fitting(context: Context, params: wire.TaskPurgeParams) -> tuple[TaskRow, ...]:
    query = TaskQuery(
        states=None if params.state == "any" else frozenset({State(params.state)}),
        cwd=params.cwd,
        until=params.older_than,
        moved=context.book.moved(),
        limit=None,
    )
    return context.index.list_tasks(query).rows
