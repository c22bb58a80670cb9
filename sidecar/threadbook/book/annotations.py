"""Book: one SQLite file per home, one row per task that the user said something of."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
from platformdirs import user_data_path

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Mapping

    from threadbook.home import CodexHome
    from threadbook.ids import ThreadId

_MIGRATIONS = (
    """
    CREATE TABLE annotation (
      thread_id TEXT PRIMARY KEY,
      pinned INTEGER NOT NULL DEFAULT 0,
      tags TEXT NOT NULL DEFAULT '[]',   -- JSON array of strings, sorted
      note TEXT,
      cleared_at INTEGER,                -- Unix ms
      relinked_cwd TEXT,                 -- where the task's folder is now
      seen_at INTEGER,                   -- Unix ms
      scheduled_resume_at INTEGER        -- Unix ms
    ) WITHOUT ROWID;
    """,
    """
    -- For tasks whose name Codex can't keep.
    ALTER TABLE annotation ADD COLUMN name TEXT;
    CREATE TABLE audit (
      thread_id TEXT NOT NULL,
      at INTEGER NOT NULL,               -- Unix ms
      verb TEXT NOT NULL,                -- 'cleared', 'forgotten', 'undone'
      facts TEXT NOT NULL                -- JSON object: metadata, never what was said
    );
    """,
)
"""One script a version; `user_version` counts how many have run. Only append."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """What the user said of one task."""

    pinned: bool = False
    tags: tuple[str, ...] = ()
    note: str | None = None
    cleared_at: int | None = None
    relinked_cwd: str | None = None
    seen_at: int | None = None
    scheduled_resume_at: int | None = None
    name: str | None = None
    """The name of a task for which Codex can't keep one."""


NOTHING_SAID = Annotation()


def book_path(home: CodexHome) -> Path:
    """Return where the book of *home* lies (`THREADBOOK_DATA_DIR` overrides)."""
    override = os.environ.get("THREADBOOK_DATA_DIR")
    folder = Path(override) if override else user_data_path("threadbook")
    digest = hashlib.sha256(os.fsencode(home.root)).hexdigest()[:16]
    return folder / f"book-{digest}.sqlite"


class Book:
    """The user's own data of one home; safe to share between threads."""

    def __init__(self, path: Path) -> None:
        """Open or create the file, bringing an older one forward."""
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._db = sqlite3.connect(
            path, timeout=10, isolation_level=None, check_same_thread=False
        )
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._migrate()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    def get(self, thread_id: str) -> Annotation:
        """Return what was said of one task."""
        return self.all_of([thread_id]).get(thread_id, NOTHING_SAID)

    def all_of(self, thread_ids: Iterable[str]) -> Mapping[str, Annotation]:
        """Return what was said of these tasks; those without anything are absent."""
        wanted = set(thread_ids)
        with self._lock:
            rows = self._db.execute("SELECT * FROM annotation").fetchall()
        return {row[0]: _annotation(row) for row in rows if row[0] in wanted}

    def cleared(self) -> frozenset[str]:
        """Return the ids of cleared tasks."""
        return self._ids("cleared_at IS NOT NULL")

    def pinned(self) -> frozenset[str]:
        """Return the ids of pinned tasks."""
        return self._ids("pinned")

    def tagged(self, tag: str) -> frozenset[str]:
        """Return the ids of tasks that carry *tag*."""
        with self._lock:
            rows = self._db.execute(
                "SELECT thread_id FROM annotation, json_each(annotation.tags)"
                " WHERE json_each.value = ?",
                (tag,),
            ).fetchall()
        return frozenset(row[0] for row in rows)

    def named(self, name: str) -> frozenset[str]:
        """Return the ids of tasks that have this name here."""
        with self._lock:
            rows = self._db.execute(
                "SELECT thread_id FROM annotation WHERE name = ?", (name,)
            ).fetchall()
        return frozenset(row[0] for row in rows)

    def set_name(self, thread_id: ThreadId, name: str | None) -> None:
        """Name a task for which Codex can't keep a name."""
        self._set(thread_id, "name", name or None)

    def note_audit(
        self, thread_id: ThreadId, at: int, verb: str, facts: Mapping[str, object]
    ) -> None:
        """Add a line of the audit: metadata, which outlives the task."""
        with self._transaction() as db:
            db.execute(
                "INSERT INTO audit VALUES (?, ?, ?, ?)",
                (thread_id, at, verb, orjson.dumps(facts).decode()),
            )

    def audit(self, thread_id: str) -> tuple[tuple[int, str, dict[str, object]], ...]:
        """Return a task's audit lines as (time, verb, facts), oldest first."""
        with self._lock:
            rows = self._db.execute(
                "SELECT at, verb, facts FROM audit WHERE thread_id = ? ORDER BY rowid",
                (thread_id,),
            ).fetchall()
        return tuple((at, verb, orjson.loads(facts)) for at, verb, facts in rows)

    def set_pinned(self, thread_id: ThreadId, *, pinned: bool) -> None:
        """Pin or unpin a task."""
        self._set(thread_id, "pinned", int(pinned))

    def set_tags(self, thread_id: ThreadId, tags: Iterable[str]) -> None:
        """Replace a task's tags."""
        self._set(thread_id, "tags", orjson.dumps(sorted(set(tags))).decode())

    def set_note(self, thread_id: ThreadId, note: str | None) -> None:
        """Replace a task's note."""
        self._set(thread_id, "note", note or None)

    def set_cleared(self, thread_id: ThreadId, at: int | None) -> None:
        """Mark a task cleared at a time, or take the mark back with None."""
        self._set(thread_id, "cleared_at", at)

    def set_relinked_cwd(self, thread_id: ThreadId, cwd: str | None) -> None:
        """Say where a task's folder is now."""
        self._set(thread_id, "relinked_cwd", cwd)

    def set_seen(self, thread_id: ThreadId, at: int) -> None:
        """Say that the user has looked at a task."""
        self._set(thread_id, "seen_at", at)

    def set_scheduled_resume(self, thread_id: ThreadId, at: int | None) -> None:
        """Say when a task goes on by itself."""
        self._set(thread_id, "scheduled_resume_at", at)

    def forget(self, thread_id: ThreadId) -> None:
        """Remove all that was said of a task that is gone for good."""
        with self._transaction() as db:
            db.execute("DELETE FROM annotation WHERE thread_id = ?", (thread_id,))

    def _ids(self, condition: str) -> frozenset[str]:
        query = f"SELECT thread_id FROM annotation WHERE {condition}"  # noqa: S608
        with self._lock:
            return frozenset(row[0] for row in self._db.execute(query))

    def _set(self, thread_id: ThreadId, column: str, value: object) -> None:
        with self._transaction() as db:
            db.execute(
                f"INSERT INTO annotation (thread_id, {column}) VALUES (?, ?)"  # noqa: S608
                f" ON CONFLICT (thread_id) DO UPDATE SET {column} = excluded.{column}",
                (thread_id, value),
            )

    @contextmanager
    def _transaction(self) -> Generator[sqlite3.Connection]:
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def _migrate(self) -> None:
        done = self._version()
        if done >= len(_MIGRATIONS):
            return
        if done:
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            shutil.copy2(self.path, self.path.with_suffix(f".v{done}.backup"))
        with self._transaction() as db:
            # Another window may have been quicker.
            for version in range(self._version(), len(_MIGRATIONS)):
                for statement in _statements(_MIGRATIONS[version]):
                    db.execute(statement)
                db.execute(f"PRAGMA user_version = {version + 1}")

    def _version(self) -> int:
        return int(self._db.execute("PRAGMA user_version").fetchone()[0])


def _statements(script: str) -> list[str]:
    """Split a script; `executescript` would commit the transaction around it."""
    return [part for part in script.split(";\n") if part.strip()]


def _annotation(row: tuple[object, ...]) -> Annotation:
    _, pinned, tags, note, cleared, relinked, seen, scheduled, name = row
    return Annotation(
        pinned=bool(pinned),
        tags=tuple(orjson.loads(str(tags))),
        note=note if isinstance(note, str) else None,
        cleared_at=cleared if isinstance(cleared, int) else None,
        relinked_cwd=relinked if isinstance(relinked, str) else None,
        seen_at=seen if isinstance(seen, int) else None,
        scheduled_resume_at=scheduled if isinstance(scheduled, int) else None,
        name=name if isinstance(name, str) else None,
    )
