"""From rows of files to the row of their task: derive anew what changed.

Runs inside the transaction that wrote the files (`writer.py`).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from threadbook.ids import ThreadId
from threadbook.index.chain import Prefix, dependants, read_prefix
from threadbook.index.codec import listed
from threadbook.index.codex_state import unpack_said
from threadbook.index.derive import Inherited, derive_row, is_path_of
from threadbook.index.rows import NOTHING_SAID, is_trashed, to_ready
from threadbook.index.summaries import unpack_summary
from threadbook.index.types import Changes
from threadbook.rollout.merge import merge

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from threadbook.index.codex_state import Said
    from threadbook.index.rows import ReadyRow
    from threadbook.rollout.types import RolloutSummary

_Files = dict[Path, tuple[int, "RolloutSummary"]]
"""The files of a thread: number and summary."""


_Ready = tuple["ReadyRow", int]
"""A task's row, and the number of its active file."""


@dataclass(frozen=True, slots=True)
class Refresh:
    """One round of deriving tasks."""

    connection: sqlite3.Connection
    root: Path
    change: int
    """The number of this change; rows that differ get it."""

    def refresh(
        self,
        threads: AbstractSet[str],
        rollouts: AbstractSet[str] = frozenset(),
        ready: Mapping[str, _Ready] | None = None,
    ) -> Changes:
        """Derive the tasks of *threads*, and of all that build on *rollouts*.

        *ready* are rows of single files, for threads that are no more than that.
        What is known of tasks is asked for once for all: statements are what a new
        home's ten thousand rows would cost most.
        """
        everybody = threads | dependants(self.connection, rollouts)
        said, before = self._said(listed(everybody)), self._old(listed(everybody))
        fresh = self._alone(ready, said) if ready else {}
        rest = everybody - fresh.keys()
        for thread, files in self._files(listed(rest)).items() if rest else ():
            fresh[thread] = self._derive(
                thread, files, said.get(thread) or NOTHING_SAID
            )
        changed = {
            thread: (row, file_id)
            for thread, (row, file_id) in fresh.items()
            if before.get(thread) != (row.data, file_id)
        }
        removed = before.keys() - fresh.keys()
        self._remove(removed)
        # Ids grow with time, and a scan is newest first: written in that order, every
        # page of a new index would stay half empty.
        self._put([changed[thread] for thread in sorted(changed)])
        return Changes(
            frozenset([ThreadId(each) for each in changed]),
            frozenset([ThreadId(each) for each in removed]),
        )

    def _alone(
        self, ready: Mapping[str, _Ready], said: Mapping[str, Said]
    ) -> dict[str, _Ready]:
        """Return those rows that are true: of the only file, with nothing said."""
        rows = self.connection.execute(
            "SELECT thread_id, min(id) FROM files"
            " WHERE thread_id IN (SELECT value FROM json_each(?))"
            " GROUP BY thread_id HAVING count(*) = 1",
            (listed(ready),),
        )
        only: dict[str, int] = dict(rows.fetchall())
        return {
            thread: row
            for thread, row in ready.items()
            if only.get(thread) == row[1] and thread not in said
        }

    def _files(self, wanted: str) -> dict[str, _Files]:
        rows = self.connection.execute(
            "SELECT f.thread_id, f.id, f.path, s.summary FROM files f"
            " JOIN summaries s ON s.file_id = f.id"
            " WHERE f.thread_id IN (SELECT value FROM json_each(?)) ORDER BY f.id",
            (wanted,),
        )
        found: dict[str, _Files] = {}
        root = str(self.root)
        for thread, file_id, path, summary in rows:
            full = Path(root, os.fsdecode(path))
            files = found.setdefault(thread, {})
            files[full] = (file_id, unpack_summary(summary, full))
        for thread, files in found.items():
            if len(files) > 1:
                found[thread] = self._live(files) or files
        return found

    def _live(self, files: _Files) -> _Files:
        # An id may have been deleted and exist again: then the live files are it.
        root = str(self.root)
        return {
            path: file for path, file in files.items() if not is_trashed(root, path)
        }

    def _said(self, wanted: str) -> dict[str, Said]:
        rows = self.connection.execute(
            "SELECT thread_id, said FROM said"
            " WHERE thread_id IN (SELECT value FROM json_each(?))",
            (wanted,),
        )
        return {thread: unpack_said(said) for thread, said in rows}

    def _old(self, wanted: str) -> dict[str, tuple[bytes, int]]:
        """Return the rows as they are, with the file that each is of."""
        rows = self.connection.execute(
            "SELECT thread_id, r.data, t.active_file FROM tasks t"
            " JOIN task_rows r USING (thread_id)"
            " WHERE thread_id IN (SELECT value FROM json_each(?))",
            (wanted,),
        )
        return {thread: (data, active_file) for thread, data, active_file in rows}

    def _derive(self, thread_id: str, files: _Files, said: Said) -> _Ready:
        """Make the row of one task."""
        summaries = [summary for _, summary in files.values()]
        told = next(
            (s.path for s in summaries if is_path_of(said.rollout_path, s)), None
        )
        thread = merge(summaries, told)
        active_file, active = files[thread.active.path]
        prefix = Prefix()
        if active.meta.history_base is not None:
            prefix = read_prefix(self.connection, active_file)
        trashed = is_trashed(str(self.root), thread.active.path)
        row = derive_row(
            thread_id, thread, self._inherited(prefix), said, trashed=trashed
        )
        return to_ready(row), active_file

    def _inherited(self, prefix: Prefix) -> Inherited:
        if not prefix.segments:
            return Inherited(missing=prefix.missing)
        segments = [self._summary(each.file_id) for each in prefix.segments]
        return Inherited(
            turn_count=prefix.turn_count,
            message_count=prefix.message_count,
            root=segments[0] if prefix.turn_count and not prefix.missing else None,
            nearest=segments[-1],
            missing=prefix.missing,
        )

    def _summary(self, file_id: int) -> RolloutSummary:
        path, summary = self.connection.execute(
            "SELECT f.path, s.summary FROM files f"
            " JOIN summaries s ON s.file_id = f.id WHERE f.id = ?",
            (file_id,),
        ).fetchone()
        return unpack_summary(summary, self.root / os.fsdecode(path))

    def _put(self, changed: Sequence[_Ready]) -> None:
        self.connection.executemany(
            "INSERT OR REPLACE INTO tasks VALUES"
            " (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(*row.columns, file_id, self.change) for row, file_id in changed],
        )
        self.connection.executemany(
            "INSERT OR REPLACE INTO task_rows VALUES (?, ?)",
            [(row.columns[0], row.data) for row, _ in changed],
        )
        self.connection.executemany(
            "DELETE FROM removed WHERE thread_id = ?",
            [row.columns[:1] for row, _ in changed],
        )

    def _remove(self, threads: AbstractSet[str]) -> None:
        only = [(thread,) for thread in threads]
        self.connection.executemany("DELETE FROM tasks WHERE thread_id = ?", only)
        self.connection.executemany("DELETE FROM task_rows WHERE thread_id = ?", only)
        self.connection.executemany(
            "INSERT OR REPLACE INTO removed VALUES (?, ?)",
            [(thread, self.change) for thread in threads],
        )
