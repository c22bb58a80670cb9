"""Sync: compare the home with the index, and bring the index up to date.

Cheap when nothing changed: one walk, one narrow table. What changed is read newest
first and written in short transactions, a small one first, so that a list has its
first page at once. Files may come, go, grow, shrink, be replaced, compressed or
moved between any two steps; the next look sets right whatever that broke.
"""

from __future__ import annotations

import threading
import time
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from threadbook.index import said as said_of
from threadbook.index.compare import compare
from threadbook.index.known import all_stats, read_known
from threadbook.index.leadership import Leadership
from threadbook.index.places import below_home, known_at, look_at
from threadbook.index.pool import Readers
from threadbook.index.report import Report
from threadbook.index.types import Changes
from threadbook.index.walk import walk_home, walk_newest
from threadbook.index.writer import Batch, write_batch, write_said

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Collection, Iterable, Iterator
    from pathlib import Path

    from threadbook.home import CodexHome
    from threadbook.index.compare import Difference
    from threadbook.index.reading import Job, Reading
    from threadbook.index.tasks import Index
    from threadbook.index.types import Progress

_FIRST_FILES = 50
_FIRST_BYTES = 4 << 20
_WRITE_FILES = 500
_WRITE_SECONDS = 0.25
"""So often what was read is written: seldom enough to be cheap, in pieces small
enough that no other process waits for long."""
_ATTEMPTS = 4


class Sync:
    """Keeps one index in step with one home; any number of them may."""

    def __init__(self, home: CodexHome, index: Index) -> None:
        self._home = home
        self._root = str(home.root)
        self._database = index.database
        self.leadership = Leadership(index.path)
        self.first_batch = threading.Event()
        """Set once a list is worth asking for."""

    def scan(
        self,
        *,
        on_changes: Callable[[Changes], None] = lambda _: None,
        on_progress: Callable[[Progress], None] = lambda _: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Changes:
        """Bring the whole index up to date.

        Where another process is doing so, waits for it; where one keeps the index up
        to date, there is nothing to do. The callbacks hear of each piece written.

        Raises:
            IndexBusyError: another process held the index for too long.
        """
        report = Report(on_changes, on_progress, cancelled, self.first_batch.set)
        try:
            with self.leadership.scanning(cancelled) as mine:
                if mine:
                    self._scan(report)
        finally:
            self.first_batch.set()
        return report.changes

    def sync_paths(self, paths: Iterable[Path]) -> Changes:
        """Bring up to date what lies at *paths*, be it there, gone or no rollout.

        Directories stand for all below them. Needs no leadership: what changes a
        file may say so at once.

        Raises:
            IndexBusyError: another process held the index for too long.
        """
        report = Report()
        looked_at = list(paths)
        places = [below_home(self._home, path) for path in looked_at]
        rollouts = [below for below in places if below is not None]
        self._carry_out(self._compare(rollouts), report)
        if any(self.is_about_names(path) for path in looked_at):
            report.add(self.refresh_names())
        return report.changes

    def is_about_names(self, path: Path) -> bool:
        """Whether a change of *path* may change names, rather than rollouts."""
        return said_of.is_source(self._home, path)

    def is_of_interest(self, path: Path) -> bool:
        """Whether a change of *path* may change the index at all."""
        if below_home(self._home, path) is None:
            return self.is_about_names(path)
        name = path.name
        return not name.startswith(".") and not name.endswith(".tmp")

    def refresh_names(self) -> Changes:
        """Read again what Codex says of threads outside their rollouts."""
        signature = said_of.signature(self._home)
        if self._database.read(said_of.read_signature) == signature:
            return Changes()
        known = self._database.read(said_of.read_known)
        fresh = said_of.gather(self._home)
        is_whole = fresh is not None
        if fresh is None:
            fresh = said_of.gather_names(self._home, known)
        changed = said_of.differences(known, fresh)
        report = Report()
        threads = list(changed)
        for start in range(0, len(threads), _WRITE_FILES):
            part = {each: changed[each] for each in threads[start:][:_WRITE_FILES]}
            report.add(
                self._database.write(
                    lambda connection, part=part: write_said(
                        connection, self._home.root, part
                    )
                )
            )
        if is_whole:
            self._database.write(
                lambda connection: said_of.put_signature(connection, signature)
            )
        return report.changes

    def _scan(self, report: Report) -> None:
        for _ in range(_ATTEMPTS):
            generation = self._database.generation
            report.add(self.refresh_names())
            known = self._database.read(all_stats)
            if not known:
                self._read_newest(report)
                known = self._database.read(all_stats)
            found = walk_home(self._home, known.get)
            self._carry_out(compare(self._home, known, found), report)
            # An index that was lost meanwhile lacks what was taken as known.
            if generation == self._database.generation:
                break

    def _read_newest(self, report: Report) -> None:
        """Fill an empty index with a first page, before the home is even walked."""
        from threadbook.index.reading import read_files  # noqa: PLC0415

        difference = compare(self._home, {}, walk_newest(self._home, _FIRST_FILES))
        jobs = self._jobs(difference, _newest_of(difference))
        if jobs:
            self._write(Batch(read_files(self._root, jobs)), report)
            report.has_written = True

    def _carry_out(self, difference: Difference, report: Report) -> None:
        """Read and write all of *difference*."""
        for _ in range(_ATTEMPTS):
            conflicts = self._attempt(difference, report)
            if not conflicts:
                return
            # Somebody else wrote these files' rows: compare once more.
            difference = self._compare(conflicts)

    def _attempt(self, difference: Difference, report: Report) -> list[str]:
        report.begin(difference.unchanged, len(difference.to_read))
        conflicts: list[str] = []
        batch = Batch(moved=difference.moved)
        written_at = time.monotonic()
        for done, readings in self._read(difference, report.cancelled):
            batch.readings += readings
            report.advance(done)
            due = time.monotonic() - written_at >= _WRITE_SECONDS
            if not report.has_written or due or len(batch.readings) >= _WRITE_FILES:
                conflicts += self._write(batch, report)
                batch, written_at = Batch(), time.monotonic()
                report.written()
        # Last, so that a file that was compressed does not take its task along.
        batch.gone = difference.gone
        conflicts += self._write(batch, report)
        report.end()
        return conflicts

    def _read(
        self, difference: Difference, cancelled: Callable[[], bool]
    ) -> Iterator[tuple[int, list[Reading]]]:
        if not difference.to_read:
            return
        # What parses rollouts takes its time to import, and mostly nothing changed.
        from threadbook.index.reading import bytes_to_read, read_files  # noqa: PLC0415

        first = _newest_of(difference)
        yield len(first), read_files(self._root, self._jobs(difference, first))
        rest = self._jobs(difference, difference.to_read.keys() - first)
        sized = ((job, bytes_to_read(job)) for job in rest)
        with Readers() as readers:
            for done, readings in readers.read_all(
                partial(read_files, self._root), sized, cancelled
            ):
                yield len(done), readings

    def _jobs(self, difference: Difference, paths: Collection[str]) -> list[Job]:
        """Return what reading some files takes, newest first."""
        from threadbook.index.reading import Job  # noqa: PLC0415

        def load(connection: sqlite3.Connection) -> list[Job]:
            return [
                Job(path, stat, read_known(connection, path))
                for path, stat in difference.to_read.items()
                if path in paths
            ]

        return self._database.read(load)

    def _write(self, batch: Batch, report: Report) -> tuple[str, ...]:
        if not (batch.readings or batch.gone or batch.moved):
            return ()
        written = self._database.write(
            lambda connection: write_batch(connection, self._home.root, batch)
        )
        report.add(written.changes)
        return written.conflicts

    def _compare(self, paths: Iterable[str]) -> Difference:
        looked_at = list(paths)
        found = look_at(self._home, looked_at)
        known = self._database.read(
            lambda connection: known_at(connection, self._home, looked_at, found)
        )
        return compare(self._home, known, found)


def _newest_of(difference: Difference) -> set[str]:
    """Return the newest of the files to read that are no large ones: a first page."""
    small = (
        path for path, stat in difference.to_read.items() if stat.size <= _FIRST_BYTES
    )
    return set(islice(small, _FIRST_FILES))
