"""From rows of files to the row of their task: derive anew what changed.

Runs inside the transaction that wrote the files (`writer.py`).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from threadbook.home import CodexHome
from threadbook.ids import ThreadId
from threadbook.index.chain import Prefix, dependants, read_prefix
from threadbook.index.codec import column_int, column_text, listed
from threadbook.index.codex_state import Said, unpack_said
from threadbook.index.derive import Inherited, derive_row, is_path_of
from threadbook.index.folders import folder_key
from threadbook.index.summaries import pack_row, unpack_summary
from threadbook.index.types import Changes
from threadbook.rollout.merge import merge

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from threadbook.index.types import TaskRow
    from threadbook.rollout.types import RolloutSummary

_TITLE_LENGTH = 100
_NOTHING_SAID = Said()


_Files = dict[Path, tuple[int, "RolloutSummary"]]
"""The files of a thread: number and summary."""


@dataclass(frozen=True, slots=True)
class _Derived:
    """A task's row, ready to be written."""

    row: TaskRow
    active_file: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Refresh:
    """One round of deriving tasks."""

    connection: sqlite3.Connection
    root: Path
    change: int
    """The number of this change; rows that differ get it."""

    def refresh(
        self, threads: AbstractSet[str], rollouts: AbstractSet[str] = frozenset()
    ) -> Changes:
        """Derive the tasks of *threads*, and of all that build on *rollouts*.

        What is known of them is asked for once for all: statements are what a new
        home's ten thousand rows would cost most.
        """
        wanted = listed(threads | dependants(self.connection, rollouts))
        files, said, before = self._files(wanted), self._said(wanted), self._old(wanted)
        changed: list[_Derived] = []
        for thread, its in files.items():
            derived = self._derive(thread, its, said.get(thread) or _NOTHING_SAID)
            if before.get(thread) != (derived.data, derived.active_file):
                changed.append(derived)
        # Ids grow with time, and a scan is newest first: written in that order, every
        # page of a new index would stay half empty.
        changed.sort(key=lambda each: each.row.thread_id)
        removed = before.keys() - files.keys()
        self._remove(removed)
        self._put(changed)
        return Changes(
            frozenset([each.row.thread_id for each in changed]),
            frozenset([ThreadId(each) for each in removed]),
        )

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
        return {path: file for path, file in files.items() if not self._trashed(path)}

    def _trashed(self, path: Path) -> bool:
        return str(path).startswith(_trash_of(self.root))

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

    def _derive(self, thread_id: str, files: _Files, said: Said) -> _Derived:
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
        trashed = self._trashed(thread.active.path)
        row = derive_row(
            thread_id, thread, self._inherited(prefix), said, trashed=trashed
        )
        return _Derived(row, active_file, pack_row(row))

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

    def _put(self, changed: Sequence[_Derived]) -> None:
        self.connection.executemany(
            "INSERT OR REPLACE INTO tasks VALUES"
            " (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                _task_columns(each.row, each.active_file, self.change)
                for each in changed
            ],
        )
        self.connection.executemany(
            "INSERT OR REPLACE INTO task_rows VALUES (?, ?)",
            [(each.row.thread_id, each.data) for each in changed],
        )
        self.connection.executemany(
            "DELETE FROM removed WHERE thread_id = ?",
            [(each.row.thread_id,) for each in changed],
        )

    def _remove(self, threads: AbstractSet[str]) -> None:
        only = [(thread,) for thread in threads]
        self.connection.executemany("DELETE FROM tasks WHERE thread_id = ?", only)
        self.connection.executemany("DELETE FROM task_rows WHERE thread_id = ?", only)
        self.connection.executemany(
            "INSERT OR REPLACE INTO removed VALUES (?, ?)",
            [(thread, self.change) for thread in threads],
        )


@cache
def _trash_of(root: Path) -> str:
    return f"{CodexHome(root).trash}{os.sep}"


def _task_columns(row: TaskRow, active_file: int, change: int) -> tuple[object, ...]:
    return (
        row.thread_id,
        row.state.value,
        column_int(row.updated_at),
        column_int(row.created_at),
        row.bytes,
        column_text(row.display_name[:_TITLE_LENGTH].casefold()),
        row.is_sub_agent,
        row.status.value,
        None if row.cwd is None else column_text(folder_key(row.cwd)),
        _optional(row.name),
        _optional(row.model),
        _optional(row.model_provider),
        _optional(row.source),
        _optional(row.git.branch if row.git else None),
        row.parent_thread_id,
        column_int(row.rate_limits.at) if row.rate_limits else None,
        active_file,
        change,
    )


def _optional(text: str | None) -> str | None:
    return None if text is None else column_text(text)
