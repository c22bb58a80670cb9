"""Holding: load tasks in the app-server when they are needed, and let them go after.

A task is loaded only around its turns: while it is, nobody else can go on with it.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

from threadbook.codex.threads import start_thread, unsubscribe
from threadbook.codex.version import Feature
from threadbook.errors import CodexRefusedError, CodexUnavailableError
from threadbook.lifecycle.fork import check_forkable, fork_task
from threadbook.lifecycle.own_lock import drop_own_locks
from threadbook.lifecycle.resume import (
    ResumeTarget,
    check_resumable,
    load_thread,
    must_start_anew,
    settings_of,
)
from threadbook.live.joining import is_at_daemon, join
from threadbook.live.task import LiveTask
from threadbook.rollout.types import Format

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from threadbook.codex.client import AppServer
    from threadbook.codex.threads import LoadedThread
    from threadbook.home import CodexHome
    from threadbook.lifecycle.fork import ForkPoint
    from threadbook.lifecycle.resume import Overrides
    from threadbook.live.hearing import Hearing
    from threadbook.live.server import SharedServer

_QUEUE_SECONDS = 5.0
"""How long after a turn Codex may take to begin with what is queued."""


class Holding:
    """Which tasks we hold, and when we let go of them and of the server."""

    def __init__(
        self,
        home: CodexHome,
        server: SharedServer,
        daemon: SharedServer,
        hearing: Hearing,
        *,
        idle_seconds: float,
        server_idle_seconds: float,
    ) -> None:
        """Take who knows the tasks; one that goes on as a new thread moves there."""
        self._home = home
        self._server = server
        self._daemon = daemon
        self._tasks = hearing.tasks
        self._held = hearing.held
        self._idle_seconds = idle_seconds
        self._server_idle_seconds = server_idle_seconds
        self._server_timer: asyncio.TimerHandle | None = None
        self._work: set[asyncio.Task[None]] = set()

    async def load(self, task: LiveTask) -> AppServer:
        """Make sure that the task is loaded; its lock must be held.

        Raises:
            TaskError: what check_resumable, load_thread and the server's start raise.
        """
        self._cancel_server_timer()
        server = task.place.running
        if server is not None and task.loaded is not None:
            return server
        if await is_at_daemon(self._home, task.target, self._server, self._daemon):
            await join(task, self._daemon)
            return await self._daemon.get()
        task.place = self._server
        await asyncio.to_thread(
            check_resumable,
            self._home,
            task.target,
            task.overrides,
            own_server=self._server.pid,
        )
        if must_start_anew(task.target):
            await self._start_anew(task)
        else:
            await self._load_same(task)
        self._held()
        return await self._server.get()

    async def fork(
        self, target: ResumeTarget, point: ForkPoint, overrides: Overrides
    ) -> LiveTask:
        """Make a new thread of the first turns of *target*, loaded and known.

        Raises:
            TaskError: what check_forkable, fork_task and the server's start raise.
        """
        self._cancel_server_timer()
        await asyncio.to_thread(check_forkable, target, overrides)
        server = await self._server.get(Feature.FORK)
        loaded = await fork_task(server, target, point, overrides)
        new = _as_new(server, target, loaded)
        task = LiveTask(new, self._server, overrides, loaded=loaded)
        self._tasks[loaded.thread_id] = task
        self._held()
        return task

    async def begin(self, overrides: Overrides) -> LiveTask:
        """Make a new thread of which nothing is on disk before its first turn.

        Raises:
            TaskError: what the server and its start raise.
        """
        self._cancel_server_timer()
        server = await self._server.get()
        loaded = await start_thread(server, settings_of(overrides))
        empty = ResumeTarget(thread_id=loaded.thread_id, cwd=loaded.cwd)
        new = _as_new(server, empty, loaded)
        task = LiveTask(new, self._server, overrides, loaded=loaded)
        self._tasks[loaded.thread_id] = task
        self._held()
        return task

    def settle(self, task: LiveTask) -> None:
        """Let go of the task a little later, unless it is busy by then."""
        if task.turn_id is not None or task.loaded is None:
            self._settle_server()
            return
        if not task.place.is_ours and not task.leaving:
            # A guest keeps nobody from anything.
            return
        if task.idle_timer is not None:
            task.idle_timer.cancel()
        delay = 0.0 if task.leaving else self._idle_seconds
        if task.queued:
            delay = max(delay, _QUEUE_SECONDS)
        loop = asyncio.get_running_loop()
        task.idle_timer = loop.call_later(delay, self._go, task)

    async def unload(self, task: LiveTask) -> None:
        """Let go of the task, unless a turn runs."""
        async with task.lock:
            server = task.place.running
            is_busy = task.turn_id is not None and task.place.is_ours
            if is_busy or task.loaded is None or server is None:
                return
            task.loaded = None
            # Refused by Codex before 0.110, which takes no lock, either.
            with contextlib.suppress(CodexRefusedError, CodexUnavailableError):
                await unsubscribe(server, task.target.thread_id)
        self._held()
        self._settle_server()

    async def close(self) -> None:
        """Let no timer fire any more, and end the server."""
        for task in self._tasks.values():
            task.stay()
        self._cancel_server_timer()
        for work in self._work:
            work.cancel()
        await asyncio.gather(*self._work, return_exceptions=True)
        await self._daemon.close()
        await self._end_server()

    async def _load_same(self, task: LiveTask) -> None:
        server = await self._server.get()
        loaded = await load_thread(server, self._home, task.target, task.overrides)
        task.loaded = loaded
        # Codex before 0.110 counts turns anew in each server.
        task.ended_turn = None
        task.target = replace(task.target, archived=False, cwd=loaded.cwd)

    async def _start_anew(self, task: LiveTask) -> None:
        server = await self._server.get(Feature.INJECT)
        loaded = await load_thread(server, self._home, task.target, task.overrides)
        task.continued_from = task.target.thread_id
        task.target = _as_new(server, task.target, loaded)
        task.loaded = loaded
        del self._tasks[task.continued_from]
        self._tasks[loaded.thread_id] = task

    def _go(self, task: LiveTask) -> None:
        task.idle_timer = None
        self._begin(self.unload(task))

    def _settle_server(self) -> None:
        """End the server a while after it holds no task any more."""
        self._cancel_server_timer()
        if self._daemon.running is not None and not self._is_needed(self._daemon):
            self._begin(self._daemon.close())
        server = self._server.running
        if server is None or self._is_needed(self._server):
            return
        # One that can't unload a thread keeps its lock until it ends.
        can_wait = server.binary.can(Feature.UNLOAD)
        delay = self._server_idle_seconds if can_wait else 0.0
        loop = asyncio.get_running_loop()
        self._server_timer = loop.call_later(delay, self._end_idle_server)

    def _end_idle_server(self) -> None:
        self._server_timer = None
        if not self._is_needed(self._server):
            self._begin(self._end_server())

    async def _end_server(self) -> None:
        await self._server.close()
        # For other hosts: they can't see that it is gone.
        await asyncio.to_thread(drop_own_locks, self._home)

    def _is_needed(self, place: SharedServer) -> bool:
        return any(
            (one.loaded and one.place is place) or one.lock.locked()
            for one in self._tasks.values()
        )

    def _cancel_server_timer(self) -> None:
        if self._server_timer is not None:
            self._server_timer.cancel()
            self._server_timer = None

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._work.add(task)
        task.add_done_callback(self._work.discard)


def _as_new(
    server: AppServer, target: ResumeTarget, loaded: LoadedThread
) -> ResumeTarget:
    """Return the target of the thread that *server* has just begun."""
    paginates = server.binary.can(Feature.PAGINATED)
    return replace(
        target,
        thread_id=loaded.thread_id,
        cwd=loaded.cwd,
        format=Format.PAGINATED if paginates else Format.ENVELOPED,
        archived=False,
        rollout_path=None,
        history=(),
    )
