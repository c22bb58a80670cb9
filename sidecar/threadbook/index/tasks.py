"""Index: what the rooms above ask of the tasks index; every answer from SQLite alone.

Thread-safe: each thread has a connection of its own. Nothing here reads a rollout,
or the home at all; `sync.Sync` brings the index up to date.
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from threadbook.errors import AmbiguousTaskError, ThreadNotFoundError
from threadbook.ids import ThreadId
from threadbook.index.database import Database
from threadbook.index.known import count_unfilled
from threadbook.index.location import drop_outdated, index_path
from threadbook.index.queries import (
    Place,
    count_tasks,
    encode_cursor,
    files_of_tasks,
    first_task,
    page_of_tasks,
)
from threadbook.index.relations import (
    read_dependants,
    read_files,
    read_forks,
    read_needed,
    read_noted_paths,
    read_owners,
    read_sub_agents,
)
from threadbook.index.spans import count_turns, read_spans
from threadbook.index.spending import read_spent
from threadbook.index.summaries import unpack_row
from threadbook.index.types import (
    Changes,
    PackedPage,
    Sort,
    Status,
    TaskPage,
    TaskQuery,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from threadbook.home import CodexHome
    from threadbook.index.types import SearchPage, SearchQuery, TaskRow
    from threadbook.rollout.types import Spent, TurnSpan

_PREFIX = re.compile(r"^[0-9a-fA-F-]{8,36}$")
_NOT_TO_GO_ON_WITH = frozenset({Status.EMPTY, Status.DAMAGED})


def open_index(home: CodexHome, path: Path | None = None) -> Index:
    """Open the index of *home*, making it when there is none; it may be empty."""
    chosen = path or index_path(home)
    if not chosen.exists():
        drop_outdated(chosen)
    return Index(home, chosen)


class Index:
    """The tasks of one home, as far as they were read; see `open_index`."""

    def __init__(self, home: CodexHome, path: Path) -> None:
        self.home = home
        self.database = Database(path)
        self._totals: dict[TaskQuery, int] = {}
        self._totals_of: tuple[int, int] | None = None

    @property
    def path(self) -> Path:
        """The index file."""
        return self.database.path

    def list_tasks(self, query: TaskQuery) -> TaskPage:
        """Return one page of the tasks that fit *query*.

        Raises:
            InvalidCursorError: the cursor is not ours, or of another order.
        """
        page = self.list_packed(query)
        rows = tuple([unpack_row(data) for _, data in page.rows])
        return TaskPage(rows=rows, total=page.total, next_cursor=page.next_cursor)

    def list_packed(self, query: TaskQuery) -> PackedPage:
        """Return the same page, its rows as they are stored.

        Raises:
            InvalidCursorError: the cursor is not ours, or of another order.
        """
        return self.database.read(lambda connection: self._page(connection, query))

    def get(self, thread_id: str) -> TaskRow | None:
        """Return one task's row."""
        rows = self.rows([thread_id])
        return rows[0] if rows else None

    def rows(self, thread_ids: Iterable[str]) -> tuple[TaskRow, ...]:
        """Return the rows of those of *thread_ids* that there are, in their order."""
        wanted = list(thread_ids)

        def read(connection: sqlite3.Connection) -> list[bytes]:
            found: list[bytes] = []
            for thread_id in wanted:
                found += [data for (data,) in _row(connection, thread_id)]
            return found

        return tuple([unpack_row(data) for data in self.database.read(read)])

    def resolve(self, wanted: str) -> TaskRow:
        """Find the task that a person means: by id, prefix of one, or exact name.

        Raises:
            ThreadNotFoundError: none fits.
            AmbiguousTaskError: several do.
        """
        found = self.database.read(lambda connection: _fitting(connection, wanted))
        rows = [unpack_row(data) for data in found]
        if not rows:
            raise ThreadNotFoundError(wanted)
        if len(rows) > 1:
            candidates = [(row.thread_id, row.display_name) for row in rows]
            raise AmbiguousTaskError(wanted, candidates)
        return rows[0]

    def last(
        self,
        cwd: str | None,
        exclude: frozenset[str] = frozenset(),
        moved: frozenset[tuple[str, str]] = frozenset(),
    ) -> TaskRow | None:
        """Return the task of *cwd* (None: of all folders) that was active last.

        Neither archived ones nor sub-agents' nor those with nothing to go on with.
        """
        query = TaskQuery(
            cwd=cwd,
            statuses=frozenset(Status) - _NOT_TO_GO_ON_WITH,
            exclude_ids=exclude,
            moved=moved,
            sub_agents=False,
        )
        data = self.database.read(lambda connection: first_task(connection, query))
        return unpack_row(data) if data is not None else None

    def sub_agents(self, thread_id: str) -> list[ThreadId]:
        """Return all threads below one, however deep, parents before their own."""
        return self.database.read(
            lambda connection: read_sub_agents(connection, thread_id)
        )

    def forks(self, thread_id: str) -> set[ThreadId]:
        """Return the threads that say that they were forked from this one."""
        return self.database.read(lambda connection: read_forks(connection, thread_id))

    def dependants(self, thread_id: str) -> set[ThreadId]:
        """Return the other threads whose history goes on from this one's files."""
        return self.database.read(
            lambda connection: read_dependants(connection, thread_id)
        )

    def needed(self, thread_id: str) -> set[ThreadId]:
        """Return the other threads from whose files this one's history goes on."""
        return self.database.read(lambda connection: read_needed(connection, thread_id))

    def files(self, thread_id: str) -> list[str]:
        """Return where all files of a thread lie, below the home."""
        return self.database.read(lambda connection: read_files(connection, thread_id))

    def task_files(self, query: TaskQuery) -> list[tuple[ThreadId, list[str]]]:
        """Return the tasks that fit *query*, in order, and where their files lie."""
        found = self.database.read(
            lambda connection: files_of_tasks(
                connection, query, self._total(connection, query)
            )
        )
        root = f"{self.home.root}{os.sep}"
        return [
            (ThreadId(thread), [root + os.fsdecode(path) for _, path in its])
            for thread, its in groupby(found, key=itemgetter(0))
        ]

    def owners(self, paths: Iterable[str]) -> dict[str, ThreadId]:
        """Return to which threads files (below the home) belong, as far as known."""
        return self.database.read(lambda connection: read_owners(connection, paths))

    def is_known_to_codex(self, thread_id: str) -> bool:
        """Whether Codex's own database has the thread."""
        return bool(self.noted_paths([thread_id]))

    def noted_paths(
        self, thread_ids: Iterable[str] | None = None
    ) -> dict[ThreadId, str]:
        """Return where Codex's own database says that threads lie (None: all)."""
        return self.database.read(
            lambda connection: read_noted_paths(connection, thread_ids)
        )

    def spans(
        self,
        thread_id: str,
        first: int | None = None,
        last: int | None = None,
        *,
        dropped: bool = False,
    ) -> tuple[tuple[int, TurnSpan], ...]:
        """Return turns number *first* to *last* (from 1, inclusive; None: open).

        They may lie in several files: the thread's own earlier ones after a revert,
        its parent's after a fork. With *dropped*, turns that a rollback took out are
        in their places between those two, numbered 0.

        Raises:
            ThreadNotFoundError: no such task.
        """
        return self.database.read(
            lambda connection: read_spans(
                connection, self.home.root, thread_id, (first, last), dropped=dropped
            )
        )

    def turn_count(self, thread_id: str) -> int:
        """Count the turns that `spans` numbers.

        Raises:
            ThreadNotFoundError: no such task.
        """
        return self.database.read(lambda connection: count_turns(connection, thread_id))

    def search(self, query: SearchQuery) -> SearchPage:
        """Return one page of what *query* finds, best first.

        What was written a moment ago may not be found yet: see `unfilled`.

        Raises:
            InvalidCursorError: the cursor is not ours.
        """
        # What it needs takes its time to import, and lists must not wait for that.
        from threadbook.index.search import search_passages  # noqa: PLC0415

        return self.database.read(lambda connection: search_passages(connection, query))

    def spent(self, rows: Sequence[TaskRow]) -> list[tuple[Spent, ...]]:
        """Return for each of *rows* when its own tokens were used, by which model."""
        return self.database.read(
            lambda connection: read_spent(connection, self.home.root, rows)
        )

    def unfilled(self) -> int:
        """Count the files of which something can't be found yet."""
        return self.database.read(count_unfilled)

    def count(self) -> int:
        """Count all tasks."""
        return self.database.read(
            lambda connection: connection.execute(
                "SELECT count(*) FROM tasks"
            ).fetchone()[0]
        )

    def last_told_limits(self) -> TaskRow | None:
        """Return the task that last heard of the account's usage windows."""
        row = self.database.read(
            lambda connection: connection.execute(
                "SELECT r.data FROM tasks t JOIN task_rows r USING (thread_id)"
                " WHERE limits_at IS NOT NULL ORDER BY limits_at DESC LIMIT 1"
            ).fetchone()
        )
        return unpack_row(row[0]) if row else None

    def data_version(self) -> int:
        """Return a number that counts up with every change of the index."""
        return self.database.read(_change)

    def changes_since(self, version: int) -> tuple[Changes, int]:
        """Return what changed after a `data_version`, and the version now."""
        return self.database.read(lambda connection: _changes(connection, version))

    def close(self) -> None:
        """Close the file, for all threads."""
        self.database.close()

    def _page(self, connection: sqlite3.Connection, query: TaskQuery) -> PackedPage:
        total = self._total(connection, query)
        found = page_of_tasks(connection, query, total)
        more = query.limit is not None and len(found) > query.limit
        shown = found[: query.limit] if more else found
        cursor = None
        if more and shown:
            _, value, thread_id = shown[-1]
            cursor = encode_cursor(query.sort, Place(value, thread_id))
        rows = tuple([(thread_id, data) for data, _, thread_id in shown])
        return PackedPage(rows=rows, total=total, next_cursor=cursor)

    def _total(self, connection: sqlite3.Connection, query: TaskQuery) -> int:
        """Count what fits, once per state of the index: pages come in rows."""
        key = replace(query, cursor=None, limit=None, sort=Sort.UPDATED)
        state = (self.database.generation, _change(connection))
        if self._totals_of != state:
            self._totals, self._totals_of = {}, state
        totals = self._totals
        if key not in totals:
            totals[key] = count_tasks(connection, query)
        return totals[key]


def _row(connection: sqlite3.Connection, thread_id: str) -> list[tuple[bytes]]:
    return connection.execute(
        "SELECT data FROM task_rows WHERE thread_id = ?", (thread_id,)
    ).fetchall()


def _fitting(connection: sqlite3.Connection, wanted: str) -> list[bytes]:
    """Return the rows that *wanted* may mean, those of the strictest meaning."""
    exact = _row(connection, wanted) or _row(connection, wanted.lower())
    named = connection.execute(
        "SELECT r.data FROM tasks t JOIN task_rows r USING (thread_id)"
        " WHERE t.name = ? ORDER BY t.updated_at DESC",
        (wanted,),
    )
    begun: list[tuple[bytes]] = []
    if not exact and _PREFIX.match(wanted):
        prefix = wanted.lower()
        begun = connection.execute(
            "SELECT r.data FROM tasks t JOIN task_rows r USING (thread_id)"
            " WHERE t.thread_id >= ? AND t.thread_id < ? ORDER BY t.updated_at DESC",
            (prefix, f"{prefix}g"),
        ).fetchall()
    return [data for (data,) in exact or begun or named.fetchall()]


def _change(connection: sqlite3.Connection) -> int:
    return connection.execute("SELECT value FROM meta WHERE key = 'change'").fetchone()[
        0
    ]


def _changes(connection: sqlite3.Connection, version: int) -> tuple[Changes, int]:
    def threads(table: str) -> frozenset[ThreadId]:
        found = connection.execute(
            f"SELECT thread_id FROM {table} WHERE changed_at > ?",  # noqa: S608
            (version,),
        )
        return frozenset([ThreadId(each) for (each,) in found])

    return Changes(threads("tasks"), threads("removed")), _change(connection)
