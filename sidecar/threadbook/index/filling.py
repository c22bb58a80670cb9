"""Filler: brings the full-text index up to date, after the rows and in the background.

Small transactions, newest files first, and what was done stays done: it may be stopped
at any moment. What it reads is checked against the file's row when it is written, so
that two fillers, or a sync in between, do no harm.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from threadbook.index.known import count_unfilled
from threadbook.index.locks import FileLock, holding
from threadbook.index.passages import (
    PassageJob,
    columns_of,
    read_passages,
    turn_number,
    unpack_passages,
)
from threadbook.index.pool import Readers
from threadbook.index.spans import spans_of_file
from threadbook.index.types import Progress

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from threadbook.home import CodexHome
    from threadbook.index.passages import (
        TurnPassages,
    )
    from threadbook.index.tasks import Index
    from threadbook.rollout.types import TurnSpan

_ROUND_FILES = 4000
_JOB_BYTES = 16 << 20
_ORPHAN_TURNS = 200
_PAUSE_SECONDS = 0.001
"""Between transactions, so that a thread that waits to write comes first."""
_MANY_FILES = 500
_MERGE_PAGES = 250
"""So much at once that nobody waits long for the transaction."""
_MOST_SEGMENTS = 1000
_USUAL_AUTOMERGE = 4
_USUAL_CRISISMERGE = 16
"""FTS5's own defaults."""


class Filler:
    """Fills one index with the words of one home."""

    def __init__(self, home: CodexHome, index: Index) -> None:
        self._home = home
        self._database = index.database
        lock = index.path.with_name(f"{index.path.name}.fill")
        self._lock = FileLock(lock)

    def fill(
        self,
        *,
        outputs: bool = False,
        on_progress: Callable[[Progress], None] = lambda _: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> None:
        """Make all that was read findable; *outputs* of commands too.

        Where another process is doing so, waits for it.

        Raises:
            IndexBusyError: another process held the index for too long.
        """
        with holding(self._lock, cancelled) as mine:
            if not mine:
                return
            chosen = self._database.write(
                lambda connection: _choose(connection, outputs)
            )
            self._take_out_orphans(cancelled)
            self._fill(chosen, on_progress, cancelled)

    def _fill(
        self,
        outputs: bool,  # noqa: FBT001 - handed on
        on_progress: Callable[[Progress], None],
        cancelled: Callable[[], bool],
    ) -> None:
        total = self._database.read(count_unfilled)
        if total >= _MANY_FILES:
            self._database.write(_put_off_merging)
        with Readers() as readers:
            after = 0
            while not cancelled():
                files = self._database.read(
                    lambda connection, after=after: _next_files(connection, after)
                )
                if not files:
                    break
                # Files that change while they are read come again, but next time.
                after = files[-1]
                for jobs, results in readers.read_all(
                    read_passages, self._jobs(files, outputs), cancelled
                ):
                    self._write(jobs, results)
                    left = self._database.read(count_unfilled)
                    done = total - min(left, total)
                    on_progress(Progress(done, total, finished=False))
                self._merge(cancelled)
        self._merge_as_usual(cancelled)
        left = self._database.read(count_unfilled)
        on_progress(Progress(total - min(left, total), total, finished=True))

    def _jobs(
        self,
        files: Sequence[int],
        outputs: bool,  # noqa: FBT001 - handed on
    ) -> Iterator[tuple[PassageJob, int]]:
        root = self._home.root
        for file_id in files:
            yield from self._database.read(
                lambda connection, file_id=file_id: list(
                    _jobs_of(connection, root, file_id, outputs)
                )
            )

    def _write(
        self, jobs: Sequence[PassageJob], results: Sequence[list[TurnPassages]]
    ) -> None:
        def write(connection: sqlite3.Connection) -> None:
            for job, turns in zip(jobs, results, strict=True):
                _put(connection, job, turns)

        self._database.write(write)
        time.sleep(_PAUSE_SECONDS)

    def _merge(self, cancelled: Callable[[], bool]) -> None:
        """Merge what was put off, bit by bit."""
        while not cancelled() and self._database.write(_merge_some):
            time.sleep(_PAUSE_SECONDS)

    def _merge_as_usual(self, cancelled: Callable[[], bool]) -> None:
        # Also where who put it off did not come to its end.
        if self._database.read(_is_put_off):
            self._merge(cancelled)
            if not cancelled():
                self._database.write(_put_off_no_more)

    def _take_out_orphans(self, cancelled: Callable[[], bool]) -> None:
        while not cancelled():
            if not self._database.write(_take_out_some):
                return


def _choose(connection: sqlite3.Connection, outputs: bool) -> bool:  # noqa: FBT001
    """Fill everything again when outputs are wanted and were not; say if they are.

    They stay once somebody wanted them: a window and a terminal that want different
    things must not undo each other's work for ever.
    """
    row = connection.execute("SELECT value FROM meta WHERE key = 'outputs'").fetchone()
    known = bool(row and row[0])
    if outputs and row is not None and not known:
        connection.execute("UPDATE files SET unfilled_from = 0")
    if row is None or outputs != known:
        connection.execute(
            "INSERT OR REPLACE INTO meta VALUES ('outputs', ?)", (outputs or known,)
        )
    return outputs or known


def _put_off_merging(connection: sqlite3.Connection) -> None:
    """Let FTS5 keep each transaction's words apart until `_merge_some`.

    Merging as it goes is half of all that many words cost.
    """
    _configure(connection, "automerge", 0)
    _configure(connection, "crisismerge", _MOST_SEGMENTS)


def _is_put_off(connection: sqlite3.Connection) -> bool:
    row = connection.execute("SELECT v FROM words_config WHERE k = 'automerge'")
    return row.fetchone() == (0,)


def _put_off_no_more(connection: sqlite3.Connection) -> None:
    _configure(connection, "automerge", _USUAL_AUTOMERGE)
    _configure(connection, "crisismerge", _USUAL_CRISISMERGE)


def _merge_some(connection: sqlite3.Connection) -> bool:
    """Merge a little; False when there is nothing to merge."""
    before = connection.total_changes
    _configure(connection, "merge", _MERGE_PAGES)
    # So FTS5 tells: the command itself counts as one change.
    return connection.total_changes - before > 1


def _configure(connection: sqlite3.Connection, name: str, value: int) -> None:
    connection.execute("INSERT INTO words (words, rank) VALUES (?, ?)", (name, value))


def _next_files(connection: sqlite3.Connection, after: int) -> list[int]:
    # In the order of their numbers, which FTS5 takes in most cheaply, and which was
    # newest first when a home was scanned for the first time.
    rows = connection.execute(
        "SELECT id FROM files WHERE unfilled_from IS NOT NULL AND id > ?"
        " ORDER BY id LIMIT ?",
        (after, _ROUND_FILES),
    )
    return [file_id for (file_id,) in rows]


def _jobs_of(
    connection: sqlite3.Connection,
    root: Path,
    file_id: int,
    outputs: bool,  # noqa: FBT001 - handed on
) -> Iterator[tuple[PassageJob, int]]:
    row = connection.execute(
        "SELECT path, size, version, unfilled_from FROM files"
        " WHERE id = ? AND unfilled_from IS NOT NULL",
        (file_id,),
    ).fetchone()
    if row is None:
        return
    path, size, version, first = row
    spans = spans_of_file(connection, root / os.fsdecode(path), file_id, first)
    # A compressed file is read from its start each time: then better all at once.
    is_plain = path.endswith(b".jsonl")
    for part, length, following in _parts(spans, size, split=is_plain):
        job = PassageJob(
            file_id=file_id,
            version=version,
            first=first,
            next=following,
            spans=tuple(each for each in part if not each[1].dropped),
            outputs=outputs,
        )
        yield job, length
        if following is not None:
            first = following


def _parts(
    spans: list[tuple[int, TurnSpan]], size: int, *, split: bool
) -> Iterator[tuple[list[tuple[int, TurnSpan]], int, int | None]]:
    """Cut the turns of a file into jobs: what they are, their bytes, what is next."""
    part: list[tuple[int, TurnSpan]] = []
    length = 0
    for number, span in spans:
        if split and length > _JOB_BYTES:
            yield part, length, number
            part, length = [], 0
        part.append((number, span))
        length += max(0, (size if span.end is None else span.end) - span.start)
    yield part, length if split else size, None


def _put(
    connection: sqlite3.Connection, job: PassageJob, turns: list[TurnPassages]
) -> None:
    """Write the words of a job, unless its file changed since."""
    done = connection.execute(
        "UPDATE files SET unfilled_from = ?"
        " WHERE id = ? AND version = ? AND unfilled_from = ?",
        (job.next, job.file_id, job.version, job.first),
    ).rowcount
    if not done:
        return
    _take_out(connection, job.file_id, job.first)
    connection.executemany(
        "INSERT INTO passages VALUES (?, ?)",
        [(turn_number(job.file_id, turn.number), turn.data) for turn in turns],
    )
    connection.executemany(
        "INSERT INTO words (rowid, text, parts) VALUES (?, ?, ?)",
        [row for turn in turns for row in turn.words],
    )


def _take_out(
    connection: sqlite3.Connection, file_id: int, first: int, limit: int = -1
) -> int:
    """Take out the words of turns from *first* on; return how many turns that were."""
    rows = connection.execute(
        "SELECT turn, data FROM passages WHERE turn >= ? AND turn < ? LIMIT ?",
        (turn_number(file_id, first), turn_number(file_id + 1, 0), limit),
    ).fetchall()
    start = turn_number(file_id, 0)
    for turn, data in rows:
        connection.executemany(
            "INSERT INTO words (words, rowid, text, parts) VALUES ('delete', ?, ?, ?)",
            columns_of(file_id, turn - start, unpack_passages(data)),
        )
        connection.execute("DELETE FROM passages WHERE turn = ?", (turn,))
    return len(rows)


def _take_out_some(connection: sqlite3.Connection) -> bool:
    """Take out some passages of a file that is gone; False when there are none."""
    row = connection.execute("SELECT file_id FROM orphans LIMIT 1").fetchone()
    if row is None:
        return False
    (file_id,) = row
    if _take_out(connection, file_id, 0, _ORPHAN_TURNS) < _ORPHAN_TURNS:
        connection.execute("DELETE FROM orphans WHERE file_id = ?", (file_id,))
    return True
