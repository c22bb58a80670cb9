"""Domain to wire, by hand: tasks, as the plain values of their JSON.

Not as models: ten thousand rows of a list are made in the time in which pydantic is
imported. A test holds them equal to `protocol.task.Task`, field by field.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from threadbook.index.types import Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from threadbook.book.annotations import Annotation, Kin
    from threadbook.index.types import TaskRow
    from threadbook.items import GitInfo, Holder, Stop, TokenUsage

PlainTask = dict[str, Any]
"""A `protocol.task.Task` as JSON values."""

DIED: Final = {
    "kind": "processDied",
    "message": None,
    "resetsAt": None,
    "windowMinutes": None,
}
"""Why a task stopped in whose file nothing says so."""


@dataclass(frozen=True, slots=True)
class Folder:
    """Where a task works."""

    path: str
    name: str
    """The last part of the path."""
    exists: bool


@dataclass(frozen=True, slots=True)
class Moment:
    """What is true of a task just now, and nowhere written."""

    holder: Holder | None
    held_here: bool
    """By this very process: to who asks it is not in use."""
    waits: bool
    """A question of the agent's is open."""
    folder: Folder | None
    in_view: bool = False
    """Who asks shows it just now."""


def plain_task(
    row: TaskRow, annotation: Annotation, kin: Kin, moment: Moment
) -> PlainTask:
    """Join what the file says, what the user added, and who holds the thread."""
    holder = moment.holder
    folder = moment.folder
    name = row.name or annotation.name
    seen = annotation.seen_at
    return {
        "threadId": row.thread_id,
        "name": name,
        "preview": row.preview,
        "displayName": name or row.display_name,
        "state": row.state.value,
        "status": _status(row, holder, waits=moment.waits),
        "createdAt": row.created_at,
        "updatedAt": row.updated_at,
        "cwd": folder.path if folder else None,
        "workspaceName": folder.name if folder else None,
        "cwdExists": folder is not None and folder.exists,
        "model": row.model,
        "effort": row.effort,
        "modelProvider": row.model_provider,
        "source": row.source,
        "originator": row.originator,
        "cliVersion": row.cli_version,
        "git": _git(row.git),
        "turnCount": row.turn_count,
        "messageCount": row.message_count,
        "tokenUsage": _usage(row.token_usage),
        "forkedFromId": row.forked_from_id or kin.forked_from,
        "continuedFromId": kin.continued_from,
        "continuedAsId": kin.continued_as,
        "parentThreadId": row.parent_thread_id,
        "isSubAgent": row.is_sub_agent,
        "agentNickname": row.agent_nickname,
        "pinned": annotation.pinned,
        "tags": annotation.tags,
        "note": annotation.note,
        "unread": (
            seen is not None
            and row.updated_at > seen
            and not moment.in_view
            and (moment.waits or not row.open_turn)
        ),
        "cleared": annotation.cleared_at is not None,
        "holder": None if moment.held_here else _holder(holder),
        "lastStop": _last_stop(row, holder),
        "scheduledResumeAt": annotation.scheduled_resume_at,
        "rollouts": [
            {"path": file.path, "bytes": file.bytes, "format": file.format}
            for file in row.rollouts
        ],
        "bytes": row.bytes,
        "problems": [
            {"kind": each.kind, "line": each.line, "message": each.message}
            for each in row.problems
        ],
    }


def _status(row: TaskRow, holder: Holder | None, *, waits: bool) -> str:
    if waits:
        return "waiting"
    if holder is not None and row.open_turn:
        return "running"
    return row.status.value


def _last_stop(row: TaskRow, holder: Holder | None) -> Mapping[str, Any] | None:
    if row.last_stop is not None:
        return _stop(row.last_stop)
    if row.open_turn and holder is None and row.status is Status.INTERRUPTED:
        return DIED
    return None


def _stop(stop: Stop) -> Mapping[str, Any]:
    return {
        "kind": stop.kind.value,
        "message": stop.message,
        "resetsAt": stop.resets_at,
        "windowMinutes": stop.window_minutes,
    }


def _git(git: GitInfo | None) -> Mapping[str, Any] | None:
    if git is None:
        return None
    return {
        "branch": git.branch,
        "commit": git.commit,
        "repositoryUrl": git.repository_url,
    }


def _usage(usage: TokenUsage | None) -> Mapping[str, Any] | None:
    if usage is None:
        return None
    return {
        "input": usage.input,
        "cachedInput": usage.cached_input,
        "output": usage.output,
        "reasoning": usage.reasoning,
        "total": usage.total,
        "contextWindow": usage.context_window,
        "contextUsed": usage.context_used,
    }


def _holder(holder: Holder | None) -> Mapping[str, Any] | None:
    if holder is None:
        return None
    return {
        "pid": holder.pid,
        "program": holder.program,
        "host": holder.host,
        "since": holder.since,
        "terminal": holder.terminal,
    }
