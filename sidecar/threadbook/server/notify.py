"""Notify: what other threads publish goes out from the loop, coalesced."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import orjson

from threadbook.handlers.convert_live import approval_to_wire, event_to_wire
from threadbook.handlers.tasks import tasks_to_wire
from threadbook.handlers.usage import changed_usage
from threadbook.ids import ThreadId
from threadbook.items import TurnCompleted, TurnStarted, UsageReported
from threadbook.live.types import ApprovalAsked, ApprovalResolved, TaskEvent
from threadbook.protocol.live import (
    TaskApprovalNotification,
    TaskApprovalResolvedNotification,
)
from threadbook.protocol.task import (
    IndexProgressNotification,
    TaskChangedNotification,
    TaskRemovedNotification,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    from threadbook.handlers.context import Context
    from threadbook.index.types import Changes, Progress
    from threadbook.live.types import Published
    from threadbook.protocol.base import WireModel
    from threadbook.protocol.usage import UsageChangedNotification

_QUIET_S = 0.02
_MANY = 200
"""More changed rows than this are not sent one by one: the client lists again."""


class Notifier:
    """Sends notifications; every method but `published` may be called anywhere."""

    def __init__(
        self,
        send: Callable[[str, Any], None],
        loop: asyncio.AbstractEventLoop,
        pool: Executor,
    ) -> None:
        """Send with *send*, on *loop*; rows are read on *pool*."""
        self._send = send
        self._loop = loop
        self._pool = pool
        self._context: Context | None = None
        self._changed: set[ThreadId] = set()
        self._removed: set[ThreadId] = set()
        self._usage: UsageChangedNotification | None = None
        self._flushing: asyncio.Task[None] | None = None
        self._closed = False

    def attach(self, context: Context) -> None:
        """Say whose rows are sent."""
        self._context = context

    def close(self) -> None:
        """Send nothing more."""
        self._closed = True
        if self._flushing is not None:
            self._flushing.cancel()

    def changes(self, changes: Changes) -> None:
        """Rows of the index changed."""
        if self._context is not None and self._context.follower is not None:
            self._context.follower.look(changes.changed)
        self.on_loop(self._collect, changes.changed, changes.removed)

    def touched(self, thread_id: ThreadId) -> None:
        """A task's status may differ, though its row does not."""
        self.on_loop(self._collect, frozenset({thread_id}), frozenset[ThreadId]())

    def progress(self, progress: Progress) -> None:
        """Report how far the scan is."""
        body = IndexProgressNotification(
            done=progress.done, total=progress.total, finished=progress.finished
        )
        self.on_loop(self._post, "index/progress", body)

    def published(self, message: Published) -> None:
        """Forward what a live task says; on the loop."""
        match message:
            case TaskEvent(event=event):
                self._post("task/event", event_to_wire(message))
                if isinstance(event, TurnStarted | TurnCompleted):
                    self.touched(message.thread_id)
                elif isinstance(event, UsageReported) and event.report.limits:
                    self._collect(frozenset(), frozenset())
            case ApprovalAsked(approval=approval):
                wire = approval_to_wire(approval)
                self._post("task/approval", TaskApprovalNotification(approval=wire))
                self.touched(approval.thread_id)
            case ApprovalResolved(thread_id=thread_id, request_id=request_id):
                body = TaskApprovalResolvedNotification(
                    thread_id=thread_id, request_id=request_id
                )
                self._post("task/approvalResolved", body)
                self.touched(thread_id)

    def on_loop(self, function: Callable[..., None], *arguments: object) -> None:
        """Call something on the loop, from any thread."""
        try:
            self._loop.call_soon_threadsafe(function, *arguments)
        except RuntimeError:
            # The loop closed between the check and the call: the client is gone.
            self._closed = True

    def _collect(
        self, changed: frozenset[ThreadId], removed: frozenset[ThreadId]
    ) -> None:
        self._changed = (self._changed | changed) - removed
        self._removed = (self._removed | removed) - changed
        if self._flushing is None and not self._closed:
            self._flushing = self._loop.create_task(self._flush())

    async def _flush(self) -> None:
        await asyncio.sleep(_QUIET_S)
        changed, self._changed = self._changed, set()
        removed, self._removed = self._removed, set()
        self._flushing = None
        for thread_id in removed:
            self._post("task/removed", TaskRemovedNotification(thread_id=thread_id))
        run = self._loop.run_in_executor
        if len(changed) > _MANY:
            self._many(len(changed))
        else:
            for body in await run(self._pool, self._rows, changed):
                self._post("task/changed", body)
        usage = await run(self._pool, self._changed_usage)
        if usage is not None:
            self._post("usage/changed", usage)

    def _many(self, changed: int) -> None:
        self._post(
            "index/progress",
            IndexProgressNotification(done=changed, total=changed, finished=True),
        )

    def _rows(self, changed: set[ThreadId]) -> list[TaskChangedNotification]:
        context = self._context
        if context is None:
            return []
        rows = [
            row for row in map(context.index.get, sorted(changed)) if row is not None
        ]
        return [
            TaskChangedNotification(task=task) for task in tasks_to_wire(context, rows)
        ]

    def _changed_usage(self) -> UsageChangedNotification | None:
        """Return the account's figures and the schedules, if they differ."""
        if self._context is None:
            return None
        usage, told = changed_usage(self._context), self._usage
        self._usage = usage
        return usage if told is None or _differs(usage, told) else None

    def _post(self, method: str, body: WireModel) -> None:
        if not self._closed:
            self._send(method, orjson.Fragment(body.model_dump_json(by_alias=True)))


def _differs(one: UsageChangedNotification, other: UsageChangedNotification) -> bool:
    """Whether they differ in more than in when and where they were heard."""
    if one.account is None or other.account is None or one.scheduled != other.scheduled:
        return one != other
    said = {"at": other.account.at, "source_thread_id": other.account.source_thread_id}
    return one.account.model_copy(update=said) != other.account
