"""Codex's own SQLite file, as far as we read it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = (
    "id TEXT PRIMARY KEY, rollout_path TEXT, title TEXT, first_user_message TEXT,"
    " archived INTEGER, history_mode TEXT, name TEXT, git_sha TEXT, git_branch TEXT,"
    " git_origin_url TEXT"
)


def write_state(
    folder: Path,
    thread_id: str,
    *,
    number: int = 5,
    columns: str = COLUMNS,
    **values: object,
) -> Path:
    """Write a database of generation *number* that knows one thread."""
    path = folder / f"state_{number}.sqlite"
    row = {"id": thread_id, **values}
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("DROP TABLE IF EXISTS threads")
        connection.execute(f"CREATE TABLE threads ({columns})")
        names, marks = ", ".join(row), ", ".join("?" * len(row))
        connection.execute(
            f"INSERT INTO threads ({names}) VALUES ({marks})",  # noqa: S608
            tuple(row.values()),
        )
    return path
