"""From what was read and said of a thread to its row; pure.

The rules: product.md section 2 (status), codex-facts.md sections 1.4, 2.11 and 11.3
(who is right about names, places and git).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from threadbook.ids import ThreadId
from threadbook.index.types import RolloutFile, State, Status, TaskRow
from threadbook.items import Problem, StopKind
from threadbook.rollout.types import Format

if TYPE_CHECKING:
    from threadbook.index.codex_state import Said
    from threadbook.items import GitInfo, RateLimits, Stop
    from threadbook.rollout.types import RolloutSummary, ThreadSummary

_STOPPED = {
    StopKind.USAGE_LIMIT: Status.LIMITED,
    StopKind.INTERRUPTED: Status.INTERRUPTED,
    StopKind.PROCESS_DIED: Status.INTERRUPTED,
}
_NOTHING_READ = {"unreadable", "emptyFile", "unknownFormat", "badArchive", "noHeader"}


@dataclass(frozen=True, slots=True)
class Inherited:
    """What the files before the active one add."""

    turn_count: int = 0
    message_count: int = 0
    root: RolloutSummary | None = None
    """The first file of the chain, where its turns count."""
    nearest: RolloutSummary | None = None
    """The file that the active one goes on from."""
    missing: str | None = None


def derive_row(
    thread_id: str,
    thread: ThreadSummary,
    inherited: Inherited,
    said: Said,
    *,
    trashed: bool = False,
) -> TaskRow:
    """Make the row of one task; *thread_id* is what the index knows it by."""
    active, meta = thread.active, thread.active.meta
    nearest = inherited.nearest or active
    turn_count = thread.turn_count + inherited.turn_count
    problems = _problems(thread, inherited)
    return TaskRow(
        thread_id=ThreadId(thread_id),
        name=_name(thread, said),
        preview=(inherited.root.preview if inherited.root else None) or thread.preview,
        state=State.TRASHED if trashed else _state(thread, said),
        status=_status(active, turn_count, problems),
        created_at=thread.created_at,
        updated_at=thread.updated_at,
        cwd=active.cwd or nearest.cwd,
        model=active.model or nearest.model,
        effort=active.effort or (None if active.model else nearest.effort),
        model_provider=meta.model_provider,
        source=meta.source,
        originator=meta.originator,
        cli_version=meta.cli_version,
        git=_git(meta.git, said),
        turn_count=turn_count,
        message_count=thread.message_count + inherited.message_count,
        token_usage=active.token_usage,
        rate_limits=_newest_limits(thread),
        forked_from_id=meta.forked_from_id,
        parent_thread_id=meta.parent_thread_id,
        is_sub_agent=meta.is_sub_agent,
        agent_nickname=meta.agent_nickname,
        last_stop=active.last_stop,
        open_turn=active.open_turn,
        rollouts=tuple(
            RolloutFile(path=str(each.path), bytes=each.bytes, format=each.format.value)
            for each in thread.rollouts
        ),
        bytes=thread.bytes,
        problems=problems,
    )


def _name(thread: ThreadSummary, said: Said) -> str | None:
    if said.is_paginated:
        # Codex's database alone counts, also when it has no name.
        return said.name
    return said.listed_name or said.title or said.name or thread.active.name or None


def _state(thread: ThreadSummary, said: Said) -> State:
    # Of a paginated thread the database knows, unless it tells of a file that is
    # not there (moved by hand): then the place of the file does.
    is_told = said.is_paginated and is_path_of(said.rollout_path, thread.active)
    archived = said.archived if is_told else thread.archived
    return State.ARCHIVED if archived else State.ACTIVE


def is_path_of(rollout_path: str | None, summary: RolloutSummary) -> bool:
    """Whether Codex means this file; it says `.jsonl` of compressed ones too."""
    return rollout_path is not None and str(summary.path) in {
        rollout_path,
        f"{rollout_path}.zst",
    }


def _git(written: GitInfo | None, said: Said) -> GitInfo | None:
    return said.git if said.is_paginated and said.git else written


def _status(
    active: RolloutSummary, turn_count: int, problems: tuple[Problem, ...]
) -> Status:
    if turn_count == 0:
        unread = active.format is Format.UNKNOWN or active.meta.thread_id is None
        faults = {problem.kind for problem in problems} & _NOTHING_READ
        return Status.DAMAGED if unread and faults else Status.EMPTY
    if active.last_stop is not None:
        return _stopped(active.last_stop)
    return Status.INTERRUPTED if active.open_turn else Status.IDLE


def _stopped(stop: Stop) -> Status:
    return _STOPPED.get(stop.kind, Status.FAILED)


def _newest_limits(thread: ThreadSummary) -> RateLimits | None:
    told = [each.rate_limits for each in thread.rollouts if each.rate_limits]
    return max(told, key=lambda limits: limits.at, default=None)


def _problems(thread: ThreadSummary, inherited: Inherited) -> tuple[Problem, ...]:
    if inherited.missing is None:
        return thread.problems
    gap = Problem(
        kind="missingBase",
        message=f"Earlier turns are in rollout {inherited.missing}, which is gone",
    )
    return (*thread.problems, gap)
