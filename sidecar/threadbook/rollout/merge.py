"""All files of one thread, as one.

A thread has several files after a revert, after it was archived twice, or while it
is being compressed; the one that Codex would append to is the active one, and its
figures are the thread's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from threadbook.items import Problem
from threadbook.rollout.fields import time_of
from threadbook.rollout.types import ThreadSummary

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from threadbook.ids import RolloutId, ThreadId
    from threadbook.rollout.types import RolloutSummary

_STAMP = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d)-(\d\d)-(\d\d))?")


def thread_id_of(rollout: RolloutSummary) -> ThreadId:
    """Return the thread that a rollout belongs to: its header's, else its name's."""
    return rollout.meta.thread_id or rollout.name_thread_id


def merge(
    rollouts: Sequence[RolloutSummary], active_path: Path | None = None
) -> ThreadSummary:
    """Merge the files of one thread (at least one).

    *active_path* is the file that Codex's own database names; it counts when it is
    among them. Turns and messages are those of the active file alone: a prefix in
    another file (`base`) is for the caller to add.
    """
    # Most threads have one file, which needs no rank.
    ordered = (
        sorted(rollouts, key=_rank, reverse=True)
        if len(rollouts) > 1
        else list(rollouts)
    )
    active = next((r for r in ordered if r.path == active_path), ordered[0])
    ordered.remove(active)
    everything = (active, *ordered)
    created = active.meta.created_at or name_time(active.path) or active.last_at or 0
    return ThreadSummary(
        thread_id=thread_id_of(active),
        active=active,
        rollouts=everything,
        archived=_is_archived(active.path),
        created_at=created,
        updated_at=active.last_at or created,
        preview=active.preview or _first_preview(everything),
        turn_count=active.turn_count,
        message_count=active.message_count,
        bytes=sum(rollout.bytes for rollout in everything),
        problems=_problems(everything),
        base=_base(everything),
    )


def name_time(path: Path) -> int | None:
    """Return the time in a rollout's name, as Codex reads it: as if it were UTC."""
    match = _STAMP.search(path.name)
    if match is None:
        return None
    year, month, day, hour, minute, second = match.groups("00")
    return time_of(f"{year}-{month}-{day}T{hour}:{minute}:{second}Z")


def _rank(rollout: RolloutSummary) -> tuple[int, str, bool, bool]:
    """Order files by age; of two with the same name prefer the plain, unarchived."""
    return (
        name_time(rollout.path) or 0,
        rollout.rollout_id,
        not rollout.compressed,
        not _is_archived(rollout.path),
    )


def _is_archived(path: Path) -> bool:
    return path.parent.name == "archived_sessions"


def _first_preview(rollouts: Sequence[RolloutSummary]) -> str | None:
    """Return the oldest file's preview: after a revert the newest may have none."""
    return next((r.preview for r in reversed(rollouts) if r.preview), None)


def _problems(rollouts: Sequence[RolloutSummary]) -> tuple[Problem, ...]:
    active, *others = rollouts
    found = list(active.problems)
    for rollout in others:
        found += [
            Problem(p.kind, f"{rollout.path.name}: {p.message}", p.line)
            for p in rollout.problems
        ]
    return tuple(found)


def _base(rollouts: Sequence[RolloutSummary]) -> tuple[tuple[RolloutId, int], ...]:
    """Follow the prefixes as far as this thread's own files tell of them."""
    by_id = {rollout.rollout_id: rollout for rollout in reversed(rollouts)}
    chain: list[tuple[RolloutId, int]] = []
    seen = {rollouts[0].rollout_id}
    base = rollouts[0].meta.history_base
    end = base.end_ordinal if base else 0
    while base is not None:
        # A prefix of a prefix ends no later than what includes it.
        end = min(end, base.end_ordinal)
        chain.append((base.rollout_id, end))
        next_file = by_id.get(base.rollout_id)
        if next_file is None or base.rollout_id in seen:
            break
        seen.add(base.rollout_id)
        base = next_file.meta.history_base
    return tuple(chain)
