"""`task/purge`: delete for good all that is stored of the tasks that fit."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from threadbook.errors import NotPossibleError
from threadbook.handlers.trash import delete_for_good
from threadbook.index.types import State, TaskQuery
from threadbook.protocol import lifecycle as wire

if TYPE_CHECKING:
    from threadbook.handlers.context import Context
    from threadbook.index.types import TaskRow

_FIRST_SCAN_S, _LOOK_AGAIN_S = 30.0, 0.05


async def task_purge(
    context: Context, params: wire.TaskPurgeParams
) -> wire.TaskPurgeResponse:
    """Say what would go, or delete it; a task that a fork needs stays, and says so.

    Raises:
        NotPossibleError: not all tasks are known yet.
    """
    await _until_all_are_known(context)
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


async def _until_all_are_known(context: Context) -> None:
    """Wait for the first scan: what is agreed to is all that goes."""
    waited = 0.0
    while context.feed is not None and not context.feed.settled:
        if waited >= _FIRST_SCAN_S:
            message = "The tasks of this home are still being read; try again later"
            raise NotPossibleError(message)
        await asyncio.sleep(_LOOK_AGAIN_S)
        waited += _LOOK_AGAIN_S


def _fitting(context: Context, params: wire.TaskPurgeParams) -> tuple[TaskRow, ...]:
    query = TaskQuery(
        states=None if params.state == "any" else frozenset({State(params.state)}),
        cwd=params.cwd,
        until=params.older_than,
        moved=context.book.moved(),
        limit=None,
    )
    return context.index.list_tasks(query).rows
