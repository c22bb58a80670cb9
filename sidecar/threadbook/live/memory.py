"""Memory: what a task's last events were, for those who missed some of them.

Two things are kept of each task: its last events, by number; and the last items of
its running turn as they stand, for no file has yet what is not complete.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from threadbook.items import (
    AgentMessage,
    CommandExecution,
    FileChange,
    ItemCompleted,
    ItemDelta,
    ItemStarted,
    Notice,
    Plan,
    Reasoning,
    Review,
    Text,
    ToolCall,
    TurnCompleted,
    TurnStarted,
    UnknownItem,
    UserMessage,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from threadbook.items import Event, Item
    from threadbook.live.types import TaskEvent

EVENTS_KEPT = 1000
"""Some 16 s of the fastest stream; who missed more reads the task again."""
BYTES_KEPT = 512 << 10
"""About as much text at the most: outputs and diffs may be large, and tasks many."""
_EVENT_BYTES = 256
"""What an event takes besides its text."""
_ITEMS_KEPT = 200
"""Of the running turn. Those that are complete matter until the file is read anew."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Where a task stands, between two of its events."""

    seq: int = 0
    """The number of the last event."""
    started: TurnStarted | None = None
    """How the turn that runs began; None: none does, or nobody said."""
    growing: tuple[Item, ...] = ()
    """What that turn has begun and not ended, with all the text so far."""
    items: tuple[Item, ...] = ()
    """These, and what is complete, in their order."""


@dataclass(slots=True)
class _Kept:
    """An item of the running turn."""

    item: Item | None
    """None: nobody said that it began."""
    grows: bool = True
    pieces: list[str] = field(default_factory=list[str])
    field_name: str = "text"

    def now(self, item_id: str) -> Item | None:
        """Return it as it stands."""
        if self.pieces:
            self.item = _grown(
                self.item or _begun(item_id, self.field_name), "".join(self.pieces)
            )
            self.pieces.clear()
        return self.item


class Memory:
    """The last events of one task."""

    def __init__(self) -> None:
        self._events: deque[TaskEvent] = deque()
        self._bytes = 0
        self._items: dict[str, _Kept] = {}
        self._started: TurnStarted | None = None

    def keep(self, published: TaskEvent) -> None:
        """Take in an event."""
        self._remember(published)
        match published.event:
            case TurnStarted() as event:
                if self._started is None or self._started.turn_id != event.turn_id:
                    self._items.clear()
                self._started = event
            case TurnCompleted():
                self._started = None
                self._items.clear()
            case ItemStarted(item=item):
                self._put(item.item_id, _Kept(item))
            case ItemCompleted(item=item):
                self._put(item.item_id, _Kept(item, grows=False))
            case ItemDelta() as event:
                one = self._items.get(event.item_id) or _Kept(None)
                self._put(event.item_id, one)
                one.field_name = event.field
                one.pieces.append(event.delta)
            case _:
                pass

    def _remember(self, published: TaskEvent) -> None:
        self._events.append(published)
        self._bytes += _size_of(published.event)
        # What comes after one that is too large alone has nothing to follow on.
        while len(self._events) > EVENTS_KEPT or self._bytes > BYTES_KEPT:
            self._bytes -= _size_of(self._events.popleft().event)

    def since(self, seq: int, last: int) -> tuple[TaskEvent, ...] | None:
        """Return the events after number *seq*, up to *last*, without a gap.

        None: some of them are forgotten, or that number was never given.
        """
        if seq == last:
            return ()
        if seq > last or not self._events or self._events[0].seq > seq + 1:
            return None
        return tuple(one for one in self._events if one.seq > seq)

    def moment(self, seq: int) -> Moment:
        """Return where the task stands after event number *seq*, the last."""
        now = [(one.grows, one.now(name)) for name, one in self._items.items()]
        growing = tuple(item for grows, item in now if grows and item is not None)
        items = tuple(item for _, item in now if item is not None)
        return Moment(seq, self._started, growing, items)

    def _put(self, item_id: str, one: _Kept) -> None:
        self._items[item_id] = one
        if len(self._items) > _ITEMS_KEPT:
            ended = (name for name, each in self._items.items() if not each.grows)
            oldest = next(ended, None)
            if oldest is not None:
                del self._items[oldest]


def _size_of(event: Event) -> int:
    match event:
        case ItemDelta():
            size = len(event.delta)
        case ItemStarted(item=item) | ItemCompleted(item=item):
            size = sum(len(text.text) for text in _texts(item))
        case _:
            size = 0
    return _EVENT_BYTES + size


def _texts(item: Item) -> Iterator[Text]:
    match item:
        case UserMessage() | AgentMessage() | Reasoning() | Review() | Notice():
            yield item.text
        case CommandExecution(output=Text() as output):
            yield output
        case FileChange():
            yield from (change.diff for change in item.changes)
        case ToolCall():
            yield item.arguments
            if item.result is not None:
                yield item.result
        case UnknownItem():
            yield item.raw
        case _:
            return


def _begun(item_id: str, field_name: str) -> Item | None:
    text = Text("", 0)
    if field_name == "text":
        return AgentMessage(item_id=item_id, text=text)
    if field_name == "reasoning":
        return Reasoning(item_id=item_id, text=text)
    return None


def _grown(item: Item | None, more: str) -> Item | None:
    """Return an item with more of its text, as a page of the panel would show it."""
    match item:
        case AgentMessage() | Reasoning() | Review() | Plan():
            return replace(item, text=_longer(item.text, more))
        case CommandExecution():
            return replace(item, output=_longer(item.output, more))
        case ToolCall():
            return replace(item, result=_longer(item.result, more))
        case _:
            return item


def _longer(text: Text | None, more: str) -> Text:
    before = text or Text("", 0)
    size = before.bytes + len(more.encode(errors="replace"))
    return replace(before, text=before.text + more, bytes=size)
