"""Who has which task open: `task/locks`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from threadbook.handlers.convert import holder_to_wire
from threadbook.handlers.tasks import tasks_to_wire
from threadbook.ids import parse_rollout_name
from threadbook.lifecycle.lock import stale_locks
from threadbook.lifecycle.writers import writers_below
from threadbook.protocol.locks import StaleLock, TaskLock, TaskLocksResponse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from threadbook.handlers.context import Context
    from threadbook.ids import ThreadId
    from threadbook.items import Holder
    from threadbook.protocol.locks import TaskLocksParams

    SeenBy = Literal["lock", "openFile"]


def task_locks(context: Context, params: TaskLocksParams) -> TaskLocksResponse:
    """Say which tasks are in use and by whom, and which locks mean nothing."""
    del params
    held = context.holders()
    unlocked = {
        thread_id: holder
        for thread_id, holder in _writing(context).items()
        if thread_id not in held
    }
    locks = [
        *_described(context, held, "lock"),
        *_described(context, unlocked, "openFile"),
    ]
    stale = (
        StaleLock(
            thread_id=thread_id,
            path=str(path),
            since=int(path.stat().st_mtime * 1000),
        )
        for thread_id, path in sorted(stale_locks(context.home).items())
        if path.exists()
    )
    locks.sort(key=lambda lock: lock.holder.since or 0)
    return TaskLocksResponse(locks=tuple(locks), stale=tuple(stale))


def _writing(context: Context) -> dict[ThreadId, Holder]:
    found: dict[ThreadId, Holder] = {}
    for path, holder in writers_below(context.home.sessions).items():
        name = parse_rollout_name(Path(path).name)
        if name is not None:
            found[name.thread_id] = holder
    return found


def _described(
    context: Context, held: dict[ThreadId, Holder], seen_by: SeenBy
) -> Iterable[TaskLock]:
    tasks = {
        task.thread_id: task
        for task in tasks_to_wire(context, context.index.rows(held))
    }
    for thread_id, holder in held.items():
        task = tasks.get(thread_id)
        yield TaskLock(
            thread_id=thread_id,
            display_name=task.display_name if task else None,
            cwd=task.cwd if task else None,
            status=task.status if task else None,
            holder=holder_to_wire(holder),
            seen_by=seen_by,
        )
