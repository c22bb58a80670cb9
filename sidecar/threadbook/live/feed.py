"""Number the events of each task, and put together deltas that come in a flood.

The first delta after a pause goes out at once; those of the next 16 ms wait and go
out as one per item, before anything else of their task does.
"""

from __future__ import annotations

import asyncio
import threading
from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from threadbook.items import ItemDelta
from threadbook.live.memory import Memory, Moment
from threadbook.live.types import TaskEvent

if TYPE_CHECKING:
    from collections.abc import Callable

    from threadbook.ids import ThreadId, TurnId
    from threadbook.items import Event

BATCH_SECONDS = 0.016
_TASKS_REMEMBERED = 32
"""Those that said something last; of the others a client reads the file."""


@dataclass(slots=True)
class _Batch:
    """Deltas of one task that wait, in the order in which their items spoke."""

    pieces: dict[tuple[TurnId | None, str, str], list[str]] = field(
        default_factory=dict[tuple["TurnId | None", str, str], list[str]]
    )
    timer: asyncio.TimerHandle | None = None


class Feed:
    """The numbered events of all live tasks."""

    def __init__(self, publish: Callable[[TaskEvent], None]) -> None:
        self._publish = publish
        self._numbers: Counter[ThreadId] = Counter()
        self._batches: dict[ThreadId, _Batch] = {}
        self._memories: OrderedDict[ThreadId, Memory] = OrderedDict()
        # Pages are read on other threads while events come on the loop.
        self._lock = threading.Lock()

    def seq(self, thread_id: ThreadId) -> int:
        """Return the number of the task's last event; 0 before the first."""
        return self._numbers[thread_id]

    def skip_to(self, thread_id: ThreadId, seq: int) -> None:
        """Number what comes next after *seq*: others gave the numbers up to it."""
        with self._lock:
            self._numbers[thread_id] = max(self._numbers[thread_id], seq)
            self._memories.pop(thread_id, None)

    def moment(self, thread_id: ThreadId) -> Moment:
        """Return where a task stands; from any thread."""
        with self._lock:
            memory = self._memories.get(thread_id)
            seq = self._numbers[thread_id]
            return memory.moment(seq) if memory is not None else Moment(seq)

    def since(self, thread_id: ThreadId, seq: int) -> tuple[TaskEvent, ...] | None:
        """Return a task's events after number *seq*; None: some are forgotten."""
        with self._lock:
            memory = self._memories.get(thread_id) or Memory()
            return memory.since(seq, self._numbers[thread_id])

    def add(self, thread_id: ThreadId, turn_id: TurnId | None, event: Event) -> None:
        """Publish an event; a delta perhaps a moment later, together with others."""
        if not isinstance(event, ItemDelta):
            self.flush(thread_id)
            self._emit(thread_id, turn_id, event)
            return
        batch = self._batches.setdefault(thread_id, _Batch())
        if batch.timer is None:
            self._emit(thread_id, turn_id, event)
            self._arm(thread_id, batch)
            return
        key = (turn_id, event.item_id, event.field)
        batch.pieces.setdefault(key, []).append(event.delta)

    def flush(self, thread_id: ThreadId) -> None:
        """Publish what waits of a task."""
        batch = self._batches.get(thread_id)
        if batch is None or not batch.pieces:
            return
        pieces, batch.pieces = batch.pieces, {}
        for (turn_id, item_id, name), deltas in pieces.items():
            event = ItemDelta(turn_id or "", item_id, name, "".join(deltas))
            self._emit(thread_id, turn_id, event)

    def close(self) -> None:
        """Publish what waits, and let no timer fire any more."""
        for thread_id, batch in self._batches.items():
            self.flush(thread_id)
            if batch.timer is not None:
                batch.timer.cancel()
        self._batches.clear()

    def _arm(self, thread_id: ThreadId, batch: _Batch) -> None:
        loop = asyncio.get_running_loop()
        batch.timer = loop.call_later(BATCH_SECONDS, self._ring, thread_id, batch)

    def _ring(self, thread_id: ThreadId, batch: _Batch) -> None:
        if batch.pieces:
            self.flush(thread_id)
            self._arm(thread_id, batch)
            return
        del self._batches[thread_id]

    def _emit(self, thread_id: ThreadId, turn_id: TurnId | None, event: Event) -> None:
        with self._lock:
            self._numbers[thread_id] += 1
            number = self._numbers[thread_id]
            published = TaskEvent(thread_id, turn_id, number, event)
            self._memories.setdefault(thread_id, Memory()).keep(published)
            self._memories.move_to_end(thread_id)
            if len(self._memories) > _TASKS_REMEMBERED:
                self._memories.popitem(last=False)
        self._publish(published)
