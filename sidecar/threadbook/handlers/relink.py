"""`task/relink`: tasks whose folder moved; their rollouts stay as they are."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from threadbook.errors import NotPossibleError
from threadbook.index.types import Changes, TaskQuery
from threadbook.protocol.task import TaskRelinkResponse

if TYPE_CHECKING:
    from threadbook.handlers.context import Context
    from threadbook.ids import ThreadId
    from threadbook.protocol.task import TaskRelinkParams


def task_relink(context: Context, params: TaskRelinkParams) -> TaskRelinkResponse:
    """Say that the folder *old* is now *new*, for its tasks and those below.

    Raises:
        NotPossibleError: the new folder is not there, or a path is not whole.
    """
    for folder in (params.old, params.new):
        if not Path(folder).is_absolute() or "\0" in folder:
            message = f"{folder!r} is no folder's whole path"
            raise NotPossibleError(message)
    # As Codex, and whoever lists a folder from within, spells it.
    new = Path(os.path.realpath(params.new))
    if not params.undo and not _is_folder(new):
        message = f"There is no folder {params.new}"
        raise NotPossibleError(message)
    query = TaskQuery(
        states=None,
        cwd=os.path.normpath(params.old),
        moved=context.book.moved(),
        limit=None,
    )
    rows = context.index.list_tasks(query).rows
    if params.thread_ids is not None:
        only = frozenset(params.thread_ids)
        rows = [row for row in rows if row.thread_id in only]
    old = _spellings(params.old)
    changed: set[ThreadId] = set()
    for row in rows:
        here = context.book.get(row.thread_id).relinked_cwd or row.cwd
        below = _below(old, here)
        if below is None:
            continue
        there = str(new / below)
        context.book.set_relinked_cwd(
            row.thread_id, None if there == row.cwd else there
        )
        changed.add(row.thread_id)
    if context.announce is not None:
        context.announce(Changes(changed=frozenset(changed)))
    return TaskRelinkResponse(thread_ids=tuple(sorted(changed)))


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        # A name that is too long, say.
        return False


def _spellings(folder: str) -> tuple[Path, ...]:
    """Return the ways in which a task's folder may begin: links resolved, and not."""
    return Path(os.path.normpath(folder)), Path(os.path.realpath(folder))


def _below(roots: tuple[Path, ...], folder: str | None) -> Path | None:
    for root in roots:
        if folder is not None and Path(folder).is_relative_to(root):
            return Path(folder).relative_to(root)
    return None
