"""Opening the book's file, also where it can't be written, or not even be read.

Reading tasks must not fail for want of what the user said of them: then there is a
copy in memory of what could be read, which nobody else sees.
"""

from __future__ import annotations

import os
import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_TABLES = ("annotation", "origin", "schedule")
_BUSY_S = 10


def open_to_write(
    path: Path, migrate: Callable[[sqlite3.Connection], None]
) -> sqlite3.Connection:
    """Open or create the file, bring it forward, and make sure of it.

    Raises:
        OSError, sqlite3.DatabaseError: it can't be written, or is none of ours.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    for needed in (path.parent, path):
        if needed.exists() and not os.access(needed, os.W_OK):
            message = f"{needed} can't be written"
            raise PermissionError(message)
    connection = _connected(str(path))
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        migrate(connection)
        for table in _TABLES:
            connection.execute(f"SELECT count(*) FROM {table}")  # noqa: S608
    except BaseException:
        connection.close()
        raise
    return connection


def open_to_read(
    path: Path, migrate: Callable[[sqlite3.Connection], None]
) -> sqlite3.Connection:
    """Return a copy in memory of what can be read, without what is scheduled.

    A turn that is scheduled is run by those who can say that they run it.
    """
    copy = _connected(":memory:")
    # Without its log and its memory file, which a read-only folder has no place for,
    # SQLite only takes a file for one that nobody changes.
    for how in ("mode=ro", "mode=ro&immutable=1"):
        try:
            source = _connected(f"{path.absolute().as_uri()}?{how}", uri=True)
        except (OSError, sqlite3.DatabaseError):
            continue
        try:
            source.backup(copy)
            migrate(copy)
            for table in _TABLES:
                copy.execute(f"SELECT count(*) FROM {table}")  # noqa: S608
            copy.execute("DELETE FROM schedule")
        except sqlite3.DatabaseError:
            copy.close()
            copy = _connected(":memory:")
        else:
            return copy
        finally:
            source.close()
    migrate(copy)
    return copy


def is_busy(error: Exception) -> bool:
    """Whether somebody just has the file, so that nothing is wrong with it."""
    return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY


def _connected(place: str, *, uri: bool = False) -> sqlite3.Connection:
    return sqlite3.connect(
        place, timeout=_BUSY_S, isolation_level=None, check_same_thread=False, uri=uri
    )
