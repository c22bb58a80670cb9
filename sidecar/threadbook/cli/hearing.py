"""Hearing: what happens in tasks, from who drives them, else from their files."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import orjson

from threadbook.handlers.convert_live import event_to_wire
from threadbook.items import TurnCompleted, TurnStarted
from threadbook.live.feed import Feed
from threadbook.server.neighbours import Neighbours
from threadbook.server.peer import PeerGoneError
from threadbook.watch.follow import Follower

if TYPE_CHECKING:
    from threadbook.handlers.context import Context
    from threadbook.ids import ThreadId, TurnId
    from threadbook.index.types import Changes
    from threadbook.items import Event
    from threadbook.live.types import TaskEvent


_ONCE = {"turnStarted", "turnCompleted"}
"""What is said once of a turn."""


class Hearing:
    """What `watch` prints, line by line, in `heard`; belongs to one loop."""

    def __init__(self, context: Context) -> None:
        self.heard: asyncio.Queue[object] = asyncio.Queue()
        """`task/event`s, as JSON values."""
        self._loop = asyncio.get_running_loop()
        self._feed = Feed(self._numbered)
        self._neighbours = Neighbours(
            context.home,
            self._feed,
            self._told,
            lambda _: None,
            sees_questions=False,
        )
        self._follower = Follower(context.index, self._written, self._neighbours.drives)
        self._turns: dict[tuple[str, str], str | None] = {}
        """Of which turn a task said something last, by what it said."""

    async def start(self, thread_id: ThreadId | None) -> None:
        """Hear a task, or all of them, from now on."""
        if thread_id is None:
            self._follower.follow_all()
            self._neighbours.want_all()
        else:
            self._follower.follow(thread_id)
        await self._neighbours.look()
        if thread_id is not None:
            # Who drives it only later is met then.
            with suppress(PeerGoneError):
                await self._neighbours.want(thread_id, None)
        self._neighbours.start()

    def changed(self, changes: Changes) -> None:
        """Take what was written; from any thread."""
        self._follower.look(changes.changed)
        # Who writes into a task may drive it, and share it.
        self._loop.call_soon_threadsafe(self._neighbours.nudge)

    async def close(self) -> None:
        """Leave everybody."""
        await self._neighbours.close()
        self._feed.close()

    def _told(self, method: str, body: dict[str, Any]) -> None:
        if method != "task/event":
            return
        said = body["threadId"], body["event"]["type"]
        if self._is_news(said, body["turnId"]):
            self._turns[said] = body["turnId"]
            self.heard.put_nowait(body)

    def _written(self, thread_id: ThreadId, turn_id: TurnId, event: Event) -> None:
        self._loop.call_soon_threadsafe(self._read, thread_id, turn_id, event)

    def _read(self, thread_id: ThreadId, turn_id: TurnId, event: Event) -> None:
        if self._is_news((thread_id, _kind(event)), turn_id):
            self._feed.add(thread_id, turn_id, event)

    def _numbered(self, event: TaskEvent) -> None:
        self._turns[event.thread_id, _kind(event.event)] = event.turn_id
        body = event_to_wire(event).model_dump_json(by_alias=True)
        self.heard.put_nowait(orjson.Fragment(body))

    def _is_news(self, said: tuple[str, str], turn_id: str | None) -> bool:
        """Whether nobody has said so: driver and file both tell how turns begin."""
        return said[1] not in _ONCE or self._turns.get(said) != turn_id


def _kind(event: Event) -> str:
    match event:
        case TurnStarted():
            return "turnStarted"
        case TurnCompleted():
            return "turnCompleted"
        case _:
            return ""
