"""`task/search`: ranked words from the index, or any substring from the files."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING

from threadbook.errors import InvalidCursorError, InvalidQueryError
from threadbook.handlers.choice import query_of
from threadbook.index.types import SearchQuery
from threadbook.protocol.search import (
    Mark,
    SearchHit,
    TaskSearchResponse,
)
from threadbook.rollout.grep import exact, grep, regex
from threadbook.rollout.texts import TextKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from threadbook.handlers.context import Context
    from threadbook.ids import ThreadId
    from threadbook.index.types import Hit, TaskRow
    from threadbook.protocol.search import (
        TaskSearchParams,
    )
    from threadbook.rollout.grep import Found, Pattern


def task_search(context: Context, params: TaskSearchParams) -> TaskSearchResponse:
    """Find what was said, run or changed.

    Raises:
        InvalidQueryError: a regular expression that is none.
        InvalidCursorError: the cursor is not ours.
    """
    if params.mode == "words":
        return _words(context, params)
    return _straight(context, params)


def _kinds(params: TaskSearchParams) -> frozenset[TextKind] | None:
    if params.kinds is None:
        return None
    return frozenset(TextKind(kind) for kind in params.kinds)


def _words(context: Context, params: TaskSearchParams) -> TaskSearchResponse:
    page = context.index.search(
        SearchQuery(
            text=params.query,
            kinds=_kinds(params),
            tasks=query_of(context, params),
            typing=params.typing,
            limit=params.limit,
            cursor=params.cursor,
        )
    )
    rows = {
        row.thread_id: row
        for row in context.index.rows({hit.thread_id for hit in page.hits})
    }
    return TaskSearchResponse(
        hits=tuple(
            _to_wire(context, rows[hit.thread_id], hit)
            for hit in page.hits
            if hit.thread_id in rows
        ),
        total=page.total,
        is_partial=page.is_partial or context.index.unfilled() > 0,
        next_cursor=page.next_cursor,
    )


def _to_wire(context: Context, row: TaskRow, hit: Hit | Found) -> SearchHit:
    annotation = context.book.get(row.thread_id)
    cwd = annotation.relinked_cwd or row.cwd
    snippet, marks = _from_folder(hit, row.cwd)
    return SearchHit(
        thread_id=row.thread_id,
        display_name=row.name or annotation.name or row.display_name,
        updated_at=row.updated_at,
        workspace_name=(PurePath(cwd).name or cwd) if cwd else None,
        turn=hit.turn,
        turn_id=hit.turn_id,
        item_id=hit.item_id,
        kind=hit.kind.value,
        snippet=snippet,
        marks=tuple(Mark(start=start, end=end) for start, end in marks),
        at=hit.at,
    )


def _from_folder(
    hit: Hit | Found, cwd: str | None
) -> tuple[str, Sequence[tuple[int, int]]]:
    """Say a changed file's path from the task's folder on, as one reads it there.

    Only where the snippet begins with it: elsewhere it is what a diff says, or the end
    of another path. Where what was looked for is in the folder's path, all is said.
    """
    separator = "\\" if cwd and "\\" in cwd else "/"
    folder = f"{(cwd or '').rstrip(separator)}{separator}"
    is_path = bool(cwd) and hit.kind is TextKind.FILE and hit.snippet.startswith(folder)
    length = len(folder)
    if not is_path or any(start < length for start, _ in hit.marks):
        return hit.snippet, hit.marks
    moved = [(start - length, end - length) for start, end in hit.marks]
    return hit.snippet[length:], moved


def search_files(context: Context, params: TaskSearchParams) -> Iterator[SearchHit]:
    """Yield what is found straight from the files, newest task first, as it is found.

    Raises:
        InvalidQueryError: a regular expression that is none.
    """
    pattern = _pattern(params)
    kinds = _kinds(params)
    tasks = context.index.task_files(query_of(context, params))
    for thread_id, holding in _worth_reading(tasks, pattern):
        yield from _in_task(context, thread_id, holding, pattern, kinds)


def _worth_reading(
    tasks: Sequence[tuple[ThreadId, Sequence[str]]], pattern: Pattern
) -> Iterator[tuple[ThreadId, frozenset[str]]]:
    # Costs 10 ms, for nothing where words are searched.
    from threadbook.index.looking import worth_reading  # noqa: PLC0415

    return worth_reading(tasks, pattern)


def _pattern(params: TaskSearchParams) -> Pattern:
    if not params.query:
        message = "There is nothing to look for"
        raise InvalidQueryError(message)
    if params.mode == "exact":
        return exact(params.query)
    try:
        return regex(params.query)
    except re.error as error:
        message = f"Not a regular expression: {error}"
        raise InvalidQueryError(message) from error


def _in_task(
    context: Context,
    thread_id: ThreadId,
    holding: frozenset[str],
    pattern: Pattern,
    kinds: frozenset[TextKind] | None,
) -> Iterator[SearchHit]:
    row = context.index.get(thread_id)
    if row is None:
        return
    # What a fork inherited is found in its parent.
    own = {file.path for file in row.rollouts} & holding
    spans = [
        numbered
        for numbered in context.index.spans(thread_id)
        if str(numbered[1].path) in own
    ]
    for found in grep(spans, pattern):
        if kinds is None or found.kind in kinds:
            yield _to_wire(context, row, found)


def _straight(context: Context, params: TaskSearchParams) -> TaskSearchResponse:
    """Search task after task until the page is full; the cursor says where to go on."""
    pattern, kinds = _pattern(params), _kinds(params)
    tasks = context.index.task_files(query_of(context, params))
    left = tasks[_place(params.cursor, tasks) :]
    hits: list[SearchHit] = []
    for thread_id, holding in _worth_reading(left, pattern):
        hits += _in_task(context, thread_id, holding, pattern, kinds)
        if len(hits) >= params.limit and thread_id != left[-1][0]:
            return TaskSearchResponse(
                hits=tuple(hits),
                total=len(hits),
                is_partial=True,
                next_cursor=f"after:{thread_id}",
            )
    return TaskSearchResponse(
        hits=tuple(hits), total=len(hits), is_partial=False, next_cursor=None
    )


def _place(cursor: str | None, tasks: Iterable[tuple[ThreadId, object]]) -> int:
    if cursor is None:
        return 0
    word, _, thread_id = cursor.partition(":")
    if word == "after":
        for place, (task, _) in enumerate(tasks):
            if task == thread_id:
                return place + 1
    raise InvalidCursorError
