"""Standing: how the tasks stand that this process drives; asked from any thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from threadbook.errors import TaskNotLiveError
from threadbook.ids import ThreadId

if TYPE_CHECKING:
    from threadbook.items import RateLimits
    from threadbook.live.feed import Feed
    from threadbook.live.hearing import Hearing
    from threadbook.live.task import LiveTask
    from threadbook.live.types import Approval, LiveState


class Standing:
    """What can be asked of live tasks without changing anything."""

    def __init__(self, hearing: Hearing) -> None:
        """Look at what *hearing* knows."""
        self._hearing = hearing
        self._successors: dict[ThreadId, ThreadId] = {}
        """Of the threads of 2025 that went on as new ones."""

    @property
    def limits(self) -> RateLimits | None:
        """The account's usage windows, as the newest turn heard of them."""
        return self._hearing.limits

    @property
    def feed(self) -> Feed:
        """The events of all tasks, also of those that others drive."""
        return self._hearing.feed

    def state(self, thread_id: str) -> LiveState | None:
        """Return a task as it is now; None when it is not known here."""
        task = self._find(thread_id)
        return self._state(task) if task else None

    def states(self) -> tuple[LiveState, ...]:
        """Return all tasks that are known here."""
        return tuple(self._state(task) for task in self._hearing.tasks.values())

    def waiting(self) -> frozenset[ThreadId]:
        """Return the tasks with a question that waits; from any thread."""
        tasks = list(self._hearing.tasks)
        return frozenset(one for one in tasks if self._hearing.approvals.of(one))

    def seq(self, thread_id: str) -> int:
        """Return the number of a task's last event; from any thread."""
        wanted = ThreadId(thread_id)
        return self._hearing.feed.seq(self._successors.get(wanted, wanted))

    def drives(self, thread_id: ThreadId) -> bool:
        """Say whether what is written into a task now is ours; from any thread."""
        task = self._find(thread_id)
        return task is not None and task.loaded is not None

    def approvals(self, thread_id: str) -> tuple[Approval, ...]:
        """Return the questions of a task that wait."""
        return self._hearing.approvals.of(ThreadId(thread_id))

    def driven(self) -> frozenset[ThreadId]:
        """Return the tasks that our own server has loaded."""
        return frozenset(
            task.target.thread_id
            for task in self._hearing.tasks.values()
            if task.loaded is not None and task.place.is_ours
        )

    @property
    def busy(self) -> bool:
        """Whether a turn of ours runs, is about to, or waits for an answer."""
        return any(
            task.lock.locked()
            or (
                task.place.is_ours
                and task.loaded is not None
                and (task.turn_id is not None or task.queued)
            )
            for task in self._hearing.tasks.values()
        )

    def _find(self, thread_id: str) -> LiveTask | None:
        wanted = ThreadId(thread_id)
        return self._hearing.tasks.get(self._successors.get(wanted, wanted))

    def _known(self, thread_id: str) -> LiveTask:
        task = self._find(thread_id)
        if task is None:
            raise TaskNotLiveError(thread_id)
        return task

    def _state(self, task: LiveTask) -> LiveState:
        thread_id = task.target.thread_id
        approvals = self._hearing.approvals.of(thread_id)
        return task.state(self._hearing.feed.seq(thread_id), approvals)
