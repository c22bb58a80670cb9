"""Reviews of code: `task/review`."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from threadbook.codex.reviews import ReviewTarget
from threadbook.errors import NotPossibleError
from threadbook.handlers.targets import live_tasks
from threadbook.lifecycle.repository import commit_named
from threadbook.protocol.review import TaskReviewResponse

if TYPE_CHECKING:
    from threadbook.handlers.context import Context
    from threadbook.protocol.review import TaskReviewParams


async def task_review(context: Context, params: TaskReviewParams) -> TaskReviewResponse:
    """Begin a new task in a folder, and a review as its first turn.

    Raises:
        NotPossibleError: there is no such folder, branch, commit or file.
        CodexUnavailableError: no codex, or one too old.
        CodexRefusedError: Codex has a reason against it.
    """
    live = live_tasks(context)
    if not await asyncio.to_thread(Path(params.cwd).is_dir):
        message = f"There is no folder {params.cwd}"
        raise NotPossibleError(message)
    await asyncio.to_thread(_check_names, Path(params.cwd), params)
    target = ReviewTarget(
        uncommitted=params.uncommitted,
        base=params.base,
        commit=params.commit,
        files=params.files,
        instructions=params.instructions,
        style=params.style,
    )
    state = await live.begin(params.cwd, model=params.model, effort=params.effort)
    turn_id = await live.review(state.thread_id, target)
    return TaskReviewResponse(
        thread_id=state.thread_id,
        turn_id=turn_id,
        model=state.model,
        effort=state.effort,
        seq=live.seq(state.thread_id),
    )


def _check_names(cwd: Path, params: TaskReviewParams) -> None:
    """See that what is named is there: Codex would have the model guess.

    Raises:
        NotPossibleError: it is not.
    """
    for kind, name in (("branch", params.base), ("commit", params.commit)):
        if name is not None and not commit_named(cwd, name, f"origin/{name}"):
            message = f"There is no {kind} {name} in the repository of {cwd}"
            raise NotPossibleError(message)
    for file in params.files:
        if not (cwd / file).exists():
            message = f"There is no file {file} in {cwd}"
            raise NotPossibleError(message)
