"""Hearing: what the app-server says, taken into the tasks and passed on."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from threadbook.codex.events import merged_limits, told_by
from threadbook.codex.fields import object_at, text_at
from threadbook.codex.questions import Decision, answer_to, asked_by
from threadbook.ids import ThreadId, TurnId
from threadbook.items import (
    ItemCompleted,
    ItemStarted,
    StatusChanged,
    Stop,
    StopKind,
    TokenReport,
    TurnCompleted,
    TurnStarted,
    TurnStatus,
    UsageReported,
)
from threadbook.live.approvals import OpenApprovals
from threadbook.live.feed import Feed
from threadbook.live.types import ApprovalAsked, ApprovalResolved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from threadbook.codex.fields import JsonObject
    from threadbook.codex.frames import ServerRequest
    from threadbook.items import (
        Event,
        RateLimits,
    )
    from threadbook.live.server import SharedServer
    from threadbook.live.task import LiveTask
    from threadbook.live.types import Published


class Hearing:
    """The tasks by thread, kept true to what Codex says of them, from either place."""

    def __init__(
        self,
        publish: Callable[[Published], None],
        settled: Callable[[LiveTask], None],
        held: Callable[[], None],
    ) -> None:
        """Take where to publish to, and whom a turn's end concerns.

        *held* is to be called when a task was loaded or let go of.
        """
        self.tasks: dict[ThreadId, LiveTask] = {}
        self.approvals = OpenApprovals()
        self.feed = Feed(publish)
        self.limits: RateLimits | None = None
        self._publish = publish
        self._settled = settled
        self.held = held
        self._parents: dict[ThreadId, ThreadId] = {}

    def notified(self, place: SharedServer, method: str, params: JsonObject) -> None:
        """Take a notification."""
        match method:
            case "account/rateLimits/updated":
                self._limits_updated(params)
            case "serverRequest/resolved":
                self._resolved(place, params)
            case "thread/started":
                self._sub_agent_started(object_at(params, "thread"))
            case "thread/closed":
                self._closed(place, ThreadId(text_at(params, "threadId") or ""))
            case _:
                self._told(place, method, params)

    def asked(self, place: SharedServer, request: ServerRequest) -> bool:
        """Take a question; one that nobody would see is declined at once."""
        asked = asked_by(request)
        if asked is None:
            # In a shared place it is perhaps for another client.
            return not place.is_ours
        thread_id = self._visible(ThreadId(asked.thread_id))
        task = self.tasks.get(thread_id)
        if task is None or task.leaving or task.place is not place:
            if place.is_ours:
                place.answer(request, answer_to(request, Decision.DECLINE))
            return True
        self.feed.flush(thread_id)
        files = task.patches.get(asked.item_id or "", ())
        approval = self.approvals.ask(request, asked, task, files)
        self._publish(ApprovalAsked(approval))
        return True

    def ended(self, place: SharedServer, reason: str) -> None:
        """End the turns that ran, for the server that ran them is gone."""
        for thread_id, task in self.tasks.items():
            if task.place is not place:
                continue
            for one in self.approvals.take_all(thread_id):
                self._publish(ApprovalResolved(thread_id, one.approval.request_id))
            task.loaded = None
            if task.turn_id is not None:
                stop = Stop(StopKind.PROCESS_DIED, reason)
                now = int(time.time() * 1000)
                event = TurnCompleted(task.turn_id, TurnStatus.INTERRUPTED, stop, now)
                self._take(thread_id, task, event)
        self._parents.clear()
        self.held()

    def set_status(self, thread_id: ThreadId, status: str) -> None:
        """Publish a status, unless the task has it already."""
        task = self.tasks[thread_id]
        if task.status != status:
            task.status = status
            self.feed.add(thread_id, task.turn_id, StatusChanged(status))

    def review_began(self, task: LiveTask, turn_id: TurnId) -> None:
        """Say that a review runs: Codex itself names only the turn within it."""
        began = task.began.is_set()
        task.begin_turn(turn_id, said_by_codex=began)
        if task.turn_id == turn_id:
            started = TurnStarted(turn_id, int(time.time() * 1000))
            self.feed.add(task.target.thread_id, turn_id, started)

    def _told(self, place: SharedServer, method: str, params: JsonObject) -> None:
        told = told_by(method, params, self.limits)
        if told is None:
            return
        for thread_id, task in self._concerned(params):
            if task.place is place:
                self._take(thread_id, task, told.event)

    def _closed(self, place: SharedServer, thread_id: ThreadId) -> None:
        """Note that others had a task closed where we are only guests."""
        task = self.tasks.get(thread_id)
        if task is not None and task.place is place and not place.is_ours:
            task.loaded = None

    def _concerned(self, params: JsonObject) -> Iterator[tuple[ThreadId, LiveTask]]:
        named = text_at(params, "threadId")
        if named is not None:
            task = self.tasks.get(ThreadId(named))
            if task is not None:
                yield ThreadId(named), task
            return
        yield from self._busy()

    def _busy(self) -> Iterator[tuple[ThreadId, LiveTask]]:
        for thread_id, task in self.tasks.items():
            if task.turn_id is not None:
                yield thread_id, task

    def _take(self, thread_id: ThreadId, task: LiveTask, event: Event) -> None:
        match event:
            case TurnStarted():
                if task.reviewing:
                    task.inner_turn = TurnId(event.turn_id)
                else:
                    self._turn_started(thread_id, task, event)
                task.began.set()
                self.set_status(thread_id, "running")
            case TurnCompleted():
                self._turn_completed(thread_id, task, event)
            case StatusChanged():
                # Codex says `idle` before it says how the turn ended.
                if task.turn_id is None or event.status != "idle":
                    self.set_status(thread_id, event.status)
            case ItemStarted() | ItemCompleted():
                task.note_item(event.item)
                self.feed.add(thread_id, TurnId(event.turn_id), event)
            case _:
                self.feed.add(thread_id, task.turn_id, event)

    def _turn_started(
        self, thread_id: ThreadId, task: LiveTask, event: TurnStarted
    ) -> None:
        task.begin_turn(TurnId(event.turn_id), said_by_codex=True)
        self.feed.add(thread_id, task.turn_id, event)

    def _turn_completed(
        self, thread_id: ThreadId, task: LiveTask, event: TurnCompleted
    ) -> None:
        for one in self.approvals.take_all(thread_id):
            self._publish(ApprovalResolved(thread_id, one.approval.request_id))
        self.feed.add(thread_id, TurnId(event.turn_id), event)
        task.end_turn(event)
        self.feed.add(thread_id, None, StatusChanged(task.status))
        self._settled(task)

    def _limits_updated(self, params: JsonObject) -> None:
        now = int(time.time() * 1000)
        self.limits = merged_limits(self.limits, params, now)
        report = UsageReported(TokenReport(limits=self.limits))
        for thread_id, task in self._busy():
            self.feed.add(thread_id, task.turn_id, report)

    def _resolved(self, place: SharedServer, params: JsonObject) -> None:
        server_id = params.get("requestId")
        if isinstance(server_id, int | str):
            approval = self.approvals.take_resolved(place, server_id)
            if approval is not None:
                resolved = ApprovalResolved(approval.thread_id, approval.request_id)
                self._publish(resolved)

    def _sub_agent_started(self, thread: JsonObject) -> None:
        child, parent = text_at(thread, "id"), text_at(thread, "parentThreadId")
        if child and parent:
            self._parents[ThreadId(child)] = ThreadId(parent)

    def _visible(self, thread_id: ThreadId) -> ThreadId:
        """Return the task that shows what *thread_id* asks: a sub-agent's parent."""
        while thread_id not in self.tasks and thread_id in self._parents:
            thread_id = self._parents[thread_id]
        return thread_id
