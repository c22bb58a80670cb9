"""Hand a task over to codex itself, on the terminal."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import TYPE_CHECKING, Any

from threadbook.cli.drive import Drive
from threadbook.handlers.targets import check_not_cleared, is_of_2025, target_of
from threadbook.ids import ThreadId
from threadbook.index.types import State
from threadbook.lifecycle.holder import DAEMON
from threadbook.lifecycle.lock import holder_of
from threadbook.lifecycle.resume import Overrides, check_resumable

if TYPE_CHECKING:
    from threadbook.cli.going_on import Begin
    from threadbook.cli.session import Session
    from threadbook.handlers.context import Context
    from threadbook.index.types import TaskRow


def hand_over(
    session: Session,
    context: Context,
    row: TaskRow,
    begin: Begin,
    settings: dict[str, Any],
) -> None:
    """Become `codex resume ID`, in the task's folder.

    A task that codex can't open as it is (archived, of 2025, in use, a step of one)
    is made ready by *begin* first.

    Raises:
        TaskInUseError: another process has it open.
        NotPossibleError: it was cleared, it is in the trash, or its folder is gone.
    """
    overrides = Overrides(cwd=settings["cwd"])
    thread_id = row.thread_id
    target = target_of(context, row)
    needs_more = row.state is State.ARCHIVED or is_of_2025(row)
    if needs_more or "fromStep" in settings or settings.get("force"):
        started = asyncio.run(Drive(session, context).run(begin))
        thread_id = ThreadId(started.thread_id)
        if "fromStep" in settings:
            session.remark(f"Forked as {thread_id}")
    else:
        check_not_cleared(context, row)
        daemon = _daemon_holding(context, thread_id)
        check_resumable(context.home, target, overrides, own_server=daemon)
    folder = overrides.cwd or target.cwd
    if folder is not None:
        os.chdir(folder)
    os.environ["CODEX_HOME"] = str(context.home.root)
    program = context.codex().path
    sys.stdout.flush()
    arguments = [str(program), "resume", *_options(settings), thread_id]
    os.execv(program, arguments)  # noqa: S606 - the user's own codex


def _daemon_holding(context: Context, thread_id: ThreadId) -> int | None:
    """Return Codex's daemon if it holds the task: codex opens the task there."""
    holder = holder_of(context.home, thread_id)
    return holder.pid if holder is not None and holder.program == DAEMON else None


def _options(settings: dict[str, Any]) -> list[str]:
    options = [f"--image={path}" for path in settings["images"]]
    for name, option in (
        ("model", "--model="),
        ("effort", "--config=model_reasoning_effort="),
        ("sandbox", "--sandbox="),
        ("approval", "--ask-for-approval="),
    ):
        if settings.get(name):
            options.append(f"{option}{settings[name]}")
    return options
