"""What changed in the files to what changes in the index: one transaction a batch.

Two processes may bring the same file up to date at once. So each reading says which
version of the file's row it goes on from; where the row is another one by now, the
reading is left out and its path given back, to be read again.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from threadbook.index.codec import column_int
from threadbook.index.codex_state import Said, pack_said
from threadbook.index.refresh import Refresh

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping
    from pathlib import Path

    from threadbook.index.reading import Reading
    from threadbook.index.rows import ReadyRow
    from threadbook.index.types import Changes


@dataclass(slots=True)
class Batch:
    """What one transaction shall write."""

    readings: list[Reading] = field(default_factory=list["Reading"])
    gone: list[str] = field(default_factory=list[str])
    """Paths whose files are no more."""
    moved: dict[str, str] = field(default_factory=dict[str, str])
    """Paths to where their unchanged files lie now."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a transaction did."""

    changes: Changes
    conflicts: tuple[str, ...] = ()
    """Paths that somebody else wrote meanwhile: to be read again."""


def write_batch(connection: sqlite3.Connection, root: Path, batch: Batch) -> Written:
    """Bring files, spans and tasks up to date."""
    change = _next_change(connection)
    files = _Files(connection, change)
    conflicts = [each.path for each in batch.readings if not files.put(each)]
    files.put_contents()
    for old, new in batch.moved.items():
        if not files.move(old, new):
            conflicts += [old, new]
    for path in batch.gone:
        files.drop(path)
    refresh = Refresh(connection, root, change)
    changes = refresh.refresh(files.threads, files.rollouts, files.ready())
    return Written(changes, tuple(conflicts))


def write_said(
    connection: sqlite3.Connection, root: Path, said: Mapping[str, Said]
) -> Changes:
    """Keep what Codex says of these threads, and bring their tasks up to date."""
    connection.executemany(
        "DELETE FROM said WHERE thread_id = ?", [(thread,) for thread in said]
    )
    connection.executemany(
        "INSERT INTO said VALUES (?, ?)",
        [(thread, pack_said(each)) for thread, each in said.items() if each != Said()],
    )
    refresh = Refresh(connection, root, _next_change(connection))
    return refresh.refresh(said.keys())


def _next_change(connection: sqlite3.Connection) -> int:
    (change,) = connection.execute(
        "UPDATE meta SET value = value + 1 WHERE key = 'change' RETURNING value"
    ).fetchone()
    return change


@dataclass(slots=True)
class _Files:
    connection: sqlite3.Connection
    change: int
    threads: set[str] = field(default_factory=set[str])
    """Whose tasks must be derived anew."""
    rollouts: set[str] = field(default_factory=set[str])
    """Whose turns may have changed, which others may build on."""
    _written: list[tuple[int, Reading]] = field(
        default_factory=list[tuple[int, "Reading"]]
    )

    def put(self, reading: Reading) -> bool:
        """Write one reading; False if its row is no longer the one it began with."""
        if reading.known_version is None:
            file_id = self._insert(reading)
        else:
            file_id = self._update(reading)
        if file_id is None:
            return False
        self.threads.add(reading.thread_id)
        self.rollouts.add(reading.rollout_id)
        self._written.append((file_id, reading))
        return True

    def put_contents(self) -> None:
        """Write what the files hold whose rows were put."""
        self.connection.executemany(
            "INSERT OR REPLACE INTO summaries VALUES (?, ?, ?)",
            [
                (file_id, each.summary, each.checkpoint)
                for file_id, each in self._written
            ],
        )
        self.connection.executemany(
            "DELETE FROM spent WHERE file_id = ?",
            [
                (file_id,)
                for file_id, each in self._written
                if each.known_version is not None
            ],
        )
        self.connection.executemany(
            "INSERT INTO spent VALUES (?, ?)",
            [
                (file_id, each.spent)
                for file_id, each in self._written
                if each.spent is not None
            ],
        )
        self.connection.executemany(
            "DELETE FROM spans WHERE file_id = ? AND number >= ?",
            [
                (file_id, each.first_span)
                for file_id, each in self._written
                if each.known_version is not None
            ],
        )
        self.connection.executemany(
            "INSERT INTO spans VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (file_id, number, *columns)
                for file_id, each in self._written
                for number, columns in enumerate(each.spans, each.first_span)
            ],
        )

    def ready(self) -> dict[str, tuple[ReadyRow, int]]:
        """Return the rows of those threads of which one file was put, and its number.

        Of several files of a thread none is it all: `Refresh` looks.
        """
        return {
            each.thread_id: (each.row, file_id)
            for file_id, each in self._written
            if each.row is not None
        }

    def move(self, old: str, new: str) -> bool:
        """Let the row of *old* say *new*; False if that has a row already."""
        target = self.connection.execute(
            "SELECT id FROM files WHERE path = ?", (os.fsencode(new),)
        ).fetchone()
        if target is not None:
            return False
        rows = self.connection.execute(
            "UPDATE files SET path = ?, version = ? WHERE path = ? RETURNING thread_id",
            (os.fsencode(new), self.change, os.fsencode(old)),
        ).fetchall()
        self.threads |= {thread for (thread,) in rows}
        return bool(rows)

    def drop(self, path: str) -> None:
        """Forget a file."""
        row = self.connection.execute(
            "DELETE FROM files WHERE path = ? RETURNING id, thread_id, rollout_id",
            (os.fsencode(path),),
        ).fetchone()
        if row is None:
            return
        file_id, thread, rollout = row
        self.threads.add(thread)
        self.rollouts.add(rollout)
        self.connection.execute("DELETE FROM summaries WHERE file_id = ?", (file_id,))
        self.connection.execute("DELETE FROM spent WHERE file_id = ?", (file_id,))
        self.connection.execute("DELETE FROM spans WHERE file_id = ?", (file_id,))
        # There may be many passages: the filler takes them out, bit by bit.
        self.connection.execute("INSERT INTO orphans VALUES (?)", (file_id,))

    def _insert(self, reading: Reading) -> int | None:
        row = self.connection.execute(
            "INSERT INTO files (path, thread_id, rollout_id, base_rollout_id,"
            " base_end, inode, size, mtime_ns, offset, fingerprint, version)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING RETURNING id",
            (os.fsencode(reading.path), *self._columns(reading)),
        ).fetchone()
        return row[0] if row else None

    def _update(self, reading: Reading) -> int | None:
        row = self.connection.execute(
            "SELECT id, thread_id FROM files WHERE path = ? AND version = ?",
            (os.fsencode(reading.path), reading.known_version),
        ).fetchone()
        if row is None:
            return None
        file_id, thread = row
        self.threads.add(thread)
        self.connection.execute(
            "UPDATE files SET thread_id = ?, rollout_id = ?, base_rollout_id = ?,"
            " base_end = ?, inode = ?, size = ?, mtime_ns = ?, offset = ?,"
            " fingerprint = ?, version = ?,"
            " unfilled_from = min(coalesce(unfilled_from, ?), ?) WHERE id = ?",
            (
                *self._columns(reading),
                reading.first_span,
                reading.first_span,
                file_id,
            ),
        )
        return file_id

    def _columns(self, reading: Reading) -> tuple[object, ...]:
        base, base_end = reading.base or (None, None)
        return (
            reading.thread_id,
            reading.rollout_id,
            base,
            None if base_end is None else column_int(base_end),
            column_int(reading.stat.inode),
            reading.stat.size,
            column_int(reading.stat.mtime_ns),
            reading.offset,
            reading.fingerprint,
            self.change,
        )
