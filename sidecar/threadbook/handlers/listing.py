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
from threadbook.handlers.ready_task import ready_folder, ready_task
from threadbook.index.summaries import unpack_row
from threadbook.index.types import Sort

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from threadbook.handlers.context import Context
    from threadbook.handlers.ready_task import ReadyFolder
    from threadbook.ids import ThreadId
    from threadbook.index.types import TaskQuery, TaskRow
    from threadbook.items import Holder
    from threadbook.protocol.task import TaskListParams

_PIECE = 250
"""Rows at a time: a whole list at once would be three times its bytes in memory."""
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
    return b"".join(page_pieces(context, query))


def page_pieces(context: Context, query: TaskQuery) -> Iterator[bytes]:
    """Yield the `TaskListResponse` to *query* in pieces, as soon as they are ready."""
    feed = context.feed
    if feed is not None:
        feed.first_batch.wait(_FIRST_BATCH_S)
    page = context.index.list_packed(query)
    tasks = _Dressing(context, [thread_id for thread_id, _ in page.rows])
    between = b'{"tasks":['
    for start in range(0, len(page.rows), _PIECE):
        piece = page.rows[start : start + _PIECE]
        yield between + b",".join([tasks.packed_json(*each) for each in piece])
        between = b","
    end = b'],"total":%d,"nextCursor":%b,"indexing":%b}' % (
        page.total,
        orjson.dumps(page.next_cursor),
        orjson.dumps(feed is not None and not feed.settled),
    )
    yield end if page.rows else between + end


def tasks_json(context: Context, rows: Iterable[TaskRow]) -> Iterator[bytes]:
    """Dress rows with what the user said of them and who holds them, as `Task`s."""
    rows = tuple(rows)
    tasks = _Dressing(context, [row.thread_id for row in rows])
    return map(tasks.json, rows)


class _Dressing:
    """What is known of some tasks besides their rows, just now."""

    def __init__(self, context: Context, thread_ids: Collection[str]) -> None:
        self._annotations = context.book.all_of(thread_ids)
        self._kin = context.book.kin()
        self._holders = context.holders()
        self._live, self._others = context.live, context.others
        self._in_view = frozenset(context.in_view)
        self._waiting: frozenset[str] = frozenset()
        if self._live is not None:
            self._waiting |= self._live.waiting()
        if self._others is not None:
            self._waiting |= self._others.waiting()
        self._own_server = self._live.server_pid if self._live is not None else None
        self._folders: dict[str, Folder] = {}
        self._ready_folders: dict[bytes, ReadyFolder] = {}
        self._special: set[str] = {
            *self._annotations,
            *self._kin,
            *self._holders,
            *self._waiting,
        }

    def packed_json(self, thread_id: str, data: bytes) -> bytes:
        """Return the `Task` of a packed row."""
        ready = None
        if thread_id not in self._special:
            ready = ready_task(data, self._ready_folder)
        return self.json(unpack_row(data)) if ready is None else ready

    def json(self, row: TaskRow) -> bytes:
        """Return the `Task` of a row."""
        thread_id = row.thread_id
        annotation = self._annotations.get(thread_id, NOTHING_SAID)
        holder = self._holders.get(thread_id)
        cwd = annotation.relinked_cwd or row.cwd
        moment = Moment(
            holder=holder,
            held_here=holder is not None and self._is_held_here(thread_id, holder),
            waits=thread_id in self._waiting,
            folder=self._folder(cwd) if cwd is not None else None,
            in_view=thread_id in self._in_view,
        )
        kin = self._kin.get(thread_id, NO_KIN)
        plain = plain_task(row, annotation, kin, moment)
        try:
            return orjson.dumps(plain)
        except orjson.JSONEncodeError:
            # Names of files may be no Unicode, numbers of any size.
            return json.dumps(plain, ensure_ascii=False).encode(errors="replace")

    def _is_held_here(self, thread_id: ThreadId, holder: Holder) -> bool:
        """Whether we drive the task: alone, at Codex's daemon, or by another window."""
        return (
            holder.pid == self._own_server
            or (self._live is not None and self._live.drives(thread_id))
            or (self._others is not None and self._others.reaches(thread_id))
        )

    def _folder(self, path: str) -> Folder:
        folder = self._folders.get(path)
        if folder is None:
            name = PurePath(path).name or path
            folder = self._folders[path] = Folder(path, name, _is_folder(path))
        return folder

    def _ready_folder(self, path: bytes) -> ReadyFolder:
        folder = self._ready_folders.get(path)
        if folder is None:
            folder = ready_folder(self._folder(orjson.loads(path)))
            self._ready_folders[path] = folder
        return folder


def _is_folder(path: str) -> bool:
    try:
        return Path(path).is_dir()
    except (OSError, ValueError):
        return False
