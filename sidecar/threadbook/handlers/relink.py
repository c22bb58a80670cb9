"""`task/relink`: tasks whose folder moved; their rollouts stay as they are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from threadbook.errors import NotPossibleError
from threadbook.index.types import Changes, TaskQuery
from threadbook.protocol.task import TaskRelinkResponse

if TYPE_CHECKING:
    from threadbook.handlers.context import Context
    from threadbook.protocol.task import TaskRelinkParams


def task_relink(context: Context, params: TaskRelinkParams) -> TaskRelinkResponse:
    """Say that the folder *old* is now *new*, for its tasks and those below.

    Raises:
        NotPossibleError: the new folder is not there.
    """
    old, new = Path(params.old), Path(params.new)
    if not params.undo and not new.is_dir():
        message = f"There is no folder {new}"
        raise NotPossibleError(message)
    query = TaskQuery(states=None, cwd=str(old), moved=context.book.moved(), limit=None)
    rows = context.index.list_tasks(query).rows
    if params.thread_ids is not None:
        only = frozenset(params.thread_ids)
        rows = [row for row in rows if row.thread_id in only]
    for row in rows:
        here = context.book.get(row.thread_id).relinked_cwd or row.cwd
        if here is None:
            continue
        there = str(new / Path(here).relative_to(old))
        context.book.set_relinked_cwd(
            row.thread_id, None if there == row.cwd else there
        )
    changed = frozenset(row.thread_id for row in rows)
    if context.announce is not None:
        context.announce(Changes(changed=changed))
    return TaskRelinkResponse(thread_ids=tuple(sorted(changed)))
