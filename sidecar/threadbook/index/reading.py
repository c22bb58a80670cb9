"""Read one rollout for the index: pure work, fit for another process.

Takes what the index knows of the file, gives what it should write; knows nothing
of SQLite. Decides between the tail and the whole: the same inode alone proves
nothing (file systems give numbers again at once), so bytes around the old offset
are compared.
"""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from threadbook.errors import RolloutUnreadableError
from threadbook.ids import parse_rollout_name
from threadbook.index.codec import column_int, column_text
from threadbook.index.rows import ready_row
from threadbook.index.spending import pack_spent
from threadbook.index.summaries import pack_summary
from threadbook.index.walk import name_time
from threadbook.items import Problem
from threadbook.rollout.summary import summarize
from threadbook.rollout.types import (
    Format,
    Meta,
    RolloutSummary,
    Summarized,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from threadbook.index.known import Known
    from threadbook.index.rows import ReadyRow
    from threadbook.index.walk import FileStat
    from threadbook.rollout.types import (
        TurnSpan,
    )

_SAMPLE = 256
"""Bytes compared at the head and before the offset."""
_SMALL = 64 << 10
"""Up to so many bytes a file is read whole again: keeping a checkpoint for each of
the many small ones would make the index larger than reading on makes it faster."""


class Job(NamedTuple):
    """One file to read. A tuple, as what goes to helpers and back by the thousand."""

    path: str
    """Below the home."""
    stat: FileStat
    """Taken before reading, so that what comes later is seen as growth."""
    known: Known | None


class Reading(NamedTuple):
    """What one file says, ready to be written."""

    path: str
    stat: FileStat
    known_version: int | None
    """The version of the row that this goes on from."""
    thread_id: str
    rollout_id: str
    base: tuple[str, int] | None
    summary: bytes
    first_span: int
    spans: tuple[tuple[object, ...], ...]
    """Columns of `spans` from `start` on."""
    offset: int
    fingerprint: bytes | None
    checkpoint: bytes | None
    spent: bytes | None
    """When its tokens were used, unless the summary says it."""
    row: ReadyRow | None
    """The task's row, should the thread be this file alone."""


def bytes_to_read(job: Job) -> int:
    """Estimate the work that a job is."""
    return max(0, job.stat.size - (job.known.offset if job.known else 0))


def read_files(root: str, jobs: Sequence[Job]) -> list[Reading]:
    """Read all of *jobs* that are still there."""
    readings = [read_file(root, job) for job in jobs]
    return [reading for reading in readings if reading is not None]


def read_file(root: str, job: Job) -> Reading | None:
    """Read one file, only its tail when it merely grew; None if it is gone.

    Never raises: a file that can't be read, for whatever reason, is a task with a
    problem, and costs no other file its row.
    """
    path = Path(root, job.path)
    try:
        return _read(root, path, job)
    except (RolloutUnreadableError, OSError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
    except Exception as error:  # noqa: BLE001
        # A fault of ours, most likely. The scan has other files to read, and would
        # stumble here again each time: rather one damaged row than half a list.
        reason = f"Threadbook failed to read it ({type(error).__name__})"
    if not os.path.lexists(path):
        return None
    # Without a checkpoint, the next change of the file reads it whole.
    unread = _unreadable(path, job.stat, reason)
    return _to_reading(root, job, unread, (None, None))


def _read(root: str, path: Path, job: Job) -> Reading:
    summarized = summarize(
        path, _usable_checkpoint(path, job), checkpoint_from=_SMALL + 1
    )
    checkpoint = summarized.checkpoint or None
    fingerprint = _fingerprint(path, summarized.offset) if checkpoint else None
    return _to_reading(root, job, summarized, (checkpoint, fingerprint))


def _usable_checkpoint(path: Path, job: Job) -> bytes | None:
    known = job.known
    if known is None or known.fingerprint is None or path.suffix != ".jsonl":
        return None
    # The same size with another mtime is no growth: something rewrote it.
    grew = known.stat.inode == job.stat.inode and job.stat.size > known.stat.size
    if not grew or known.fingerprint != _fingerprint(path, known.offset):
        return None
    return known.checkpoint


def _fingerprint(path: Path, offset: int) -> bytes | None:
    if path.suffix != ".jsonl":
        return None
    with path.open("rb", buffering=0) as file:
        head = file.read(min(_SAMPLE, offset))
        file.seek(max(0, offset - _SAMPLE))
        tail = file.read(min(_SAMPLE, offset))
    return hashlib.blake2b(head + tail, digest_size=8).digest()


def _to_reading(
    root: str,
    job: Job,
    summarized: Summarized,
    to_go_on: tuple[bytes | None, bytes | None],
) -> Reading:
    summary = summarized.summary
    base = summary.meta.history_base
    thread_id = column_text(summary.meta.thread_id or summary.name_thread_id)
    checkpoint, fingerprint = to_go_on
    return Reading(
        path=job.path,
        stat=job.stat,
        known_version=job.known.version if job.known else None,
        thread_id=thread_id,
        rollout_id=summary.rollout_id,
        base=(column_text(base.rollout_id), base.end_ordinal) if base else None,
        summary=pack_summary(summary),
        first_span=summarized.first_span,
        spans=tuple([_span_columns(span) for span in summarized.spans]),
        offset=summarized.offset,
        fingerprint=fingerprint,
        checkpoint=checkpoint,
        spent=pack_spent(summarized),
        row=ready_row(root, thread_id, summary),
    )


def _span_columns(span: TurnSpan) -> tuple[object, ...]:
    ordinal, started = span.start_ordinal, span.started_at
    return (
        span.start,
        span.end,
        column_text(span.turn_id),
        None if ordinal is None else column_int(ordinal),
        None if started is None else column_int(started),
        span.status.value,
        column_text(span.preview),
        span.message_count,
        span.dropped,
    )


def _unreadable(path: Path, status: FileStat, reason: str) -> Summarized:
    """Stand in for a file that can't be read: a row with a problem, no hole."""
    name = parse_rollout_name(path.name)
    assert name is not None, "the walk yields rollouts only"  # noqa: S101
    at = _time_of_name(path.name) or status.mtime_ns // 1_000_000
    summary = RolloutSummary(
        path=path,
        name_thread_id=name.thread_id,
        rollout_id=name.rollout_id,
        format=Format.UNKNOWN,
        compressed=name.suffix == ".jsonl.zst",
        bytes=status.size,
        meta=Meta(thread_id=None, created_at=at),
        preview=None,
        name=None,
        model=None,
        effort=None,
        cwd=None,
        turn_count=0,
        message_count=0,
        token_usage=None,
        rate_limits=None,
        last_at=at,
        open_turn=False,
        last_stop=None,
        problems=(Problem(kind="unreadable", message=reason),),
    )
    return Summarized(summary=summary, spans=(), first_span=0, checkpoint=b"", offset=0)


def _time_of_name(name: str) -> int | None:
    text = name_time(name)
    layout = "%Y-%m-%dT%H-%M-%S" if "T" in text else "%Y-%m-%d"
    try:
        return int(time.mktime(time.strptime(text, layout))) * 1000
    except (ValueError, OverflowError):
        return None
