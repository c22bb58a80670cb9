"""Follower: what another process writes into a task, told as live events.

It is told which rows changed (by the feed, on the feed's thread), reads the bytes
that are new in the tasks that somebody follows, and says what is new in them.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from threadbook.errors import RolloutUnreadableError, ThreadNotFoundError
from threadbook.ids import TurnId
from threadbook.index.types import TaskQuery
from threadbook.items import (
    ItemCompleted,
    ItemStarted,
    RunStatus,
    TurnCompleted,
    TurnStarted,
    TurnStatus,
)
from threadbook.rollout.tail import TurnTail

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from threadbook.ids import ThreadId
    from threadbook.index.tasks import Index
    from threadbook.items import Event, Item, Turn
    from threadbook.rollout.types import TurnSpan


@dataclass(slots=True)
class _Followed:
    """What a follower of one task has been told."""

    number: int = 0
    """Of the turn that was told of last."""
    turn_id: str | None = None
    status: TurnStatus | None = None
    tail: TurnTail | None = None
    told: dict[str, Item] = field(default_factory=dict[str, "Item"])


@dataclass(frozen=True, slots=True)
class _Mark:
    """How far a task was when somebody began to follow all of them."""

    turns: int
    path: str
    end: int
    """Bytes of the file, which is as much as was there to be read."""
    open_turn: bool


class Follower:
    """The tasks that somebody follows; safe to call from any thread."""

    def __init__(
        self,
        index: Index,
        tell: Callable[[ThreadId, TurnId, Event], None],
        is_ours: Callable[[ThreadId], bool],
    ) -> None:
        """Tell with *tell*; be silent of threads that we drive ourselves."""
        self._index = index
        self._tell = tell
        self._is_ours = is_ours
        self._lock = threading.Lock()
        self._followed: dict[ThreadId, _Followed] = {}
        self._marks: dict[ThreadId, _Mark] | None = None
        """Of the tasks that were there; None: nobody follows all of them."""

    def follow(self, thread_id: ThreadId) -> None:
        """Tell of what comes from now on; asking again changes nothing.

        Raises:
            ThreadNotFoundError: no such task.
        """
        with self._lock:
            if thread_id in self._followed:
                return
            known = _Followed()
            for _ in self._news(thread_id, known):
                pass  # What is there already is read, not told.
            self._followed[thread_id] = known

    def follow_all(self) -> None:
        """Tell of what comes from now on in any task, also in new ones.

        Nothing is read of a task before it changes.
        """
        rows = self._index.list_tasks(TaskQuery(states=None)).rows
        marks = {
            row.thread_id: _Mark(
                row.turn_count,
                row.rollouts[0].path,
                row.rollouts[0].bytes,
                row.open_turn,
            )
            for row in rows
        }
        with self._lock:
            self._marks = marks

    def unfollow(self, thread_id: ThreadId) -> bool:
        """Tell no more of a task; False if it was not followed."""
        with self._lock:
            return self._followed.pop(thread_id, None) is not None

    def look(self, changed: Iterable[ThreadId]) -> None:
        """Tell what is new in those of *changed* that somebody follows."""
        with self._lock:
            for thread_id in changed:
                known = self._known(thread_id)
                if known is None:
                    continue
                ours = self._is_ours(thread_id)
                for turn_id, event in self._news(thread_id, known):
                    if not ours:
                        self._tell(thread_id, TurnId(turn_id), event)

    def _known(self, thread_id: ThreadId) -> _Followed | None:
        known = self._followed.get(thread_id)
        if known is None and self._marks is not None:
            known = self._followed[thread_id] = _Followed()
            mark = self._marks.pop(thread_id, None)
            if mark is not None and mark.turns:
                self._catch_up(thread_id, known, mark)
        return known

    def _catch_up(self, thread_id: ThreadId, known: _Followed, mark: _Mark) -> None:
        """Read, and do not tell, what the task's last turn was at the mark."""
        try:
            spans = self._index.spans(thread_id, mark.turns, mark.turns)
        except ThreadNotFoundError:
            return
        for number, span in spans:
            is_longer = str(span.path) == mark.path and (
                span.end is None or span.end > mark.end
            )
            then = replace(span, end=mark.end) if is_longer else span
            for _ in _turn_news(number, then, known):
                pass
            if mark.open_turn:
                # The span's status is the one of now.
                known.status = TurnStatus.IN_PROGRESS

    def _news(
        self, thread_id: ThreadId, known: _Followed
    ) -> Iterator[tuple[str, Event]]:
        try:
            last = self._index.turn_count(thread_id)
            first = max(1, last if known.number == 0 else min(known.number, last))
            spans = self._index.spans(thread_id, first, last) if last else ()
        except ThreadNotFoundError:
            if thread_id in self._followed:
                return  # It is gone; nothing more will come.
            raise
        for number, span in spans:
            yield from _turn_news(number, span, known)


def _turn_news(
    number: int, span: TurnSpan, known: _Followed
) -> Iterator[tuple[str, Event]]:
    tail = known.tail
    if tail is None or known.number != number or tail.start != span.start:
        tail = TurnTail(span)
        known.number, known.tail = number, tail
        known.told, known.status = {}, None
        known.turn_id = None
    try:
        turn = tail.look(number, span)
    except (RolloutUnreadableError, OSError):
        # Moved or replaced just now: the index hears of that, and so do we again.
        known.tail = None
        return
    for event in _differences(turn, known):
        yield turn.turn_id, event


def _differences(turn: Turn, known: _Followed) -> Iterator[Event]:
    if known.turn_id != turn.turn_id:
        known.turn_id = turn.turn_id
        yield TurnStarted(turn.turn_id, turn.started_at)
    for item in turn.items:
        if known.told.get(item.item_id) == item:
            continue
        known.told[item.item_id] = item
        if getattr(item, "status", None) is RunStatus.IN_PROGRESS:
            yield ItemStarted(turn.turn_id, item)
        else:
            yield ItemCompleted(turn.turn_id, item)
    if turn.status is not known.status:
        known.status = turn.status
        if turn.status is not TurnStatus.IN_PROGRESS:
            yield TurnCompleted(turn.turn_id, turn.status, turn.stop, turn.completed_at)
