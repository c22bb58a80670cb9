"""Forks: `task/fork`, and what `task/resume` does instead of breaking a lock."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from threadbook.errors import ItemNotFoundError, NotPossibleError
from threadbook.handlers.convert_live import approval_to_wire
from threadbook.handlers.targets import live_tasks, target_of, told_until
from threadbook.handlers.tasks import task_of
from threadbook.ids import TurnId
from threadbook.items import TurnStatus
from threadbook.lifecycle.fork import ForkPoint
from threadbook.lifecycle.worktree import check_out
from threadbook.protocol import fork as wire

if TYPE_CHECKING:
    from threadbook.handlers.context import Context
    from threadbook.index.types import TaskRow
    from threadbook.lifecycle.worktree import Worktree
    from threadbook.live.types import LiveState


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Settings of the fork that differ from the original's."""

    model: str | None = None
    effort: str | None = None
    cwd: str | None = None


async def task_fork(
    context: Context, params: wire.TaskForkParams
) -> wire.TaskForkResponse:
    """Begin a new task with the first steps of another; that one may be in use.

    Raises:
        ItemNotFoundError: it has no such step.
        NotPossibleError: it is in the trash, its folder is gone, or there is nothing
            to check out.
        CodexUnavailableError: no codex, or one too old.
        CodexRefusedError: Codex has a reason against it.
    """
    live = live_tasks(context)
    row = await asyncio.to_thread(context.resolve, params.thread_id)
    count = context.index.turn_count(row.thread_id)
    if params.from_step > count:
        wanted = f"step {params.from_step}, only {count}"
        raise ItemNotFoundError(row.thread_id, wanted)
    kept = params.from_step - (params.amend is not None)
    settings = Wanted(model=params.model, effort=params.effort, cwd=params.cwd)
    worktree = None
    if params.worktree is not None:
        path = Path(params.worktree)
        worktree = await asyncio.to_thread(_checked_out, context, row, kept, path)
        settings = replace(settings, cwd=str(worktree.folder))
    try:
        state = await fork_at(context, row, kept, settings)
    except BaseException:
        if worktree is not None:
            worktree.remove()
        raise
    text = params.prompt if params.amend is None else params.amend
    turn_id = None
    if text is not None:
        turn_id = await live.send(state.thread_id, text, params.images)
    return wire.TaskForkResponse(
        thread_id=state.thread_id,
        task=task_of(context, row.thread_id),
        turn_id=turn_id,
        worktree=_worktree_to_wire(worktree) if worktree is not None else None,
        model=state.model,
        effort=state.effort,
        seq=live.seq(state.thread_id),
        approvals=tuple(map(approval_to_wire, live.approvals(state.thread_id))),
    )


async def fork_at(
    context: Context, row: TaskRow, step: int, wanted: Wanted
) -> LiveState:
    """Begin a new task with the first *step* steps, and note where it comes from."""
    target = await asyncio.to_thread(target_of, context, row)
    spans = context.index.spans(row.thread_id, step, step) if step else ()
    point = ForkPoint(
        TurnId(spans[0][1].turn_id) if spans else None,
        partial(told_until, context, row.thread_id, step),
    )
    state = await live_tasks(context).fork(
        target, point, model=wanted.model, effort=wanted.effort, cwd=wanted.cwd
    )
    origin, now = row.thread_id, context.clock()
    context.book.note_origin(state.thread_id, origin, "forked", now)
    return state


def _checked_out(context: Context, row: TaskRow, kept: int, path: Path) -> Worktree:
    cwd = target_of(context, row).cwd
    if cwd is None or not Path(cwd).is_dir():
        message = f"The folder {cwd} is gone" if cwd else "The task has no folder"
        raise NotPossibleError(message)
    # What the next step began with: the user may have committed in between.
    following = context.index.spans(row.thread_id, kept + 1, kept + 1)
    at = following[0][1].started_at if following else row.updated_at
    began = row.git.commit if row.git is not None else None
    return check_out(Path(cwd), path, at=at, began=began)


def _worktree_to_wire(worktree: Worktree) -> wire.Worktree:
    return wire.Worktree(path=str(worktree.path), commit=worktree.commit)


def whole_steps(context: Context, thread_id: str) -> int:
    """Return the last step that has ended; 0 when none has."""
    for number, span in reversed(context.index.spans(thread_id)):
        if span.status is not TurnStatus.IN_PROGRESS:
            return number
    return 0
