"""`task/list`, as ready JSON: what a list of any length costs is the rows' reading.

Imports neither pydantic nor what opens tasks: `threadbook list` and the first page
of a window must not wait for either.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

import orjson

from threadbook.book.annotations import NO_KIN, NOTHING_SAID
from threadbook.handlers.choice import query_of
from threadbook.handlers.convert_task import Folder, Moment, plain_task
from threadbook.index.types import Sort

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from threadbook.handlers.context import Context
    from threadbook.index.types import TaskQuery, TaskRow
    from threadbook.live.tasks import LiveTasks
    from threadbook.protocol.task import TaskListParams

_FIRST_BATCH_S = 10.0
"""How long a list waits for the first rows of a home that was never indexed."""


def task_list_json(context: Context, params: TaskListParams) -> bytes:
    """List tasks, newest first unless asked otherwise; a cursor leads on.

    Returns:
        A `TaskListResponse`.
    """
    query = replace(
        query_of(context, params),
        sort=Sort(params.sort),
        limit=params.limit or None,
        cursor=params.cursor,
    )
    return page_json(context, query)


def page_json(context: Context, query: TaskQuery) -> bytes:
    """Return the `TaskListResponse` to *query*."""
    feed = context.feed
    if feed is not None:
        feed.first_batch.wait(_FIRST_BATCH_S)
    page = context.index.list_tasks(query)
    return b'{"tasks":[%b],"total":%d,"nextCursor":%b,"indexing":%b}' % (
        b",".join(tasks_json(context, page.rows)),
        page.total,
        orjson.dumps(page.next_cursor),
        orjson.dumps(feed is not None and not feed.settled),
    )


def tasks_json(context: Context, rows: Iterable[TaskRow]) -> Iterator[bytes]:
    """Dress rows with what the user said of them and who holds them, as `Task`s."""
    rows = tuple(rows)
    annotations = context.book.all_of(row.thread_id for row in rows)
    kin = context.book.kin()
    holders = context.holders()
    live, others = context.live, context.others
    waiting: frozenset[str] = live.waiting() if live is not None else frozenset()
    if others is not None:
        waiting |= others.waiting()
    own_server = live.server_pid if live is not None else None
    folders: dict[str, Folder] = {}
    for row in rows:
        annotation = annotations.get(row.thread_id, NOTHING_SAID)
        holder = holders.get(row.thread_id)
        cwd = annotation.relinked_cwd or row.cwd
        if cwd is not None and cwd not in folders:
            folders[cwd] = _folder(cwd)
        moment = Moment(
            holder=holder,
            held_here=holder is not None
            and (
                holder.pid == own_server
                or _is_joined(live, row)
                or (others is not None and others.reaches(row.thread_id))
            ),
            waits=row.thread_id in waiting,
            folder=folders[cwd] if cwd is not None else None,
        )
        plain = plain_task(row, annotation, kin.get(row.thread_id, NO_KIN), moment)
        try:
            yield orjson.dumps(plain)
        except orjson.JSONEncodeError:
            # Names of files may be no Unicode, numbers of any size.
            yield json.dumps(plain, ensure_ascii=False).encode(errors="replace")


def _is_joined(live: LiveTasks | None, row: TaskRow) -> bool:
    """Whether we drive the task at Codex's daemon, beside its other clients."""
    return live is not None and live.drives(row.thread_id)


def _folder(path: str) -> Folder:
    return Folder(path, PurePath(path).name or path, _is_folder(path))


def _is_folder(path: str) -> bool:
    try:
        return Path(path).is_dir()
    except (OSError, ValueError):
        return False
