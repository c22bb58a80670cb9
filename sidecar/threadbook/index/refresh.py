"""From rows of files to the row of their task: derive anew what changed.

Runs inside the transaction that wrote the files (`writer.py`).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from threadbook.home import CodexHome
from threadbook.ids import ThreadId
from threadbook.index.chain import Prefix, dependants, read_prefix
from threadbook.index.codec import column_int, column_text
from threadbook.index.codex_state import Said, unpack_said
from threadbook.index.derive import Inherited, derive_row, is_path_of
from threadbook.index.folders import folder_key
from threadbook.index.summaries import pack_row, unpack_summary
from threadbook.index.types import Changes
from threadbook.rollout.merge import merge

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from threadbook.index.types import TaskRow
    from threadbook.rollout.types import RolloutSummary

_TITLE_LENGTH = 100


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
        """Derive the tasks of *threads*, and of all that build on *rollouts*."""
        changed: set[ThreadId] = set()
        removed: set[ThreadId] = set()
        for thread in threads | dependants(self.connection, rollouts):
            files = self._files(thread)
            if not files:
                if self._remove_task(thread):
                    removed.add(ThreadId(thread))
            elif self._refresh_task(thread, files):
                changed.add(ThreadId(thread))
        return Changes(frozenset(changed), frozenset(removed))

    def _files(self, thread: str) -> dict[Path, tuple[int, RolloutSummary]]:
        rows = self.connection.execute(
            "SELECT f.id, f.path, s.summary FROM files f"
            " JOIN summaries s ON s.file_id = f.id WHERE f.thread_id = ?",
            (thread,),
        )
        files: dict[Path, tuple[int, RolloutSummary]] = {}
        for file_id, path, summary in rows:
            full = self.root / os.fsdecode(path)
            files[full] = (file_id, unpack_summary(summary, full))
        # An id may have been deleted and exist again: then the live files are it.
        live = {path: file for path, file in files.items() if not self._trashed(path)}
        return live or files

    def _trashed(self, path: Path) -> bool:
        return str(path).startswith(_trash_of(self.root))

    def _remove_task(self, thread: str) -> bool:
        deleted = self.connection.execute(
            "DELETE FROM tasks WHERE thread_id = ?", (thread,)
        ).rowcount
        if not deleted:
            return False
        self.connection.execute("DELETE FROM task_rows WHERE thread_id = ?", (thread,))
        self.connection.execute(
            "INSERT OR REPLACE INTO removed VALUES (?, ?)", (thread, self.change)
        )
        return True

    def _refresh_task(
        self, thread_id: str, files: dict[Path, tuple[int, RolloutSummary]]
    ) -> bool:
        """Write the row of one task; False if it is what it was."""
        said = self._said(thread_id)
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
        return self._put_task(row, active_file)

    def _said(self, thread: str) -> Said:
        row = self.connection.execute(
            "SELECT said FROM said WHERE thread_id = ?", (thread,)
        ).fetchone()
        return unpack_said(row[0]) if row else Said()

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

    def _put_task(self, row: TaskRow, active_file: int) -> bool:
        data = pack_row(row)
        old = self.connection.execute(
            "SELECT r.data, t.active_file FROM task_rows r"
            " JOIN tasks t USING (thread_id) WHERE thread_id = ?",
            (row.thread_id,),
        ).fetchone()
        if old == (data, active_file):
            return False
        self.connection.execute(
            "INSERT OR REPLACE INTO tasks VALUES"
            " (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            _task_columns(row, active_file, self.change),
        )
        self.connection.execute(
            "INSERT OR REPLACE INTO task_rows VALUES (?, ?)", (row.thread_id, data)
        )
        self.connection.execute(
            "DELETE FROM removed WHERE thread_id = ?", (row.thread_id,)
        )
        return True


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
