"""The row of a task as the tables have it; pure, fit for another process.

Most tasks are one file, of which Codex says nothing elsewhere: their row follows from
that file alone, and whoever reads it makes the row as well (`ready_row`). All others
are derived by who writes (`refresh.py`).
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from threadbook.home import CodexHome
from threadbook.index.codec import column_int, column_text
from threadbook.index.codex_state import Said
from threadbook.index.derive import Inherited, derive_row
from threadbook.index.folders import folder_key
from threadbook.index.summaries import pack_row
from threadbook.rollout.merge import merge

if TYPE_CHECKING:
    from threadbook.index.types import TaskRow
    from threadbook.rollout.types import RolloutSummary

NOTHING_SAID = Said()
_NOTHING_INHERITED = Inherited()
_TITLE_LENGTH = 100


class ReadyRow(NamedTuple):
    """A task's row, ready to be written."""

    columns: tuple[object, ...]
    """Of `tasks`, but for the active file and the number of the change."""
    data: bytes
    """Of `task_rows`."""


def ready_row(root: str, thread_id: str, summary: RolloutSummary) -> ReadyRow | None:
    """Make the row of a task that is *summary* alone; None: others may add to it.

    Good as long as the thread has no other file and nothing is said of it.
    """
    if summary.meta.history_base is not None:
        return None
    row = derive_row(
        thread_id,
        merge([summary]),
        _NOTHING_INHERITED,
        NOTHING_SAID,
        trashed=is_trashed(root, summary.path),
    )
    return to_ready(row)


def to_ready(row: TaskRow) -> ReadyRow:
    """Encode a row."""
    return ReadyRow(_columns(row), pack_row(row))


def is_trashed(root: str, path: Path) -> bool:
    """Say whether a file lies in our trash."""
    return str(path).startswith(_trash_of(root))


@cache
def _trash_of(root: str) -> str:
    return f"{CodexHome(Path(root)).trash}{os.sep}"


def _columns(row: TaskRow) -> tuple[object, ...]:
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
        row.forked_from_id,
        column_int(row.rate_limits.at) if row.rate_limits else None,
    )


def _optional(text: str | None) -> str | None:
    return None if text is None else column_text(text)
