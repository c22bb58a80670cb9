"""Joining: a task that Codex's daemon holds is driven there, beside its other clients.

They and we hear the same events and the same questions; whoever answers first does.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from threadbook.codex.threads import resume_thread, running_turn
from threadbook.errors import CodexRefusedError, CodexUnavailableError
from threadbook.lifecycle.lock import holder_of
from threadbook.lifecycle.resume import Overrides
from threadbook.live.settings import merged

if TYPE_CHECKING:
    from threadbook.home import CodexHome
    from threadbook.items import Holder
    from threadbook.lifecycle.resume import ResumeTarget
    from threadbook.live.server import SharedServer
    from threadbook.live.task import LiveTask


async def is_at_daemon(
    home: CodexHome, target: ResumeTarget, own: SharedServer, daemon: SharedServer
) -> bool:
    """Whether the daemon holds the task, and lets us in."""
    holder = await asyncio.to_thread(_holder_beside, home, target)
    if holder is None or holder.pid is None or holder.pid == own.pid:
        return False
    try:
        await daemon.get()
    except CodexUnavailableError:
        return False
    return daemon.pid == holder.pid


async def join(task: LiveTask, daemon: SharedServer) -> None:
    """Hear and speak to a task as a guest; its own settings stay as they are.

    Raises:
        CodexUnavailableError: the daemon is gone.
        CodexRefusedError: it has a reason against it.
    """
    task.place = daemon
    server = await daemon.get()
    thread_id = task.target.thread_id
    task.loaded = await resume_thread(server, thread_id, {})
    # What it is to be resumed with changes with our next turn, and not before.
    task.pending = merged(task.pending, task.overrides)
    task.overrides = Overrides()
    if task.loaded.status != "active":
        return
    try:
        turn_id = await running_turn(server, thread_id)
    except CodexRefusedError:
        # A daemon too old to tell: its next event does.
        return
    if turn_id is not None:
        task.begin_turn(turn_id, said_by_codex=True)
        task.status = "running"


def _holder_beside(home: CodexHome, target: ResumeTarget) -> Holder | None:
    if not home.daemon_socket.exists():
        return None
    return holder_of(home, target.thread_id)
