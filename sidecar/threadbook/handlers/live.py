"""Tasks that run: `task/resume`, `task/send`, `task/steer`, ... through live/."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from threadbook.errors import NotPossibleError
from threadbook.handlers.convert_live import approval_to_wire
from threadbook.handlers.tasks import task_of
from threadbook.ids import ThreadId
from threadbook.index.types import State
from threadbook.lifecycle.resume import ResumeTarget
from threadbook.protocol import live as wire
from threadbook.rollout.types import Format

if TYPE_CHECKING:
    from threadbook.handlers.context import Context
    from threadbook.live.tasks import LiveTasks


def _live(context: Context) -> LiveTasks:
    if context.live is None:
        message = "Tasks can't be driven here; start threadbook serve"
        raise NotPossibleError(message)
    return context.live


def resume_target(context: Context, thread_id: str) -> ResumeTarget:
    """Return what it takes to load a task, as its own rollout says."""
    row = context.index.resolve(thread_id)
    annotation = context.book.get(row.thread_id)
    return ResumeTarget(
        thread_id=row.thread_id,
        cwd=annotation.relinked_cwd or row.cwd,
        format=Format(row.rollouts[0].format),
        archived=row.state is State.ARCHIVED,
        may_unarchive=True,
        name=row.name,
    )


async def task_resume(
    context: Context, params: wire.TaskResumeParams
) -> wire.TaskResumeResponse:
    """Load a task in the user's codex, and run a turn when a prompt is given.

    Raises:
        TaskInUseError: another process holds it.
        CodexUnavailableError: no codex, or one too old.
        NotPossibleError: its folder is gone, or its format can't go on.
    """
    live = _live(context)
    target = resume_target(context, params.thread_id)
    state = await live.resume(
        target,
        model=params.model,
        effort=params.effort,
        sandbox=params.sandbox,
        approval=params.approval,
        cwd=params.cwd,
    )
    turn_id = None
    if params.prompt is not None:
        turn_id = await live.send(state.thread_id, params.prompt)
    return wire.TaskResumeResponse(
        thread_id=state.thread_id,
        task=task_of(context, params.thread_id),
        turn_id=turn_id,
        model=state.model,
        effort=state.effort,
        seq=live.seq(state.thread_id),
        approvals=tuple(
            approval_to_wire(approval) for approval in live.approvals(state.thread_id)
        ),
    )


async def task_send(
    context: Context, params: wire.TaskSendParams
) -> wire.TaskSendResponse:
    """Start a turn; a task that was let go of is loaded again first."""
    turn_id = await _live(context).send(
        ThreadId(params.thread_id),
        params.text,
        images=params.images,
        model=params.model,
        effort=params.effort,
    )
    return wire.TaskSendResponse(turn_id=turn_id)


async def task_steer(
    context: Context, params: wire.TaskSteerParams
) -> wire.TaskSteerResponse:
    """Say something to the turn that is running."""
    turn_id = await _live(context).steer(ThreadId(params.thread_id), params.text)
    return wire.TaskSteerResponse(turn_id=turn_id)


async def task_interrupt(
    context: Context, params: wire.TaskInterruptParams
) -> wire.TaskInterruptResponse:
    """Stop the running turn."""
    stopped = await _live(context).interrupt(ThreadId(params.thread_id))
    return wire.TaskInterruptResponse(interrupted=stopped)


async def task_answer(
    context: Context, params: wire.TaskAnswerParams
) -> wire.TaskAnswerResponse:
    """Answer what the agent asked.

    Raises:
        ApprovalGoneError: it was answered already, or its turn ended.
    """
    await _live(context).answer(params.request_id, params.decision, params.answers)
    return wire.TaskAnswerResponse()


async def task_release(
    context: Context, params: wire.TaskReleaseParams
) -> wire.TaskReleaseResponse:
    """Let go of a task, so that another program can go on with it."""
    released = await _live(context).release(ThreadId(params.thread_id))
    return wire.TaskReleaseResponse(released=released)


async def task_follow(
    context: Context, params: wire.TaskFollowParams
) -> wire.TaskFollowResponse:
    """Send a task's events from now on, whoever drives it, and say where they stand."""
    live = _live(context)
    thread_id = context.index.resolve(params.thread_id).thread_id
    if context.follower is not None:
        await asyncio.to_thread(context.follower.follow, thread_id)
    return wire.TaskFollowResponse(
        seq=live.seq(thread_id),
        approvals=tuple(
            approval_to_wire(approval) for approval in live.approvals(thread_id)
        ),
    )


async def task_unfollow(
    context: Context, params: wire.TaskUnfollowParams
) -> wire.TaskUnfollowResponse:
    """Send no more of what other processes write into a task."""
    follower = context.follower
    unfollowed = follower is not None and follower.unfollow(ThreadId(params.thread_id))
    return wire.TaskUnfollowResponse(unfollowed=unfollowed)
