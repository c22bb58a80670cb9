"""Early: the handshake and the first page, answered before pygls is imported.

lsprotocol alone takes longer to import than all that a list needs. So `initialize`
is answered with what pygls would say (a test compares), and the first `task/list`
is; then pygls takes over, hears of both, and does all the rest. Whatever is not
quite as expected is left to it as well.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import orjson

from threadbook import __version__
from threadbook.handlers.first_page import first_page_json, is_first_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from threadbook.server.opening import Opening
    from threadbook.server.stream import Incoming, Outgoing

    Receive = Callable[[bytes], None]

INITIALIZE_RESULT: dict[str, Any] = {
    "capabilities": {
        "positionEncoding": "utf-16",
        "textDocumentSync": {"openClose": True, "save": False},
        "executeCommandProvider": {"commands": []},
        "workspace": {
            "workspaceFolders": {"supported": True, "changeNotifications": True},
            "fileOperations": {},
        },
    },
    "serverInfo": {"name": "threadbook", "version": __version__},
}

_PATIENCE_S = 0.2
"""So long after the handshake a client may take to ask for its first list."""


class Early:
    """The first messages of one client."""

    def __init__(
        self, opening: Opening, incoming: Incoming, outgoing: Outgoing
    ) -> None:
        self._opening = opening
        self._incoming = incoming
        self._outgoing = outgoing
        self._left: list[bytes] = []
        self._listing: asyncio.Task[bytes] | None = None
        self._asked: tuple[object, bytes] = (None, b"")
        self.answered: object = None
        """The id of `initialize`: pygls' own answer to it must not be sent."""

    async def serve(self) -> None:
        """Answer what can be answered; return when pygls is needed, or welcome."""
        while await self._is_within_patience():
            body = await self._incoming.take()
            if body is None:
                return
            if not self._take(body):
                self._left.append(body)
                return
        if self._listing is not None:
            # What comes meanwhile stays unread: `Incoming` keeps it.
            await asyncio.wait(
                {self._listing, self._incoming.coming()},
                return_when=asyncio.FIRST_COMPLETED,
            )

    def hand_over(self, receive: Receive) -> None:
        """Let *receive* have all that is not answered, and `initialize`."""
        for body in self._left:
            receive(body)
        if self._listing is not None:
            self._listing.add_done_callback(partial(self._finish, receive))

    async def _is_within_patience(self) -> bool:
        if self._listing is not None:
            return False
        if self.answered is None:
            return True
        done, _ = await asyncio.wait({self._incoming.coming()}, timeout=_PATIENCE_S)
        return bool(done)

    def _take(self, body: bytes) -> bool:
        """Answer one message, or see to it; False if it is not for us."""
        match _message(body):
            case {
                "jsonrpc": "2.0",
                "method": "initialize",
                "id": int() | str() as request_id,
                "params": {"processId": _, "capabilities": {}} as params,
            } if self.answered is None:
                self._left.append(body)
                self.answered = request_id
                self._opening.choose(params.get("initializationOptions"))
                self._send(request_id, INITIALIZE_RESULT)
                return True
            case {"method": "initialized"} as message if "id" not in message:
                self._left.append(body)
                return self.answered is not None
            case {
                "jsonrpc": "2.0",
                "method": "task/list",
                "id": int() | str() as request_id,
            } as message if self.answered is not None:
                params = message.get("params")
                if not is_first_page(params):
                    return False
                self._asked = request_id, body
                listing = partial(self._list, params)
                self._listing = asyncio.ensure_future(self._opening.work(listing))
                self._listing.add_done_callback(self._send_page)
                return True
            case _:
                return False

    def _list(self, params: object) -> bytes:
        return first_page_json(self._opening.for_lists(), params)

    def _send_page(self, listing: asyncio.Task[bytes]) -> None:
        if not listing.cancelled() and listing.exception() is None:
            self._send(self._asked[0], orjson.Fragment(listing.result()))

    def _finish(self, receive: Receive, listing: asyncio.Task[bytes]) -> None:
        """Let a list that failed be asked for again, for its error."""
        if not listing.cancelled() and listing.exception() is not None:
            receive(self._asked[1])

    def _send(self, request_id: object, result: object) -> None:
        self._outgoing.send({"id": request_id, "jsonrpc": "2.0", "result": result})


def _message(body: bytes) -> dict[str, Any]:
    try:
        message: object = orjson.loads(body)
    except ValueError:
        return {}
    return cast("dict[str, Any]", message) if isinstance(message, dict) else {}
