"""Book: one SQLite file per home, one row per task that the user said something of."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import threading
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import orjson
from platformdirs import user_data_path

from threadbook.book.opening import is_busy, open_to_read, open_to_write
from threadbook.errors import NotPossibleError

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
      scheduled_resume_at INTEGER        -- unused since version 3: see `schedule`
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
    """
    -- Which task another one began with, where Codex's files don't say.
    CREATE TABLE origin (
      thread_id TEXT PRIMARY KEY,        -- the newer task
      from_id TEXT NOT NULL,
      how TEXT NOT NULL,                 -- 'continued', 'forked'
      at INTEGER NOT NULL                -- Unix ms
    ) WITHOUT ROWID;
    """,
    """
    -- Tasks that are to go on by themselves.
    CREATE TABLE schedule (
      thread_id TEXT PRIMARY KEY,
      at INTEGER NOT NULL,               -- due from then on, Unix ms
      when_reset INTEGER NOT NULL,       -- it waits for the usage limit, not for a time
      prompt TEXT,                       -- what is said then; null: to go on
      attempts INTEGER NOT NULL,         -- how many turns came to nothing
      created_at INTEGER NOT NULL,       -- Unix ms
      owner TEXT,                        -- the process that is about to run it ...
      owned_until INTEGER,               -- ... which has it until then, Unix ms
      begun INTEGER NOT NULL             -- its turn was begun: nobody begins another
    ) WITHOUT ROWID;
    """,
    """
    ALTER TABLE schedule ADD COLUMN kept_until INTEGER; -- until then the owner waits
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
    """When it goes on by itself (see `schedules`)."""
    name: str | None = None
    """The name of a task for which Codex can't keep one."""


NOTHING_SAID = Annotation()

How = Literal["continued", "forked"]
"""`continued`: goes on in its stead, for Codex can't read the older one any more."""


@dataclass(frozen=True, slots=True)
class Kin:
    """The tasks that one task began with, or that go on in its stead."""

    continued_from: ThreadId | None = None
    continued_as: ThreadId | None = None
    forked_from: ThreadId | None = None


NO_KIN = Kin()


def book_path(home: CodexHome) -> Path:
    """Return where the book of *home* lies (`THREADBOOK_DATA_DIR` overrides)."""
    override = os.environ.get("THREADBOOK_DATA_DIR")
    folder = Path(override) if override else user_data_path("threadbook")
    digest = hashlib.sha256(os.fsencode(home.root)).hexdigest()[:16]
    return folder / f"book-{digest}.sqlite"


class Book:
    """The user's own data of one home; safe to share between threads."""

    def __init__(self, path: Path) -> None:
        """Open or create the file, bringing an older one forward.

        Where that is not possible, what can be read of it is there all the same.
        """
        self.path = path
        self.fault: str | None = None
        """Why nothing can be said of tasks now; None: all is well."""
        self._lock = threading.Lock()
        try:
            self._db = open_to_write(path, lambda db: _migrate(db, path))
        except (OSError, sqlite3.DatabaseError) as error:
            if is_busy(error):
                raise
            self.fault = str(error)
            self._db = open_to_read(path, lambda db: _migrate(db, None))

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
        said = self.everything()
        return {each: said[each] for each in said.keys() & wanted}

    def everything(self) -> dict[str, Annotation]:
        """Return all that was said of any task."""
        with self._lock:
            rows = self._db.execute("SELECT * FROM annotation").fetchall()
            planned = self._db.execute("SELECT thread_id, at FROM schedule").fetchall()
        found = {row[0]: _annotation(row) for row in rows}
        for thread_id, at in planned:
            said = found.get(thread_id, NOTHING_SAID)
            found[thread_id] = replace(said, scheduled_resume_at=at)
        return found

    def foreign_version(self) -> int | None:
        """Return a number that is another one once somebody else wrote.

        None while the file can't be read.
        """
        try:
            with self._lock:
                return int(self._db.execute("PRAGMA data_version").fetchone()[0])
        except sqlite3.Error:
            return None

    def cleared(self) -> frozenset[str]:
        """Return the ids of cleared tasks."""
        return self._ids("cleared_at IS NOT NULL")

    def pinned(self) -> frozenset[str]:
        """Return the ids of pinned tasks."""
        return self._ids("pinned")

    def moved(self) -> frozenset[tuple[str, str]]:
        """Return (thread id, folder) of the tasks whose folder moved."""
        with self._lock:
            rows = self._db.execute(
                "SELECT thread_id, relinked_cwd FROM annotation"
                " WHERE relinked_cwd IS NOT NULL"
            ).fetchall()
        return frozenset((str(thread_id), str(cwd)) for thread_id, cwd in rows)

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

    def demand_writable(self) -> None:
        """Make sure that what is said of tasks is kept.

        Raises:
            NotPossibleError: the file can't be written.
        """
        if self.fault is not None:
            message = (
                f"What you say of tasks can't be kept in {self.path}: {self.fault}"
            )
            raise NotPossibleError(message)

    def set_name(self, thread_id: ThreadId, name: str | None) -> None:
        """Name a task for which Codex can't keep a name."""
        if name or self.fault is None:
            self._set(thread_id, "name", name or None)

    def note_audit(
        self, thread_id: ThreadId, at: int, verb: str, facts: Mapping[str, object]
    ) -> None:
        """Add a line of the audit: metadata, which outlives the task."""
        with self.transaction() as db:
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

    def note_origin(
        self, thread_id: ThreadId, from_id: ThreadId, how: How, at: int
    ) -> None:
        """Say which task another one began with."""
        with self.transaction() as db:
            db.execute(
                "INSERT OR REPLACE INTO origin VALUES (?, ?, ?, ?)",
                (thread_id, from_id, how, at),
            )

    def kin(self) -> Mapping[str, Kin]:
        """Return the kin of all tasks that have any, as far as it is noted here."""
        with self._lock:
            rows = self._db.execute(
                "SELECT thread_id, from_id, how FROM origin ORDER BY at"
            ).fetchall()
        found: dict[str, Kin] = {}
        for newer, older, how in rows:
            own, others = found.get(newer, NO_KIN), found.get(older, NO_KIN)
            if how == "forked":
                found[newer] = replace(own, forked_from=older)
            else:
                found[newer] = replace(own, continued_from=older)
                found[older] = replace(others, continued_as=newer)
        return found

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

    def set_seen(self, thread_id: ThreadId, at: int) -> bool:
        """Say that the user has looked at a task; whether that could be kept.

        Looking must not fail for want of it: where the disk is full, say.
        """
        if self.fault is not None:
            return False
        try:
            self._set(thread_id, "seen_at", at)
        except sqlite3.OperationalError:
            return False
        return True

    def forget(self, thread_id: ThreadId) -> None:
        """Remove all that was said of a task that is gone for good."""
        with self.transaction() as db:
            db.execute("DELETE FROM annotation WHERE thread_id = ?", (thread_id,))
            db.execute("DELETE FROM origin WHERE thread_id = ?", (thread_id,))
            db.execute("DELETE FROM schedule WHERE thread_id = ?", (thread_id,))

    def _ids(self, condition: str) -> frozenset[str]:
        query = f"SELECT thread_id FROM annotation WHERE {condition}"  # noqa: S608
        with self._lock:
            return frozenset(row[0] for row in self._db.execute(query))

    def _set(self, thread_id: ThreadId, column: str, value: object) -> None:
        self.demand_writable()
        with self.transaction() as db:
            db.execute(
                f"INSERT INTO annotation (thread_id, {column}) VALUES (?, ?)"  # noqa: S608
                f" ON CONFLICT (thread_id) DO UPDATE SET {column} = excluded.{column}",
                (thread_id, value),
            )

    @contextmanager
    def transaction(self) -> Generator[sqlite3.Connection]:
        """Read and write as one; for this room alone."""
        with self._lock, _transaction(self._db):
            yield self._db


def _migrate(db: sqlite3.Connection, path: Path | None) -> None:
    """Bring a book forward, with a copy of its file first where it has one."""
    done = _version(db)
    if done >= len(_MIGRATIONS):
        return
    if done and path is not None:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy2(path, path.with_suffix(f".v{done}.backup"))
    with _transaction(db):
        # Another window may have been quicker.
        for version in range(_version(db), len(_MIGRATIONS)):
            for statement in _statements(_MIGRATIONS[version]):
                db.execute(statement)
            db.execute(f"PRAGMA user_version = {version + 1}")


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


@contextmanager
def _transaction(db: sqlite3.Connection) -> Generator[None]:
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        # A full disk may have ended it already, and may also stop the last step.
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def _statements(script: str) -> list[str]:
    """Split a script; `executescript` would commit the transaction around it."""
    return [part for part in script.split(";\n") if part.strip()]


def _annotation(row: tuple[object, ...]) -> Annotation:
    _, pinned, tags, note, cleared, relinked, seen, _, name = row
    return Annotation(
        pinned=bool(pinned),
        tags=tuple(orjson.loads(str(tags))),
        note=note if isinstance(note, str) else None,
        cleared_at=cleared if isinstance(cleared, int) else None,
        relinked_cwd=relinked if isinstance(relinked, str) else None,
        seen_at=seen if isinstance(seen, int) else None,
        name=name if isinstance(name, str) else None,
    )
