"""What the index knows of files: enough to compare them, and to read on."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from threadbook.index.walk import FileStat

if TYPE_CHECKING:
    import sqlite3

# What `os.fsdecode` does, which looks it up for each of ten thousand paths.
_ENCODING = sys.getfilesystemencoding()
_ERRORS = sys.getfilesystemencodeerrors()
_STAT = "SELECT path, inode, size, mtime_ns FROM files"


@dataclass(frozen=True, slots=True)
class Known:
    """What the index has of a file, as far as going on with it needs."""

    stat: FileStat
    offset: int
    fingerprint: bytes | None
    checkpoint: bytes | None
    version: int


def all_stats(connection: sqlite3.Connection) -> dict[str, FileStat]:
    """Return how every known file was when it was read."""
    return _stats(connection.execute(_STAT))


def stats_below(connection: sqlite3.Connection, path: str) -> dict[str, FileStat]:
    """Return how the file at *path*, or all below it, were when they were read."""
    key = os.fsencode(path)
    separator = os.fsencode(os.sep)
    behind = bytes([separator[0] + 1])
    return _stats(
        connection.execute(
            f"{_STAT} WHERE path = ? OR path >= ? AND path < ?",
            (key, key + separator, key + behind),
        )
    )


def read_known(connection: sqlite3.Connection, path: str) -> Known | None:
    """Return what reading on at *path* needs; None for a new file."""
    row = connection.execute(
        "SELECT inode, size, mtime_ns, offset, fingerprint, version, checkpoint"
        " FROM files JOIN summaries ON file_id = id WHERE path = ?",
        (os.fsencode(path),),
    ).fetchone()
    if row is None:
        return None
    inode, size, mtime_ns, offset, fingerprint, version, checkpoint = row
    return Known(
        stat=FileStat(inode, size, mtime_ns),
        offset=offset,
        fingerprint=fingerprint,
        checkpoint=checkpoint,
        version=version,
    )


def count_unfilled(connection: sqlite3.Connection) -> int:
    """Count the files of which something can't be found yet."""
    return connection.execute(
        "SELECT count(*) FROM files WHERE unfilled_from IS NOT NULL"
    ).fetchone()[0]


def _stats(rows: sqlite3.Cursor) -> dict[str, FileStat]:
    make = FileStat._make
    return {row[0].decode(_ENCODING, _ERRORS): make(row[1:]) for row in rows}
