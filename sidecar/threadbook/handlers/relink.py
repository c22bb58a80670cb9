"""`task/relink`: tasks whose folder moved; their rollouts stay as they are."""

from __future__ import annotations

import os
from pathlib import Path, PurePath, PureWindowsPath
from typing import TYPE_CHECKING

from threadbook.errors import NotPossibleError
from threadbook.index.folders import is_of_windows
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
    # The old one may be of another system: of Windows, say, in WSL.
    if not params.old or "\0" in params.old:
        message = f"{params.old!r} is no folder"
        raise NotPossibleError(message)
    if not Path(params.new).is_absolute() or "\0" in params.new:
        message = f"{params.new!r} is no folder's whole path"
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


def _spellings(folder: str) -> tuple[PurePath, ...]:
    """Return the ways in which a task's folder may begin: links resolved, and not."""
    if is_of_windows(folder):
        return (PureWindowsPath(folder),)
    return PurePath(os.path.normpath(folder)), PurePath(os.path.realpath(folder))


def _below(roots: tuple[PurePath, ...], folder: str | None) -> PurePath | None:
    if folder is None:
        return None
    here = PureWindowsPath(folder) if is_of_windows(folder) else PurePath(folder)
    for root in roots:
        if type(here) is type(root) and here.is_relative_to(root):
            return PurePath(*here.relative_to(root).parts)
    return None
