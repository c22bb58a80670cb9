"""Drive LiveTasks in a test and wait for what it publishes, without sleeping."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

from threadbook.items import ItemCompleted, ItemDelta, TurnCompleted
from threadbook.live.types import ApprovalAsked, ApprovalResolved, TaskEvent

if TYPE_CHECKING:
    from collections.abc import Callable

    from threadbook.items import Event, Item
    from threadbook.live.types import Approval, Published

_T = TypeVar("_T")
_PATIENCE_SECONDS = 30.0


class Audience:
    """Everything that was published, in order; give `publish` to LiveTasks."""

    def __init__(self) -> None:
        self.heard: list[Published] = []
        self._news = asyncio.Event()
        self._seen = 0

    def publish(self, published: Published) -> None:
        self.heard.append(published)
        self._news.set()

    async def until(self, wanted: Callable[[Published], _T | None]) -> _T:
        """Return what *wanted* makes of the first new message that it wants."""
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while True:
                while self._seen < len(self.heard):
                    self._seen += 1
                    found = wanted(self.heard[self._seen - 1])
                    if found is not None:
                        return found
                self._news.clear()
                await self._news.wait()

    async def event(self, kind: type[_T]) -> _T:
        """Wait for the next event of this kind."""

        def wanted(published: Published) -> _T | None:
            if isinstance(published, TaskEvent) and isinstance(published.event, kind):
                return published.event
            return None

        return await self.until(wanted)

    async def turn_end(self) -> TurnCompleted:
        return await self.event(TurnCompleted)

    async def approval(self) -> Approval:
        def wanted(published: Published) -> Approval | None:
            is_asked = isinstance(published, ApprovalAsked)
            return published.approval if is_asked else None

        return await self.until(wanted)

    async def resolved(self) -> str:
        def wanted(published: Published) -> str | None:
            is_resolved = isinstance(published, ApprovalResolved)
            return published.request_id if is_resolved else None

        return await self.until(wanted)

    def events(self) -> list[Event]:
        return [one.event for one in self.heard if isinstance(one, TaskEvent)]

    def numbers(self) -> list[int]:
        return [one.seq for one in self.heard if isinstance(one, TaskEvent)]

    def completed(self, kind: type[_T]) -> list[_T]:
        """Return the completed items of this kind."""
        items: list[Item] = [
            event.item for event in self.events() if isinstance(event, ItemCompleted)
        ]
        return [item for item in items if isinstance(item, kind)]

    def streamed(self, field: str = "text") -> str:
        """Return all deltas of a field, joined."""
        return "".join(
            event.delta
            for event in self.events()
            if isinstance(event, ItemDelta) and event.field == field
        )
