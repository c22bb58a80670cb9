"""Full-text search: FTS5 ranks, rows of tasks filter, passages make the snippets."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from threadbook.errors import InvalidCursorError
from threadbook.ids import ThreadId
from threadbook.index.cursors import decode_token, encode_token
from threadbook.index.passages import (
    KINDS,
    file_of,
    place_of,
    turn_number,
    unpack_passages,
)
from threadbook.index.queries import task_filters, wanted_states
from threadbook.index.snippets import cut_snippet
from threadbook.index.spans import number_of_turn
from threadbook.index.types import Hit, SearchPage, TaskQuery
from threadbook.index.words import understand

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from threadbook.index.passages import Place
    from threadbook.index.types import SearchQuery
    from threadbook.index.words import Wanted

_MOST_RANKED = 4_000
_ANY_TASK = TaskQuery(states=None)
_RANK = "bm25(words, 1.0, 0.5)"
"""The parts of identifiers count half of what stands there as a word."""
_TOKEN = "search"  # noqa: S105 - the name of a kind of cursor
_NOTHING = SearchPage(hits=(), total=0, is_partial=False, next_cursor=None)


@dataclass(frozen=True, slots=True)
class _Ranked:
    passages: list[int]
    """Best first."""
    is_partial: bool


def search_passages(connection: sqlite3.Connection, query: SearchQuery) -> SearchPage:
    """Return one page of what *query* finds; see `Index.search`."""
    skip = _decode_cursor(query.cursor)
    wanted = understand(query.text, typing=query.typing)
    if wanted is None:
        return _NOTHING
    ranked = _rank(connection, wanted, query)
    found = _fitting(connection, query, ranked.passages)
    hits: list[Hit] = []
    at = skip
    while at < len(found) and len(hits) < query.limit:
        page = found[at : at + query.limit - len(hits)]
        threads = _threads_of(connection, query, page)
        places = [each for each in map(place_of, page) if each.file_id in threads]
        shown = [
            _hit(connection, each, threads[each.file_id], wanted) for each in places
        ]
        # What a revert took out of the conversation is there, but not to be shown.
        hits += [hit for hit in shown if hit is not None]
        at += len(page)
    return SearchPage(
        hits=tuple(hits),
        total=len(found),
        is_partial=ranked.is_partial,
        next_cursor=encode_token([_TOKEN, at]) if at < len(found) else None,
    )


def _decode_cursor(cursor: str | None) -> int:
    if cursor is None:
        return 0
    match decode_token(cursor):
        case ["search", int(skip)] if skip >= 0:
            return skip
        case _:
            raise InvalidCursorError


def _rank(
    connection: sqlite3.Connection, wanted: Wanted, query: SearchQuery
) -> _Ranked:
    condition = "words MATCH ?"
    parameters: tuple[object, ...] = (wanted.match,)
    if query.kinds is not None:
        numbers = [KINDS.index(kind) for kind in query.kinds]
        condition += " AND rowid & 3 IN (SELECT value FROM json_each(?))"
        parameters += (json.dumps(numbers),)
    bounds = _newest(connection, condition, parameters)
    if bounds is not None:
        condition += " AND (rowid <= ? OR rowid >= ?)"
        parameters += bounds
    rows = connection.execute(
        f"SELECT rowid FROM words WHERE {condition} ORDER BY {_RANK}, rowid",  # noqa: S608
        parameters,
    )
    return _Ranked([passage for (passage,) in rows], bounds is not None)


def _newest(
    connection: sqlite3.Connection, condition: str, parameters: tuple[object, ...]
) -> tuple[int, int] | None:
    """Return the bounds of the newest passages; None: there are few enough.

    The first scan gave the newest files the lowest numbers; what came later has the
    highest ones. All are never counted: for words that begin with some letters, FTS5
    puts the rows of all of them in order for each statement.
    """
    half = _MOST_RANKED // 2
    later = connection.execute(
        f"SELECT rowid FROM words WHERE {condition}"  # noqa: S608
        " ORDER BY rowid LIMIT ? OFFSET ?",
        (*parameters, half + 2, half - 1),
    ).fetchall()
    if len(later) < half + 2:
        return None
    (low,) = later[0]
    (high,) = connection.execute(
        f"SELECT rowid FROM words WHERE {condition}"  # noqa: S608
        " ORDER BY rowid DESC LIMIT 1 OFFSET ?",
        (*parameters, half - 1),
    ).fetchone()
    return low, high


def _fitting(
    connection: sqlite3.Connection, query: SearchQuery, passages: list[int]
) -> list[int]:
    """Return the passages of tasks that fit the filters: mostly, all do."""
    if query.tasks == _ANY_TASK:
        return passages
    threads = _threads_of(connection, query, passages)
    return [each for each in passages if file_of(each) in threads]


def _threads_of(
    connection: sqlite3.Connection, query: SearchQuery, passages: Sequence[int]
) -> dict[int, ThreadId]:
    """Return the files of *passages* whose tasks fit the filters, by their threads."""
    files = {file_of(passage) for passage in passages}
    condition = task_filters(query.tasks)
    states = [state.value for state in wanted_states(query.tasks)]
    rows = connection.execute(
        "SELECT f.id, t.thread_id FROM json_each(?) wanted"  # noqa: S608
        " CROSS JOIN files f ON f.id = wanted.value"
        " CROSS JOIN tasks t USING (thread_id)"
        f" WHERE t.state IN (SELECT value FROM json_each(?)) AND {condition.sql}",
        (json.dumps(sorted(files)), json.dumps(states), *condition.parameters),
    )
    return {file_id: ThreadId(thread_id) for file_id, thread_id in rows}


def _hit(
    connection: sqlite3.Connection, place: Place, thread: ThreadId, wanted: Wanted
) -> Hit | None:
    numbered = number_of_turn(connection, thread, place.file_id, place.turn)
    row = connection.execute(
        "SELECT data FROM passages WHERE turn = ?",
        (turn_number(place.file_id, place.turn),),
    ).fetchone()
    if numbered is None or row is None:
        return None
    number, turn_id = numbered
    passage = unpack_passages(row[0])[place.item]
    snippet = cut_snippet(passage.text, wanted.words)
    return Hit(
        thread_id=thread,
        turn=number,
        turn_id=turn_id,
        item_id=passage.item_id,
        kind=passage.kind,
        snippet=snippet.text,
        marks=snippet.marks,
        at=passage.at,
    )
