"""The prefix of a thread: turns that lie in other files (`history_base`).

After a revert they lie in the thread's own earlier file, after a fork in the
parent's, and that file may go on from yet another one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from threadbook.index.codec import listed

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Set as AbstractSet

_KEPT = "file_id = ? AND NOT dropped AND coalesce(start_ordinal, 0) < ?"
_ALL = 2**62
"""Above every ordinal."""


@dataclass(frozen=True, slots=True)
class Segment:
    """The turns of one file that belong to a thread: those before an ordinal."""

    file_id: int
    end_ordinal: int = _ALL
    """Exclusive."""


@dataclass(frozen=True, slots=True)
class Prefix:
    """What a thread inherits from other files."""

    segments: tuple[Segment, ...] = ()
    """Oldest first."""
    turn_count: int = 0
    message_count: int = 0
    missing: str | None = None
    """The rollout id of a file that should be there and is not."""


def read_prefix(connection: sqlite3.Connection, file_id: int) -> Prefix:
    """Follow the chain from the file that Codex would append to."""
    segments: list[Segment] = []
    seen = {file_id}
    end = _ALL
    base, base_end = _base(connection, file_id)
    missing = None
    while base is not None:
        found = _find(connection, base, seen)
        if found is None:
            missing = base
            break
        seen.add(found)
        end = min(end, _ALL if base_end is None else base_end)
        segments.append(Segment(found, end))
        base, base_end = _base(connection, found)
    counts = [_count(connection, segment) for segment in segments]
    return Prefix(
        segments=tuple(reversed(segments)),
        turn_count=sum(turns for turns, _ in counts),
        message_count=sum(messages for _, messages in counts),
        missing=missing,
    )


def dependants(
    connection: sqlite3.Connection, rollout_ids: AbstractSet[str]
) -> set[str]:
    """Return the threads whose prefix lies in one of *rollout_ids*, however far."""
    threads: set[str] = set()
    seen: set[str] = set()
    pending = set(rollout_ids)
    while pending:
        found = connection.execute(
            "SELECT thread_id, rollout_id FROM files"
            " WHERE base_rollout_id IN (SELECT value FROM json_each(?))",
            (listed(pending),),
        ).fetchall()
        threads.update([thread for thread, _ in found])
        seen |= pending
        pending = {rollout for _, rollout in found} - seen
    return threads


def count_kept(connection: sqlite3.Connection, segment: Segment) -> int:
    """Count the turns of *segment* that no rollback dropped."""
    return _count(connection, segment)[0]


def _base(
    connection: sqlite3.Connection, file_id: int
) -> tuple[str | None, int | None]:
    row = connection.execute(
        "SELECT base_rollout_id, base_end FROM files WHERE id = ?", (file_id,)
    ).fetchone()
    return row or (None, None)


def _find(
    connection: sqlite3.Connection, rollout_id: str, seen: set[int]
) -> int | None:
    # The same rollout may lie there twice, plain beside compressed: the plain one
    # is what Codex reads; its name is the shorter one.
    rows = connection.execute(
        "SELECT id FROM files WHERE rollout_id = ? ORDER BY length(path), id",
        (rollout_id,),
    )
    return next((file_id for (file_id,) in rows if file_id not in seen), None)


def _count(connection: sqlite3.Connection, segment: Segment) -> tuple[int, int]:
    return connection.execute(
        f"SELECT count(*), coalesce(sum(message_count), 0) FROM spans WHERE {_KEPT}",  # noqa: S608
        (segment.file_id, segment.end_ordinal),
    ).fetchone()
