"""One SQLite file, many threads and processes; broken or outdated: built anew.

Nothing here knows what the tables mean. Each thread has a connection of its own.
A file that vanished, was replaced or turned out to be corrupt is noticed at the
next use: the work then runs on an empty index, `generation` counts up and
`on_reset` is told, whereupon somebody scans.
"""

from __future__ import annotations

import sqlite3
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from threadbook.errors import IndexBusyError
from threadbook.index.locks import FileLock, deadline, holding
from threadbook.index.schema import SCHEMA, VERSION

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_T = TypeVar("_T")

_BUSY_SECONDS = 5.0
_TRIES = 50
"""How often an index may be made anew while it is being opened."""
_PRAGMAS = """
PRAGMA synchronous = NORMAL;
PRAGMA secure_delete = OFF;
PRAGMA temp_store = MEMORY;
PRAGMA cache_size = -8000;
PRAGMA wal_autocheckpoint = 8000;
PRAGMA journal_size_limit = 67108864;
PRAGMA journal_mode = WAL;
"""
_BROKEN = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


@dataclass(frozen=True, slots=True)
class _Opened:
    connection: sqlite3.Connection
    identity: tuple[int, int]
    """Device and inode of the file: no other one's while this is open."""


class Database:
    """The index file; open until `close`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.generation = 0
        """Counts how often the file was found gone, replaced or broken."""
        self.on_reset: Callable[[], None] = lambda: None
        self._opened: dict[threading.Thread, _Opened] = {}
        self._guard = threading.RLock()
        self._writing = threading.RLock()
        """Our own threads queue here: SQLite's way to wait is to look again, after
        up to a tenth of a second, and who writes much would always be first."""
        self._epoch: str | None = None

    def read(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        """Run *work* on one consistent state of the index.

        Raises:
            IndexBusyError: somebody kept it locked for longer than we wait.
        """
        return self._run("BEGIN", work)

    def write(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        """Run *work* as one transaction; keep it short, others wait meanwhile.

        Raises:
            IndexBusyError: somebody kept it locked for longer than we wait.
        """
        with self._writing:
            return self._run("BEGIN IMMEDIATE", work)

    def close(self) -> None:
        """Close the connections of all threads."""
        with self._guard:
            for opened in self._opened.values():
                opened.connection.close()
            self._opened.clear()

    def _run(self, begin: str, work: Callable[[sqlite3.Connection], _T]) -> _T:
        try:
            try:
                return _transact(self._connection(), begin, work)
            except sqlite3.DatabaseError as error:
                if _code(error) not in _BROKEN:
                    raise
                self._discard()
                return _transact(self._connection(), begin, work)
        except sqlite3.OperationalError as error:
            if _code(error) in _BUSY:
                raise IndexBusyError(self.path) from error
            raise

    def _connection(self) -> sqlite3.Connection:
        thread = threading.current_thread()
        opened = self._opened.get(thread)
        if opened is not None and opened.identity == self._file_identity():
            return opened.connection
        with self._guard:
            self._forget(thread)
            for gone in [other for other in self._opened if not other.is_alive()]:
                self._forget(gone)
            connection, identity = self._open_what_is_there()
            self._opened[thread] = _Opened(connection, identity)
            epoch = _epoch(connection)
            before, self._epoch = self._epoch, epoch
        if before not in {None, epoch}:
            self.generation += 1
            self.on_reset()
        return connection

    def _forget(self, thread: threading.Thread) -> None:
        opened = self._opened.pop(thread, None)
        if opened is not None:
            opened.connection.close()

    def _file_identity(self) -> tuple[int, int] | None:
        try:
            status = self.path.stat()
        except OSError:
            return None
        return status.st_dev, status.st_ino

    def _open_what_is_there(self) -> tuple[sqlite3.Connection, tuple[int, int]]:
        """Open the file that has the name, though others delete it and make it anew.

        Whoever kept one that has no name any more would be alone with it.
        """
        for _ in range(_TRIES):
            before = self._file_identity()
            connection = self._open()
            if before is not None and before == self._file_identity():
                return connection, before
            connection.close()
        raise IndexBusyError(self.path)

    def _open(self) -> sqlite3.Connection:
        connection = _connect(self.path) if self.path.exists() else None
        if connection is not None:
            if _version(connection) == VERSION:
                return connection
            connection.close()
        with holding(self._setup_lock(), deadline(_BUSY_SECONDS)) as mine:
            if not mine:
                raise IndexBusyError(self.path)
            return self._build()

    def _build(self) -> sqlite3.Connection:
        connection = _connect(self.path)
        found = _version(connection)
        if found == VERSION:
            # Another process was faster.
            return connection
        if found != 0:
            connection.close()
            self._delete()
            connection = _connect(self.path)
        connection.executescript(
            f"BEGIN IMMEDIATE;\n{SCHEMA}\nPRAGMA user_version = {VERSION};\nCOMMIT;"
        )
        return connection

    def _discard(self) -> None:
        """Delete the corrupt file, unless another process already did."""
        opened = self._opened.get(threading.current_thread())
        with self._guard, holding(self._setup_lock(), deadline(_BUSY_SECONDS)) as mine:
            if mine and opened and opened.identity == self._file_identity():
                self._delete()

    def rebuild(self) -> None:
        """Begin again with an empty file; processes that have it open notice.

        Raises:
            IndexBusyError: another process is setting one up.
        """
        self.close()
        with holding(self._setup_lock(), deadline(_BUSY_SECONDS)) as mine:
            if not mine:
                raise IndexBusyError(self.path)
            self._delete()

    def _setup_lock(self) -> FileLock:
        return FileLock(self.path.with_name(f"{self.path.name}.setup"))

    def _delete(self) -> None:
        for suffix in ("-wal", "-shm", ""):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path,
        timeout=_BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
    )
    # A broken file is told apart by its version, just below.
    with suppress(sqlite3.DatabaseError):
        connection.executescript(_PRAGMAS)
    return connection


def _version(connection: sqlite3.Connection) -> int:
    """Return the schema's version; 0 for an empty file, -1 for a broken one."""
    try:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.DatabaseError as error:
        if _code(error) in _BROKEN:
            return -1
        raise
    if version == 0:
        return -1 if tables else 0
    return version


def _epoch(connection: sqlite3.Connection) -> str:
    """Return what tells this index from the one that lay here before."""
    (epoch,) = connection.execute(
        "SELECT value FROM meta WHERE key = 'epoch'"
    ).fetchone()
    return epoch


def _transact(
    connection: sqlite3.Connection,
    begin: str,
    work: Callable[[sqlite3.Connection], _T],
) -> _T:
    connection.execute(begin)
    try:
        result = work(connection)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            with suppress(sqlite3.DatabaseError):
                connection.execute("ROLLBACK")
        raise
    return result


def _code(error: sqlite3.DatabaseError) -> int:
    """Return SQLite's primary result code."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
