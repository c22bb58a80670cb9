"""Tasks that run: `task/resume`, `task/send`, `task/steer`, ... through live/."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Literal

from threadbook.book.annotations import NO_KIN
from threadbook.errors import TaskInUseError
from threadbook.handlers.convert_live import approval_to_wire, event_to_wire
from threadbook.handlers.fork import Wanted, fork_at, whole_steps
from threadbook.handlers.lifecycle import set_right
from threadbook.handlers.patience import find
from threadbook.handlers.targets import (
    check_not_cleared,
    is_of_2025,
    live_tasks,
    target_of,
)
from threadbook.handlers.tasks import task_of
from threadbook.ids import ThreadId
from threadbook.index.types import State
from threadbook.protocol import live as wire

if TYPE_CHECKING:
    from threadbook.handlers.context import Context
    from threadbook.index.types import TaskRow
    from threadbook.live.types import LiveState

    How = Literal["resumed", "continued", "forked"]


async def task_resume(
    context: Context, params: wire.TaskResumeParams
) -> wire.TaskResumeResponse:
    """Load a task in the user's codex, and run a turn when a prompt is given.

    Raises:
        TaskInUseError: another process holds it.
        CodexUnavailableError: no codex, or one too old.
        CodexRefusedError: a reason of Codex's own, such as a model provider that is
            not configured any more.
        NotPossibleError: it was cleared, it is in the trash, or its folder is gone.
    """
    live = live_tasks(context)
    asked = await find(context, params.thread_id)
    if not params.force:
        check_not_cleared(context, asked)
    row = _in_its_stead(context, asked)
    state, how = await _take_up(context, row, params)
    turn_id = None
    if params.prompt is not None:
        turn_id = await live.send(state.thread_id, params.prompt, params.images)
    return wire.TaskResumeResponse(
        thread_id=state.thread_id,
        how="continued" if row is not asked else how,
        task=task_of(context, asked.thread_id),
        turn_id=turn_id,
        model=state.model,
        effort=state.effort,
        seq=live.seq(state.thread_id),
        approvals=tuple(map(approval_to_wire, live.approvals(state.thread_id))),
    )


def _in_its_stead(context: Context, row: TaskRow) -> TaskRow:
    """Return the task that goes on for one that Codex can't read, if there is one."""
    if not is_of_2025(row):
        return row
    newer = context.book.kin().get(row.thread_id, NO_KIN).continued_as
    found = context.index.get(newer) if newer is not None else None
    return row if found is None or found.state is State.TRASHED else found


async def _take_up(
    context: Context, row: TaskRow, params: wire.TaskResumeParams
) -> tuple[LiveState, How]:
    row = await set_right(context, row)
    target = await asyncio.to_thread(target_of, context, row)
    try:
        state = await live_tasks(context).resume(
            target,
            model=params.model,
            effort=params.effort,
            sandbox=params.sandbox,
            approval=params.approval,
            cwd=params.cwd,
        )
    except TaskInUseError:
        # Two writers in one file would lose what one of them says.
        step = whole_steps(context, row.thread_id) if params.force else 0
        if not step:
            raise
        wanted = Wanted(model=params.model, effort=params.effort, cwd=params.cwd)
        return await fork_at(context, row, step, wanted), "forked"
    if state.continued_from is None:
        return state, "resumed"
    if context.book.kin().get(state.thread_id) is None:
        now = context.clock()
        origin = state.continued_from
        context.book.note_origin(state.thread_id, origin, "continued", now)
    return state, "continued"


async def task_send(
    context: Context, params: wire.TaskSendParams
) -> wire.TaskSendResponse:
    """Start a turn; a task that was let go of is loaded again first."""
    turn_id = await live_tasks(context).send(
        ThreadId(params.thread_id),
        params.text,
        images=params.images,
        model=params.model,
        effort=params.effort,
    )
    return wire.TaskSendResponse(turn_id=turn_id)


async def task_queue(
    context: Context, params: wire.TaskQueueParams
) -> wire.TaskQueueResponse:
    """Let Codex keep what is to be said once the running turn has ended.

    Raises:
        CodexUnavailableError: Codex is too old to keep a queue.
    """
    live = live_tasks(context)
    await live.queue(params.thread_id, params.text, params.images)
    return wire.TaskQueueResponse()


async def task_compact(
    context: Context, params: wire.TaskCompactParams
) -> wire.TaskCompactResponse:
    """Begin a turn that sums up what was said."""
    await live_tasks(context).compact(params.thread_id)
    return wire.TaskCompactResponse()


async def task_steer(
    context: Context, params: wire.TaskSteerParams
) -> wire.TaskSteerResponse:
    """Say something to the turn that is running."""
    turn_id = await live_tasks(context).steer(ThreadId(params.thread_id), params.text)
    return wire.TaskSteerResponse(turn_id=turn_id)


async def task_interrupt(
    context: Context, params: wire.TaskInterruptParams
) -> wire.TaskInterruptResponse:
    """Stop the running turn."""
    stopped = await live_tasks(context).interrupt(ThreadId(params.thread_id))
    return wire.TaskInterruptResponse(interrupted=stopped)


async def task_answer(
    context: Context, params: wire.TaskAnswerParams
) -> wire.TaskAnswerResponse:
    """Answer what the agent asked.

    Raises:
        ApprovalGoneError: it was answered already, or its turn ended.
    """
    await live_tasks(context).answer(params.request_id, params.decision, params.answers)
    return wire.TaskAnswerResponse()


async def task_release(
    context: Context, params: wire.TaskReleaseParams
) -> wire.TaskReleaseResponse:
    """Let go of a task, so that another program can go on with it."""
    released = await live_tasks(context).release(ThreadId(params.thread_id))
    return wire.TaskReleaseResponse(released=released)


async def task_follow(
    context: Context, params: wire.TaskFollowParams
) -> wire.TaskFollowResponse:
    """Send a task's events from now on, whoever drives it, and say where they stand."""
    live = live_tasks(context)
    row = await find(context, params.thread_id)
    thread_id = row.thread_id
    if context.follower is not None:
        await asyncio.to_thread(context.follower.follow, thread_id)
    live.stay(thread_id)
    after = params.after_seq
    missed = live.feed.since(thread_id, after) if after is not None else ()
    return wire.TaskFollowResponse(
        seq=live.seq(thread_id),
        approvals=tuple(map(approval_to_wire, live.approvals(thread_id))),
        missed=tuple(map(event_to_wire, missed)) if missed is not None else None,
    )


async def task_unfollow(
    context: Context, params: wire.TaskUnfollowParams
) -> wire.TaskUnfollowResponse:
    """Send no more of what other processes write into a task."""
    follower = context.follower
    unfollowed = follower is not None and follower.unfollow(ThreadId(params.thread_id))
    return wire.TaskUnfollowResponse(unfollowed=unfollowed)
