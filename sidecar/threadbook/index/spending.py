"""When tasks' tokens were used, and by which model.

Most files tell of one half hour, that of their last line, and of one model: nothing
is kept of them, as it follows from their summary.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from threadbook.index.codec import listed, pack, unpack
from threadbook.index.summaries import unpack_summary
from threadbook.rollout.spending import SLOT
from threadbook.rollout.types import Spent

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping, Sequence

    from threadbook.index.types import TaskRow
    from threadbook.items import TokenUsage
    from threadbook.rollout.types import RolloutSummary, Summarized

Entries = tuple[Spent, ...]


def pack_spent(summarized: Summarized) -> bytes | None:
    """Encode when a file's tokens were used; None: as its summary says.

    `{model: [number of a half hour, tokens, ...]}`, "" for an unknown model.
    """
    summary, spent = summarized.summary, summarized.spent
    usage, at = summary.token_usage, summary.last_at or 0
    if len(spent) == 1 and usage is not None:
        (only,) = spent
        same_time = only.at == at - at % SLOT
        if same_time and (only.model, only.tokens) == (summary.model, usage.total):
            return None
    elif not spent and not as_told(usage, at, summary.model):
        return None
    found: dict[str, list[int]] = {}
    for each in spent:
        found.setdefault(each.model or "", []).extend((each.at // SLOT, each.tokens))
    return pack(found)


def as_told(usage: TokenUsage | None, at: int | None, model: str | None) -> Entries:
    """Return what follows from a summary, or from the row of a task of one file."""
    if usage is None or usage.total <= 0:
        return ()
    return (Spent((at or 0) // SLOT * SLOT, model, usage.total),)


def read_spent(
    connection: sqlite3.Connection, root: Path, rows: Sequence[TaskRow]
) -> list[Entries]:
    """Return for each of *rows* when its tokens were used."""
    odd = _odd(connection, root)
    several = [row.thread_id for row in rows if len(row.rollouts) > 1]
    files = _of_several(connection, root, several) if several else {}
    found: list[Entries] = []
    for row in rows:
        paths = [file.path for file in row.rollouts]
        if len(paths) != 1:
            entries = _sum_of(paths, files, odd)
        elif paths[0] in odd:
            entries = odd[paths[0]]
        else:
            entries = as_told(row.token_usage, row.updated_at, row.model)
        found.append(
            tuple([Spent(e.at, e.model or row.model, e.tokens) for e in entries])
        )
    return found


def _odd(connection: sqlite3.Connection, root: Path) -> dict[str, Entries]:
    """Return what is kept, by the paths of the files."""
    rows = connection.execute(
        "SELECT f.path, s.spent FROM spent s JOIN files f ON f.id = s.file_id"
    )
    return {str(Path(root, os.fsdecode(path))): _unpack(data) for path, data in rows}


def _unpack(data: bytes) -> Entries:
    raw: dict[str, list[Any]] = unpack(data)
    return tuple(
        [
            Spent(number * SLOT, model or None, tokens)
            for model, numbers in raw.items()
            for number, tokens in zip(numbers[::2], numbers[1::2], strict=True)
        ]
    )


def _of_several(
    connection: sqlite3.Connection, root: Path, threads: Iterable[str]
) -> dict[str, RolloutSummary]:
    """Return what the files of *threads* tell, by their paths."""
    rows = connection.execute(
        "SELECT f.path, s.summary FROM files f"
        " JOIN summaries s ON s.file_id = f.id"
        " WHERE f.thread_id IN (SELECT value FROM json_each(?))",
        (listed(threads),),
    )
    paths = [(Path(root, os.fsdecode(path)), data) for path, data in rows]
    return {str(path): unpack_summary(data, path) for path, data in paths}


def _sum_of(
    paths: Sequence[str],
    files: Mapping[str, RolloutSummary],
    odd: Mapping[str, Entries],
) -> Entries:
    """Add up a task's files; one that lies there twice counts once."""
    seen: set[str] = set()
    entries: list[Spent] = []
    for path in paths:
        summary = files.get(path)
        # The rows may be older than what is asked now: a file may have moved.
        if summary is None or summary.rollout_id in seen:
            continue
        seen.add(summary.rollout_id)
        told = summary.token_usage, summary.last_at, summary.model
        entries += odd[path] if path in odd else as_told(*told)
    return tuple(entries)
