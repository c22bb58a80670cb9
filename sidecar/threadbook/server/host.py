"""Host: what lets other Threadbook processes take part in the turns that run here.

Each of them, a *guest*, asks for what its own client asks for, and hears the events of
the tasks that it looks at. A question is declined when the last one who looks leaves,
or when nobody has looked for a while.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import struct
import sys
from typing import TYPE_CHECKING, Any

import orjson
from pygls.exceptions import JsonRpcException

from threadbook import __version__
from threadbook.handlers.convert_live import approval_to_wire, event_to_wire
from threadbook.ids import ThreadId
from threadbook.live.announce import Announced
from threadbook.live.types import ApprovalAsked, ApprovalResolved, TaskEvent
from threadbook.server.peer import Peer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from threadbook.home import CodexHome
    from threadbook.live.tasks import LiveTasks
    from threadbook.live.types import Published
    from threadbook.protocol.base import WireModel

    Respond = Callable[[str, Any], Awaitable[Any]]

_log = logging.getLogger(__name__)

PATIENCE_S = 120.0
"""So long a question waits for somebody who looks, once nobody does."""

CAN_LISTEN = hasattr(asyncio, "start_unix_server")
"""Not on Windows: there each window drives for itself, and its turns end with it."""


class Host:
    """The door of a process that drives tasks; it opens with the first of them."""

    def __init__(
        self,
        home: CodexHome,
        live: LiveTasks,
        respond: Respond,
        *,
        patience_s: float = PATIENCE_S,
    ) -> None:
        """Answer guests with *respond*, as a client of our own is answered."""
        self._home = home
        self._live = live
        self._respond = respond
        self._patience_s = patience_s
        self._guests: dict[Peer, set[ThreadId]] = {}
        """Who is here, and at which tasks each of them looks."""
        self._unseeing: set[Peer] = set()
        """Guests who hear what is said, and show nobody what is asked."""
        self._own_left: set[ThreadId] = set()
        """What our own client has looked at, and does no more."""
        self._own_client = True
        self._timers: dict[ThreadId, asyncio.TimerHandle] = {}
        self._told_driven: frozenset[ThreadId] = frozenset()
        self._announced: Announced | None = None
        self._opening: asyncio.Task[None] | None = None
        self._server: asyncio.Server | None = None
        self._serving: set[asyncio.Task[None]] = set()

    @property
    def is_open(self) -> bool:
        """Whether others can come in."""
        return self._server is not None

    def held_changed(self) -> None:
        """Tell guests what is driven here now; let them in when it is the first."""
        driven = self._live.driven()
        if driven == self._told_driven:
            return
        self._told_driven = driven
        self._own_left &= driven
        if self._opening is None and driven and CAN_LISTEN:
            self._opening = asyncio.create_task(self._open())
        for guest in self._guests:
            guest.tell("driven", sorted(driven))

    def published(self, message: Published) -> None:
        """Pass on what a task says to those who look at it, and questions to all."""
        match message:
            case TaskEvent(thread_id=thread_id):
                guests = [one for one, at in self._guests.items() if thread_id in at]
                if guests:
                    body = _plain(event_to_wire(message))
                    for guest in guests:
                        guest.tell("event", body)
            case ApprovalAsked(approval=approval):
                for guest in self._guests:
                    guest.tell("asked", _plain(approval_to_wire(approval)))
                self._mind(approval.thread_id)
            case ApprovalResolved(thread_id=thread_id, request_id=request_id):
                for guest in self._guests:
                    guest.tell("resolved", [thread_id, request_id])

    def own_looks(self, thread_id: ThreadId) -> None:
        """Our own client looks at a task."""
        self._own_left.discard(thread_id)

    def own_leaves(self, thread_id: ThreadId) -> bool:
        """Our own client looks at it no more; returns whether somebody else does."""
        if thread_id in self._live.driven():
            self._own_left.add(thread_id)
        return self._is_looked_at(thread_id)

    async def opened(self) -> None:
        """Wait until it is known whether others can come in."""
        if self._opening is not None:
            await asyncio.wait({self._opening})

    async def windowless(self) -> None:
        """Our own client is gone for good."""
        self._own_client = False
        for thread_id in self._live.driven():
            self._mind(thread_id)
        if self._announced is not None:
            try:
                announce = self._announced.announce
                await asyncio.to_thread(announce, windowless=True)
            except OSError as error:
                _log.warning("the window's end is not announced: %s", error.strerror)

    async def close(self) -> None:
        """Let nobody in any more, and see everybody out."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        await self.opened()
        if self._announced is not None:
            await asyncio.to_thread(self._announced.withdraw)
        if self._server is not None:
            self._server.close()
        for guest in list(self._guests):
            guest.close()
        if self._serving:
            await asyncio.wait(self._serving, timeout=1.0)

    async def _open(self) -> None:
        try:
            announced = await asyncio.to_thread(Announced, self._home)
        except OSError as error:
            _log.warning("turns can't be shared: %s", error.strerror or error)
            return
        self._announced = announced
        try:
            self._server = await asyncio.start_unix_server(
                self._welcome, announced.address
            )
            await asyncio.to_thread(announced.announce)
        except OSError as error:
            # Turns run without it, too.
            _log.warning("turns can't be shared: %s", type(error).__name__)
            if self._server is not None:
                self._server.close()
                self._server = None
            await asyncio.to_thread(announced.withdraw)

    async def _welcome(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if not _is_same_user(writer):
            writer.close()
            return
        serving = asyncio.current_task()
        if serving is not None:
            self._serving.add(serving)
            serving.add_done_callback(self._serving.discard)
        guest = Peer(
            reader,
            writer,
            told=lambda _method, _params: None,
            asked=lambda method, params: self._asked(guest, method, params),
        )
        try:
            await guest.serve()
        finally:
            self._unseeing.discard(guest)
            for thread_id in self._guests.pop(guest, set()):
                self._mind(thread_id)

    async def _asked(self, guest: Peer, method: str, params: Any) -> Any:
        match method:
            case "hello":
                return self._hello(guest, params)
            case "look":
                if not params["sees"]:
                    self._unseeing.add(guest)
                return self._look(guest, ThreadId(params["threadId"]), params["after"])
            case "leave":
                return await self._leave(guest, ThreadId(params))
            case _:
                return await self._respond(method, params)

    def _hello(self, guest: Peer, version: object) -> dict[str, Any]:
        if version != __version__:
            message = f"This is Threadbook {__version__}, you are {version}"
            raise JsonRpcException(message, -32600)
        self._guests[guest] = set()
        driven = self._live.driven()
        waiting = [
            _plain(approval_to_wire(approval))
            for thread_id in sorted(driven)
            for approval in self._live.approvals(thread_id)
        ]
        return {"driven": sorted(driven), "approvals": waiting}

    def _look(
        self, guest: Peer, thread_id: ThreadId, after: int | None
    ) -> dict[str, Any]:
        """Let a guest hear a task; answer where it stands just now."""
        live = self._live
        self._guests.setdefault(guest, set()).add(thread_id)
        if guest not in self._unseeing:
            live.stay(thread_id)
        live.feed.flush(thread_id)
        moment = live.feed.moment(thread_id)
        missed = live.feed.since(thread_id, after) if after is not None else ()
        started = moment.started
        return {
            "seq": moment.seq,
            "started": [started.turn_id, started.at] if started else None,
            "missed": None
            if missed is None
            else [_plain(event_to_wire(one)) for one in missed],
        }

    async def _leave(self, guest: Peer, thread_id: ThreadId) -> bool:
        self._guests.setdefault(guest, set()).discard(thread_id)
        if self._is_looked_at(thread_id):
            return True
        return await self._live.release(thread_id)

    def _is_looked_at(self, thread_id: ThreadId) -> bool:
        own = self._own_client and thread_id not in self._own_left
        return own or any(
            thread_id in at
            for guest, at in self._guests.items()
            if guest not in self._unseeing
        )

    def _mind(self, thread_id: ThreadId) -> None:
        """See that what waits of a task does not wait for ever."""
        if self._is_looked_at(thread_id) or not self._live.approvals(thread_id):
            return
        loop = asyncio.get_running_loop()
        timer = self._timers.pop(thread_id, None)
        if timer is not None:
            timer.cancel()
        self._timers[thread_id] = loop.call_later(
            self._patience_s, self._give_up, thread_id
        )

    def _give_up(self, thread_id: ThreadId) -> None:
        del self._timers[thread_id]
        if not self._is_looked_at(thread_id) and self._live.approvals(thread_id):
            releasing = asyncio.create_task(self._let_go(thread_id))
            self._serving.add(releasing)
            releasing.add_done_callback(self._serving.discard)

    async def _let_go(self, thread_id: ThreadId) -> None:
        await self._live.release(thread_id)


def _plain(body: WireModel) -> Any:
    """Return a model as JSON that is written as it is."""
    return orjson.Fragment(body.model_dump_json(by_alias=True))


def _is_same_user(writer: asyncio.StreamWriter) -> bool:
    """Whether who connected is our own user; elsewhere the folder's mode says so."""
    end: socket.socket | None = writer.get_extra_info("socket")
    if end is None or sys.platform != "linux":
        return end is not None
    size = struct.calcsize("3i")
    peer = end.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
    _, user, _ = struct.unpack("3i", peer)
    return bool(user == os.geteuid())
