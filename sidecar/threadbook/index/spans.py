"""The turns of a thread in order, wherever they lie."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from threadbook.errors import ThreadNotFoundError
from threadbook.index.chain import Segment, count_kept, read_prefix
from threadbook.items import TurnStatus
from threadbook.rollout.types import TurnSpan

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

_STATUSES = {status.value: status for status in TurnStatus}
_COLUMNS = (
    'start, "end", turn_id, start_ordinal, started_at, status, preview,'
    " message_count, dropped"
)
Numbered = tuple[int, TurnSpan]


def count_turns(connection: sqlite3.Connection, thread_id: str) -> int:
    """Count the turns of a thread that were not dropped."""
    return sum(
        count_kept(connection, segment) for segment in _segments(connection, thread_id)
    )


def read_spans(
    connection: sqlite3.Connection,
    root: Path,
    thread_id: str,
    wanted: tuple[int | None, int | None],
    *,
    dropped: bool,
) -> tuple[Numbered, ...]:
    """Return the turns numbered within *wanted*; see `Index.spans`."""
    first, last = wanted
    found: list[Numbered] = []
    before = 0
    for segment in _segments(connection, thread_id):
        kept = count_kept(connection, segment)
        low = 1 if first is None else max(1, first - before)
        high = kept if last is None else min(kept, last - before)
        if low <= high or (dropped and not kept):
            found += _read(connection, root, segment, (before, low, high), dropped)
        before += kept
    return tuple(found)


def number_of_turn(
    connection: sqlite3.Connection, thread_id: str, file_id: int, turn: int
) -> tuple[int, str] | None:
    """Return a turn's number in its task, and its id; None when it is not part of it.

    *turn* is its number in its file, from 0.
    """
    before = 0
    for segment in _segments(connection, thread_id):
        if segment.file_id != file_id:
            before += count_kept(connection, segment)
            continue
        row = connection.execute(
            "SELECT turn_id, (SELECT count(*) FROM spans WHERE file_id = s.file_id"
            " AND NOT dropped AND number <= s.number) FROM spans s"
            " WHERE file_id = ? AND number = ? AND NOT dropped"
            " AND coalesce(start_ordinal, 0) < ?",
            (file_id, turn, segment.end_ordinal),
        ).fetchone()
        return (before + row[1], row[0]) if row else None
    return None


def spans_of_file(
    connection: sqlite3.Connection, path: Path, file_id: int, first: int
) -> list[Numbered]:
    """Return the turns of one file from number *first* on (from 0, dropped too)."""
    rows = connection.execute(
        f"SELECT number, {_COLUMNS} FROM spans"  # noqa: S608
        " WHERE file_id = ? AND number >= ? ORDER BY number",
        (file_id, first),
    )
    return [
        (number, _span(path, columns, dropped)) for number, *columns, dropped in rows
    ]


def _segments(connection: sqlite3.Connection, thread_id: str) -> tuple[Segment, ...]:
    row = connection.execute(
        "SELECT active_file FROM tasks WHERE thread_id = ?", (thread_id,)
    ).fetchone()
    if row is None:
        raise ThreadNotFoundError(thread_id)
    (active,) = row
    return (*read_prefix(connection, active).segments, Segment(active))


def _read(
    connection: sqlite3.Connection,
    root: Path,
    segment: Segment,
    numbers: tuple[int, int, int],
    with_dropped: bool,  # noqa: FBT001 - handed on
) -> list[Numbered]:
    """Read turns *low* to *high* of one segment, of which *before* come earlier.

    Dropped turns go with the kept one before them, those at the beginning with the
    first one: so pages overlap nowhere and leave none out.
    """
    before, low, high = numbers
    start = _row_number(connection, segment, low) if low > 1 else 0
    end = _row_number(connection, segment, high + 1)
    parameters: tuple[int, ...] = (segment.file_id, segment.end_ordinal, start or 0)
    condition = "file_id = ? AND coalesce(start_ordinal, 0) < ? AND number >= ?"
    if end is not None:
        condition += " AND number < ?"
        parameters += (end,)
    if not with_dropped:
        condition += " AND NOT dropped"
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM spans WHERE {condition} ORDER BY number",  # noqa: S608
        parameters,
    )
    path = _path(connection, root, segment.file_id)
    number = before + low - 1
    found: list[Numbered] = []
    for *columns, dropped in rows:
        number += not dropped
        found.append((0 if dropped else number, _span(path, columns, dropped)))
    return found


def _row_number(
    connection: sqlite3.Connection, segment: Segment, kept: int
) -> int | None:
    """Return the number in its file of the turn that is number *kept* of those kept."""
    row = connection.execute(
        "SELECT number FROM spans WHERE file_id = ? AND NOT dropped"
        " AND coalesce(start_ordinal, 0) < ? ORDER BY number LIMIT 1 OFFSET ?",
        (segment.file_id, segment.end_ordinal, kept - 1),
    ).fetchone()
    return row[0] if row else None


def _path(connection: sqlite3.Connection, root: Path, file_id: int) -> Path:
    (path,) = connection.execute(
        "SELECT path FROM files WHERE id = ?", (file_id,)
    ).fetchone()
    return root / os.fsdecode(path)


def _span(path: Path, columns: list[Any], dropped: int) -> TurnSpan:
    start, end, turn_id, ordinal, started_at, status, preview, messages = columns
    return TurnSpan(
        path=path,
        start=start,
        end=end,
        turn_id=turn_id,
        start_ordinal=ordinal,
        started_at=started_at,
        status=_STATUSES[status],
        preview=preview,
        message_count=messages,
        dropped=bool(dropped),
    )
