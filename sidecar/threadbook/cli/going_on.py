"""Beginnings of turns for `Drive`: a task goes on, or a fork of it does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from threadbook.cli.drive import Started
from threadbook.handlers.fork import task_fork
from threadbook.handlers.live import task_resume
from threadbook.handlers.review import task_review
from threadbook.protocol.fork import TaskForkParams
from threadbook.protocol.live import TaskResumeParams
from threadbook.protocol.review import TaskReviewParams

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from threadbook.cli.session import Session
    from threadbook.handlers.context import Context
    from threadbook.protocol.live import TaskResumeResponse

    Begin = Callable[[Context], Awaitable[Started]]


def going_on(session: Session, params: dict[str, Any]) -> Begin:
    """Return what goes on with a task, saying when that is another thread."""
    body = TaskResumeParams.model_validate(params)

    async def begin(context: Context) -> Started:
        response = await task_resume(context, body)
        session.remark(_why_another(response))
        return Started(response.thread_id, response.turn_id, response)

    return begin


def forking(session: Session, params: dict[str, Any]) -> Begin:
    """Return what forks a task at a step, saying which task runs a turn."""
    body = TaskForkParams.model_validate(params)

    async def begin(context: Context) -> Started:
        response = await task_fork(context, body)
        if response.turn_id is not None:
            session.remark(f"Forked as {response.thread_id}")
        if response.worktree is not None:
            commit, path = response.worktree.commit[:10], response.worktree.path
            session.remark(f"Checked out {commit} at {path}")
        return Started(response.thread_id, response.turn_id, response)

    return begin


def reviewing(params: dict[str, Any]) -> Begin:
    """Return what begins a review in a task of its own."""
    body = TaskReviewParams.model_validate(params)

    async def begin(context: Context) -> Started:
        response = await task_review(context, body)
        return Started(response.thread_id, response.turn_id, response)

    return begin


def _why_another(response: TaskResumeResponse) -> str | None:
    match response.how:
        case "resumed":
            return None
        case "continued":
            return (
                "Codex can't read this task any more; "
                f"it goes on as {response.thread_id}"
            )
        case "forked":
            holder = response.task.holder
            who = f"{holder.program} (pid {holder.pid})" if holder else "somebody"
            return (
                f"The task is in use by {who}; "
                f"a fork of it goes on as {response.thread_id}"
            )
