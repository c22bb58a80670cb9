"""Targets: what it takes to go on with a task, as its files and the book say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from threadbook.errors import NotPossibleError
from threadbook.index.types import State
from threadbook.lifecycle.resume import ResumeTarget
from threadbook.lifecycle.retell import history_of
from threadbook.rollout.settings import settings_of
from threadbook.rollout.thread import WHOLE_TEXT_LIMIT, read_turns
from threadbook.rollout.types import Format

if TYPE_CHECKING:
    from threadbook.handlers.context import Context
    from threadbook.index.types import TaskRow
    from threadbook.live.tasks import LiveTasks

_TURNS_WITH_SETTINGS = 3
_NAME_LENGTH = 80


def live_tasks(context: Context) -> LiveTasks:
    """Return what drives tasks here.

    Raises:
        NotPossibleError: nothing does.
    """
    if context.live is None:
        message = "Tasks can't be driven here; start threadbook serve"
        raise NotPossibleError(message)
    return context.live


def check_not_cleared(context: Context, row: TaskRow) -> None:
    """See that the user has not put the task aside for good.

    Raises:
        NotPossibleError: it was cleared.
    """
    if context.book.get(row.thread_id).cleared_at is not None:
        message = f"Task {row.thread_id} was cleared; --force goes on with it anyway"
        raise NotPossibleError(message)


def target_of(context: Context, row: TaskRow) -> ResumeTarget:
    """Return what it takes to load a task; reads its files, so it may block.

    Raises:
        NotPossibleError: it is in the trash.
        RolloutUnreadableError: a file can't be opened now.
    """
    if row.state is State.TRASHED:
        message = f"Task {row.thread_id} is in the trash; restore it first"
        raise NotPossibleError(message)
    annotation = context.book.get(row.thread_id)
    file = row.rollouts[0]
    starts_anew = is_of_2025(row)
    count = context.index.turn_count(row.thread_id)
    newest = context.index.spans(
        row.thread_id, max(1, count - _TURNS_WITH_SETTINGS + 1)
    )
    settings = settings_of(span for _, span in reversed(newest))
    return ResumeTarget(
        thread_id=row.thread_id,
        cwd=annotation.relinked_cwd or row.cwd,
        format=Format(file.format),
        archived=row.state is State.ARCHIVED,
        may_unarchive=True,
        name=row.name or annotation.name or _short(row.preview),
        history=told_until(context, row.thread_id, count) if starts_anew else (),
        rollout_path=Path(file.path),
        model=row.model,
        effort=row.effort,
        provider=row.model_provider,
        sandbox=settings.sandbox,
        approval=settings.approval,
    )


def is_of_2025(row: TaskRow) -> bool:
    """Whether Codex can't read the task any more: it goes on as a new one."""
    return Format(row.rollouts[0].format) in {Format.JSON, Format.BARE}


def told_until(
    context: Context, thread_id: str, last: int
) -> tuple[dict[str, object], ...]:
    """Return what was said and done in the first *last* steps, for a model.

    Raises:
        RolloutUnreadableError: a file can't be opened now.
    """
    if last < 1:
        return ()
    spans = context.index.spans(thread_id, 1, last)
    return history_of(read_turns(spans, text_limit=WHOLE_TEXT_LIMIT))


def _short(preview: str | None) -> str | None:
    """Make a name of what was said first: a task that begins anew has said nothing."""
    if preview is None:
        return None
    line = " ".join(preview.split())
    return line if len(line) <= _NAME_LENGTH else line[: _NAME_LENGTH - 1] + "…"
