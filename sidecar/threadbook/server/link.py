"""Link: one other Threadbook process that drives tasks, as we, its guest, know it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from pygls.exceptions import JsonRpcException

from threadbook import __version__
from threadbook.ids import ThreadId
from threadbook.server.peer import Peer, PeerGoneError

if TYPE_CHECKING:
    from threadbook.live.announce import Announcement

CONNECT_SECONDS = 3.0


@dataclass(slots=True)
class Heard:
    """A task whose events we pass on."""

    offset: int
    """What is added to the driver's numbers: our client's count goes on."""
    turn_id: str | None
    """The turn that runs."""


class Relay(Protocol):
    """Who passes on what links hear; on the loop."""

    def heard_first(self, thread_id: ThreadId, started: list[Any] | None) -> int:
        """Say that a task's turn runs; returns the number that this has got us to."""
        ...

    def event(self, body: dict[str, Any]) -> None:
        """Pass on an event, its number ours already."""
        ...

    def asked(self, approval: dict[str, Any]) -> None:
        """Pass on a question."""
        ...

    def resolved(self, thread_id: ThreadId, request_id: str) -> None:
        """Pass on that a question is not open any more."""
        ...

    def lost(self, thread_id: ThreadId, turn_id: str | None) -> None:
        """Learn that a task is not heard any more; *turn_id* was cut off."""
        ...

    def driven_changed(self, link: Link) -> None:
        """Learn that the other process drives other tasks now."""
        ...


class Link:
    """A connection to the process that drives; connect() makes one."""

    def __init__(
        self, announcement: Announcement, relay: Relay, *, sees_questions: bool
    ) -> None:
        self.announcement = announcement
        self._sees_questions = sees_questions
        self.driven: frozenset[ThreadId] = frozenset()
        self.heard: dict[ThreadId, Heard] = {}
        self.approvals: dict[str, dict[str, Any]] = {}
        """Questions that wait, by their ids."""
        self._relay = relay
        self._peer: Peer | None = None
        self._serving: asyncio.Task[None] | None = None
        self.is_open = False
        """Whether it is there."""

    async def connect(self) -> bool:
        """Connect and say hello; False when it is gone, or will not have us."""
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                streams = await asyncio.open_unix_connection(self.announcement.address)
                peer = self._peer = Peer(*streams, told=self._told)
                self._serving = asyncio.create_task(self._serve(peer))
                self.is_open = True
                await peer.ask("hello", __version__, self._greeted)
        except (OSError, TimeoutError, PeerGoneError, JsonRpcException):
            await self.close()
            return False
        return True

    async def close(self) -> None:
        """Leave."""
        if self._peer is not None:
            self._peer.close()
        if self._serving is not None:
            self._serving.cancel()
            await asyncio.wait({self._serving})

    async def ask(self, method: str, params: object) -> Any:
        """Have the other process answer what our client asked.

        Raises:
            PeerGoneError: it is gone.
            JsonRpcException: its answer is an error.
        """
        if self._peer is None:
            raise PeerGoneError
        return await self._peer.ask(method, params)

    async def look(self, thread_id: ThreadId, after: int | None) -> list[Any] | None:
        """Hear a task from now on; return its events after our number *after*.

        None: some are forgotten.

        Raises:
            PeerGoneError: it is gone.
        """
        if self._peer is None:
            raise PeerGoneError
        known = self.heard.get(thread_id)
        theirs = after - known.offset if after is not None and known else None

        def taken(answer: dict[str, Any]) -> None:
            if thread_id not in self.heard:
                self._hear(thread_id, answer)

        params = {
            "threadId": thread_id,
            "after": theirs,
            "sees": self._sees_questions,
        }
        answer = await self._peer.ask("look", params, taken)
        if known is None:
            return [] if after is None else None
        missed: list[Any] | None = answer["missed"]
        return missed and [_renumbered(each, known.offset) for each in missed]

    async def leave(self, thread_id: ThreadId) -> bool:
        """Hear a task no more; returns whether it was held there."""
        if self.heard.pop(thread_id, None) is None or self._peer is None:
            return False
        return bool(await self._peer.ask("leave", thread_id))

    def _hear(self, thread_id: ThreadId, answer: dict[str, Any]) -> None:
        started: list[Any] | None = answer["started"]
        number = self._relay.heard_first(thread_id, started)
        turn_id = str(started[0]) if started else None
        self.heard[thread_id] = Heard(number - int(answer["seq"]), turn_id)

    def _greeted(self, answer: dict[str, Any]) -> None:
        self.driven = frozenset(map(ThreadId, answer["driven"]))
        for approval in answer["approvals"]:
            self._asked(approval)

    def _told(self, method: str, params: Any) -> None:
        match method:
            case "event":
                self._event(params)
            case "asked":
                self._asked(params)
            case "resolved":
                self._resolved(ThreadId(params[0]), params[1])
            case "driven":
                self.driven = frozenset(map(ThreadId, params))
                for thread_id in self.heard.keys() - self.driven:
                    self._lose(thread_id)
                self._relay.driven_changed(self)
            case _:
                pass

    def _event(self, body: dict[str, Any]) -> None:
        heard = self.heard.get(ThreadId(body["threadId"]))
        if heard is None:
            return
        match body["event"]["type"]:
            case "turnStarted":
                heard.turn_id = body["event"]["turnId"]
            case "turnCompleted":
                heard.turn_id = None
            case _:
                pass
        self._relay.event(_renumbered(body, heard.offset))

    def _asked(self, approval: dict[str, Any]) -> None:
        self.approvals[approval["requestId"]] = approval
        self._relay.asked(approval)

    def _resolved(self, thread_id: ThreadId, request_id: str) -> None:
        if self.approvals.pop(request_id, None) is not None:
            self._relay.resolved(thread_id, request_id)

    def _lose(self, thread_id: ThreadId) -> None:
        heard = self.heard.pop(thread_id)
        self._relay.lost(thread_id, heard.turn_id)

    async def _serve(self, peer: Peer) -> None:
        try:
            await peer.serve()
        finally:
            self.is_open = False
            self.driven = frozenset()
            for request_id, approval in list(self.approvals.items()):
                self._resolved(ThreadId(approval["threadId"]), request_id)
            for thread_id in list(self.heard):
                self._lose(thread_id)
            self._relay.driven_changed(self)


def _renumbered(body: dict[str, Any], offset: int) -> dict[str, Any]:
    return {**body, "seq": body["seq"] + offset}
