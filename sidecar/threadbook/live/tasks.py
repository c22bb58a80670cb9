"""LiveTasks: drive tasks through one app-server of ours, or in Codex's daemon.

A task is *known* from its resume until we close; it is *loaded* only around its
turns. A few seconds after a turn it is let go of, so that the CLI or another window
can go on with it, and the next `send` loads it again without anybody noticing.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from threadbook.codex.account import read_account_limits
from threadbook.codex.questions import Decision
from threadbook.codex.reviews import start_review
from threadbook.codex.threads import (
    UserInput,
    compact_thread,
    interrupt_turn,
    queue_turn,
    start_turn,
    steer_turn,
)
from threadbook.codex.version import Feature
from threadbook.errors import (
    CodexRefusedError,
    CodexUnavailableError,
    TaskNotLiveError,
)
from threadbook.lifecycle.resume import Overrides
from threadbook.live.hearing import Hearing
from threadbook.live.holding import Holding
from threadbook.live.server import own_server, shared_daemon
from threadbook.live.settings import merged, turn_settings
from threadbook.live.standing import Standing
from threadbook.live.task import LiveTask
from threadbook.live.types import ApprovalResolved

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Mapping, Sequence

    from threadbook.codex.account import AccountLimits
    from threadbook.codex.binary import CodexBinary
    from threadbook.codex.client import AppServer
    from threadbook.codex.reviews import ReviewTarget
    from threadbook.home import CodexHome
    from threadbook.ids import ThreadId, TurnId
    from threadbook.lifecycle.fork import ForkPoint
    from threadbook.lifecycle.resume import ResumeTarget
    from threadbook.live.types import Approval, LiveState, Published

_ACCOUNT_SECONDS = 10.0
"""Codex asks its provider, who may be far away; nothing depends on the answer."""


class LiveTasks(Standing):
    """The tasks that this process drives; belongs to one loop."""

    def __init__(
        self,
        home: CodexHome,
        *,
        codex: Callable[[], CodexBinary],
        publish: Callable[[Published], None],
        held: Callable[[], None] = lambda: None,
        idle_seconds: float = 5.0,
        server_idle_seconds: float = 60.0,
    ) -> None:
        """Take *codex*, which finds the binary when one is needed, and may block.

        *held* hears, on the loop, that `driven` may say something else now.
        """
        super().__init__(Hearing(publish, self._turn_settled, held))
        self._publish = publish
        self._server = own_server(home, codex, self._hearing)
        self._holding = Holding(
            home,
            self._server,
            shared_daemon(home, self._hearing),
            self._hearing,
            idle_seconds=idle_seconds,
            server_idle_seconds=server_idle_seconds,
        )

    @property
    def server_pid(self) -> int | None:
        """The app-server's process: locks that it holds are ours."""
        return self._server.pid

    async def account_limits(self) -> AccountLimits | None:
        """Ask the server that runs for the account's windows; None: none can tell."""
        server = self._server.running
        if server is None:
            return None
        try:
            async with asyncio.timeout(_ACCOUNT_SECONDS):
                told = await read_account_limits(server, int(time.time() * 1000))
        except (TimeoutError, CodexUnavailableError):
            return None
        if told is not None:
            self._hearing.limits = told.limits
        return told

    async def resume(
        self,
        target: ResumeTarget,
        *,
        model: str | None = None,
        effort: str | None = None,
        sandbox: str | None = None,
        approval: str | None = None,
        cwd: str | None = None,
    ) -> LiveState:
        """Load a task; one that goes on as a new thread comes back with its id.

        Raises:
            TaskInUseError: another process has it open.
            NotPossibleError: it is archived, or its folder is gone.
            CodexUnavailableError: there is no codex that can.
            CodexRefusedError: Codex has a reason against it.
        """
        overrides = Overrides(
            model=model, effort=effort, sandbox=sandbox, approval=approval, cwd=cwd
        )
        thread_id = self._successors.get(target.thread_id, target.thread_id)
        tasks = self._hearing.tasks
        # Known before it is loaded: Codex may tell of it before it answers.
        new = LiveTask(target, self._server, overrides)
        task = tasks.setdefault(thread_id, new)
        is_first = task.overrides is overrides
        task.stay()
        try:
            async with task.lock:
                await self._go_on(task, target, overrides)
        except BaseException:
            if is_first and tasks.get(thread_id) is task:
                del tasks[thread_id]
            raise
        self._holding.settle(task)
        return self._state(task)

    async def fork(
        self,
        target: ResumeTarget,
        point: ForkPoint,
        *,
        model: str | None = None,
        effort: str | None = None,
        cwd: str | None = None,
    ) -> LiveState:
        """Begin a new task with the first turns of another, which may be in use.

        Raises:
            NotPossibleError: its folder is gone.
            CodexUnavailableError: there is no codex that can.
            CodexRefusedError: Codex has a reason against it.
        """
        overrides = Overrides(model=model, effort=effort, cwd=cwd)
        task = await self._holding.fork(target, point, overrides)
        self._holding.settle(task)
        return self._state(task)

    async def begin(
        self, cwd: str, *, model: str | None = None, effort: str | None = None
    ) -> LiveState:
        """Begin a new task in a folder; it is on disk from its first turn on.

        Raises:
            CodexUnavailableError: there is no codex.
            CodexRefusedError: Codex has a reason against it.
        """
        overrides = Overrides(model=model, effort=effort, cwd=cwd)
        task = await self._holding.begin(overrides)
        self._holding.settle(task)
        return self._state(task)

    async def send(
        self,
        thread_id: str,
        text: str,
        images: Sequence[str] = (),
        model: str | None = None,
        effort: str | None = None,
    ) -> TurnId:
        """Start a turn, or add to the one that runs.

        Raises:
            TaskNotLiveError: the task was not resumed here.
            TaskInUseError: somebody else took it while it was idle.
        """
        async with self._loaded(thread_id) as (task, server):
            changed = Overrides(model=model, effort=effort)
            task.pending = merged(task.pending, changed)
            said = UserInput(text, tuple(images))
            settings = turn_settings(task.pending)
            turn_id = await start_turn(server, task.target.thread_id, said, settings)
            # From here on the thread's rollout knows of them.
            task.pending = task.overrides = Overrides()
            task.begin_turn(turn_id, said_by_codex=False)
        return turn_id

    async def queue(
        self, thread_id: str, text: str, images: Sequence[str] = ()
    ) -> None:
        """Say something once the turn that runs has ended, as a turn of its own.

        Raises:
            TaskNotLiveError: the task was not resumed here.
            CodexUnavailableError: Codex is too old to keep a queue.
        """
        async with self._loaded(thread_id) as (task, server):
            server.binary.require(Feature.QUEUE)
            task.queued = True
            said = UserInput(text, tuple(images))
            await queue_turn(server, task.target.thread_id, said)

    async def compact(self, thread_id: str) -> None:
        """Sum up what was said, so that there is room for more; it is a turn.

        Raises:
            TaskNotLiveError: the task was not resumed here.
        """
        async with self._loaded(thread_id) as (task, server):
            await compact_thread(server, task.target.thread_id)

    async def review(self, thread_id: str, target: ReviewTarget) -> TurnId:
        """Run a review as a turn of the task.

        Raises:
            TaskNotLiveError: the task was neither resumed nor begun here.
        """
        async with self._loaded(thread_id) as (task, server):
            task.reviewing = True
            task.began.clear()
            try:
                turn_id = await start_review(server, task.target.thread_id, target)
            except BaseException:
                task.reviewing = False
                raise
            self._hearing.review_began(task, turn_id)
        return turn_id

    async def steer(self, thread_id: str, text: str) -> TurnId:
        """Say something to the turn that runs.

        Raises:
            TaskNotLiveError: no turn runs.
        """
        task = self._known(thread_id)
        turn_id, server = task.turn_id, task.place.running
        if turn_id is None or server is None:
            raise TaskNotLiveError(thread_id)
        server.binary.require(Feature.STEER)
        await task.begun()
        await steer_turn(server, task.target.thread_id, turn_id, UserInput(text))
        return turn_id

    async def interrupt(self, thread_id: str) -> bool:
        """Stop the turn that runs; False when there is none (any more)."""
        task = self._find(thread_id)
        server = task.place.running if task else None
        if task is None or server is None or task.turn_id is None:
            return False
        turn_id = task.turn_id
        await task.begun()
        try:
            running = task.inner_turn or turn_id
            await interrupt_turn(server, task.target.thread_id, running)
        except CodexRefusedError:
            if task.turn_id == turn_id:
                raise
            return False
        return True

    async def answer(
        self,
        request_id: str,
        decision: Decision | str,
        answers: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """Answer a question of Codex, once.

        Raises:
            ApprovalGoneError: it is no longer open.
        """
        decided = Decision(decision)
        one = self._hearing.approvals.take(request_id)
        one.answer(decided, answers)
        self._resolved(one.approval)
        if decided is Decision.CANCEL and not one.asked.stops_turn_itself:
            await self.interrupt(one.approval.thread_id)

    async def release(self, thread_id: str) -> bool:
        """Let go of a task: decline what waits; a turn that runs ends first.

        Returns whether it was held here.
        """
        task = self._find(thread_id)
        if task is None:
            return False
        task.leaving = True
        for one in self._hearing.approvals.take_all(task.target.thread_id):
            one.leave()
            self._resolved(one.approval)
        was_held = task.loaded is not None
        if task.turn_id is None:
            await self._holding.unload(task)
        return was_held

    def stay(self, thread_id: ThreadId) -> None:
        """Note that somebody looks again at a task that was being let go of."""
        task = self._find(thread_id)
        if task is not None and task.leaving:
            task.stay()
            self._holding.settle(task)

    async def close(self) -> None:
        """End the app-server; turns that run are recorded as interrupted by Codex."""
        await self._holding.close()
        self._hearing.feed.close()

    async def _go_on(
        self, task: LiveTask, target: ResumeTarget, overrides: Overrides
    ) -> None:
        if task.loaded is not None:
            task.pending = merged(task.pending, overrides)
            return
        if task.continued_from is None:
            task.target = target
        task.overrides = merged(task.overrides, overrides)
        await self._holding.load(task)
        if task.continued_from is not None:
            self._successors[task.continued_from] = task.target.thread_id

    @asynccontextmanager
    async def _loaded(
        self, thread_id: str
    ) -> AsyncGenerator[tuple[LiveTask, AppServer]]:
        """Hold a task loaded inside the block, in which nobody else speaks to it."""
        task = self._known(thread_id)
        task.stay()
        async with task.lock:
            yield task, await self._holding.load(task)
        self._holding.settle(task)

    def _turn_settled(self, task: LiveTask) -> None:
        self._holding.settle(task)

    def _resolved(self, approval: Approval) -> None:
        self._publish(ApprovalResolved(approval.thread_id, approval.request_id))
