"""Lists as SQL: pages by keyset, so that the last costs what the first does."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from threadbook.errors import InvalidCursorError
from threadbook.index.codec import column_text
from threadbook.index.cursors import decode_token, encode_token
from threadbook.index.folders import below, folder_key, spellings
from threadbook.index.types import Sort, State

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection

    from threadbook.index.types import TaskQuery

_STATES = tuple(State)
_COLUMNS = {
    Sort.UPDATED: "updated_at",
    Sort.CREATED: "created_at",
    Sort.SIZE: "size",
    Sort.NAME: "title",
}
_LARGEST = 2**63 - 1
_FEW = 2000
"""Up to so many tasks of a folder are sorted; more are filtered in order."""


@dataclass(frozen=True, slots=True)
class Where:
    """A condition and its parameters."""

    sql: str
    parameters: tuple[object, ...] = ()

    def __and__(self, other: Where) -> Where:
        return Where(
            f"{self.sql} AND {other.sql}", (*self.parameters, *other.parameters)
        )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ends: the last row's value in the order, and its id."""

    value: str | int
    thread_id: str


def count_tasks(connection: sqlite3.Connection, query: TaskQuery) -> int:
    """Count all that fit *query*, whatever the page."""
    condition = task_filters(query)
    way = _way_to_count(query)
    total = 0
    for state in wanted_states(query):
        (count,) = connection.execute(
            f"SELECT count(*) FROM tasks {way} AND {condition.sql}",  # noqa: S608
            (state, *condition.parameters),
        ).fetchone()
        total += count
    return total


def page_of_tasks(
    connection: sqlite3.Connection, query: TaskQuery, total: int
) -> list[tuple[bytes, str | int, str]]:
    """Return the rows' data, values in the order and ids: one more than asked for."""
    chosen = _chosen(query, total)
    column, direction = _COLUMNS[query.sort], _direction(query.sort)
    # The heavy rows are looked up for the page alone.
    return connection.execute(
        f"SELECT r.data, p.{column}, p.thread_id FROM ({chosen.sql}) p"  # noqa: S608
        f" JOIN task_rows r USING (thread_id)"
        f" ORDER BY p.{column} {direction}, p.thread_id {direction}",
        chosen.parameters,
    ).fetchall()


def files_of_tasks(
    connection: sqlite3.Connection, query: TaskQuery, total: int
) -> list[tuple[str, bytes]]:
    """Return the tasks that fit *query*, in order, once for each of their files."""
    chosen = _chosen(query, total)
    column, direction = _COLUMNS[query.sort], _direction(query.sort)
    return connection.execute(
        f"SELECT p.thread_id, f.path FROM ({chosen.sql}) p"  # noqa: S608
        f" JOIN files f USING (thread_id)"
        f" ORDER BY p.{column} {direction}, p.thread_id {direction}, f.id",
        chosen.parameters,
    ).fetchall()


def _chosen(query: TaskQuery, total: int) -> Where:
    """Return the statement that chooses a page: values in the order, and ids."""
    condition = task_filters(query)
    if query.cursor is not None:
        condition &= _after(query.sort, decode_cursor(query.sort, query.cursor))
    column, direction = _COLUMNS[query.sort], _direction(query.sort)
    order = f"ORDER BY {column} {direction}, thread_id {direction} LIMIT ?"
    limit = -1 if query.limit is None else _number(query.limit + 1)
    way = _way_to_page(query, total)
    parts: list[str] = []
    parameters: list[object] = []
    for state in wanted_states(query):
        parts.append(
            f"SELECT * FROM (SELECT {column}, thread_id FROM tasks {way}"  # noqa: S608
            f" AND {condition.sql} {order})"
        )
        parameters += [state, *condition.parameters, limit]
    # Of no state there is nothing, which UNION can't say.
    every = " UNION ALL ".join(parts) or (
        f"SELECT {column}, thread_id FROM tasks WHERE 0"  # noqa: S608
    )
    sql = f"SELECT * FROM ({every}) {order}"  # noqa: S608
    return Where(sql, (*parameters, limit))


def first_task(connection: sqlite3.Connection, query: TaskQuery) -> bytes | None:
    """Return the data of the first row that fits *query*, without counting all."""
    many = query.cwd is None or _has_many(connection, query.cwd)
    page = replace(query, limit=1)
    rows = page_of_tasks(connection, page, _FEW + 1 if many else 0)
    return rows[0][0] if rows else None


def _has_many(connection: sqlite3.Connection, folder: str) -> bool:
    condition = folder_condition(folder)
    (count,) = connection.execute(
        "SELECT count(*) FROM (SELECT 1 FROM tasks INDEXED BY tasks_by_folder"  # noqa: S608
        f" WHERE state = ? AND {condition.sql} LIMIT ?)",
        (State.ACTIVE, *condition.parameters, _FEW + 1),
    ).fetchone()
    return count > _FEW


def encode_cursor(sort: Sort, place: Place) -> str:
    """Make a page token."""
    return encode_token([sort.value, place.value, place.thread_id])


def decode_cursor(sort: Sort, cursor: str) -> Place:
    """Read a page token.

    Raises:
        InvalidCursorError: it is not ours, or of another order.
    """
    kind = str if sort is Sort.NAME else int
    match decode_token(cursor):
        case [sort.value, value, str(thread_id)] if type(value) is kind:
            return Place(value, thread_id)
        case _:
            raise InvalidCursorError


def folder_condition(folder: str) -> Where:
    """Return the condition for tasks of *folder* and all below it."""
    return _any([_at_or_below(key) for key in sorted(spellings(folder))])


def _at_or_below(key: str) -> Where:
    key = column_text(key)
    first, behind = below(key)
    # One range, which SQLite finds in the index, less what sorts between a folder
    # and those below it ("/code-2" between "/code" and "/code/x").
    return Where(
        "folder >= ? AND folder < ? AND (folder = ? OR folder >= ?)",
        (key, behind, key, first),
    )


def _any(conditions: list[Where]) -> Where:
    if len(conditions) == 1:
        return conditions[0]
    sql = " OR ".join(f"({condition.sql})" for condition in conditions)
    parameters = [each for condition in conditions for each in condition.parameters]
    return Where(f"({sql})", tuple(parameters))


def wanted_states(query: TaskQuery) -> list[State]:
    """Return the states that *query* asks for."""
    return [each for each in _STATES if query.states is None or each in query.states]


def task_filters(query: TaskQuery) -> Where:
    """Return the condition for all that *query* asks for but the state."""
    conditions = Where("1")
    if query.cwd is not None:
        conditions &= _in_folder(query.cwd, query.moved)
    for column, wanted in (
        ("model", query.model),
        ("source", query.source),
        ("provider", query.provider),
        ("branch", query.branch),
    ):
        if wanted is not None:
            conditions &= Where(f"{column} = ?", (column_text(wanted),))
    if query.since is not None:
        conditions &= Where("updated_at >= ?", (_number(query.since),))
    if query.until is not None:
        conditions &= Where("updated_at < ?", (_number(query.until),))
    if query.statuses is not None:
        conditions &= _among("status", [each.value for each in query.statuses])
    if query.thread_ids is not None:
        conditions &= _among("thread_id", query.thread_ids)
    if query.exclude_ids:
        conditions &= _among("thread_id NOT", query.exclude_ids)
    if not query.sub_agents:
        conditions &= Where("NOT sub_agent")
    return conditions


def _number(value: int) -> int:
    """Return the nearest number that SQLite has."""
    return max(-_LARGEST, min(value, _LARGEST))


def _in_folder(folder: str, moved: frozenset[tuple[str, str]]) -> Where:
    """Return the condition for *folder* and below, where the user moved some tasks."""
    recorded = folder_condition(folder)
    if not moved:
        return recorded
    folders = tuple(f"{key}/" for key in spellings(folder))
    here = [
        thread_id
        for thread_id, new in moved
        if f"{folder_key(new)}/".startswith(folders)
    ]
    stayed = recorded & _among("thread_id NOT", {thread_id for thread_id, _ in moved})
    came = _among("thread_id", here)
    return Where(
        f"(({stayed.sql}) OR {came.sql})", (*stayed.parameters, *came.parameters)
    )


def _among(column: str, values: Collection[str]) -> Where:
    # One parameter for any number of values.
    sql = f"{column} IN (SELECT value FROM json_each(?))"  # noqa: S608
    return Where(sql, (json.dumps(sorted(values)),))


def _after(sort: Sort, place: Place) -> Where:
    comparison = ">" if sort is Sort.NAME else "<"
    return Where(
        f"({_COLUMNS[sort]}, thread_id) {comparison} (?, ?)",
        (place.value, place.thread_id),
    )


def _direction(sort: Sort) -> str:
    return "ASC" if sort is Sort.NAME else "DESC"


def _way_to_count(query: TaskQuery) -> str:
    """Choose the way to the rows of a state; SQLite has no statistics to choose by."""
    if query.thread_ids is not None:
        return "WHERE state = ?"
    if query.cwd is not None and not query.moved:
        return "INDEXED BY tasks_by_folder WHERE state = ?"
    if query.cwd is not None or _filters_by_columns(query):
        # The plus keeps SQLite from the indexes: the whole narrow table is faster
        # read than looked up row by row.
        return "WHERE +state = ?"
    # Holds the times that may be asked for, and is the narrowest.
    return _in_order(Sort.UPDATED)


def _way_to_page(query: TaskQuery, total: int) -> str:
    """Choose the way: few are picked out and sorted, many are passed in order."""
    is_picked = query.cwd is not None or _filters_by_columns(query)
    if query.thread_ids is not None or (is_picked and total <= _FEW):
        return _way_to_count(query)
    return _in_order(query.sort)


def _filters_by_columns(query: TaskQuery) -> bool:
    """Whether *query* asks for what the indexes do not hold."""
    asked = (query.model, query.source, query.provider, query.branch, query.statuses)
    return any(each is not None for each in asked)


def _in_order(sort: Sort) -> str:
    index = "title" if sort is Sort.NAME else sort.value
    return f"INDEXED BY tasks_by_{index} WHERE state = ?"
