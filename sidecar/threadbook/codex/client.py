"""AppServer: one conversation with `codex app-server`.

Requests are awaited, notifications and questions go to a Listener in the order in
which they came. When the server is gone every request that waits fails.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from itertools import count
from typing import TYPE_CHECKING, Protocol

from threadbook import __version__
from threadbook.codex.fields import text_at
from threadbook.codex.frames import (
    Notification,
    Refusal,
    Reply,
    ServerRequest,
    decode,
    encode_answer,
    encode_notification,
    encode_refusal,
    encode_request,
)
from threadbook.codex.process import ChildProcess
from threadbook.errors import CodexRefusedError, CodexUnavailableError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from threadbook.codex.binary import CodexBinary
    from threadbook.codex.fields import JsonObject
    from threadbook.codex.frames import RequestId
    from threadbook.home import CodexHome

_log = logging.getLogger(__name__)

_OVERLOADED = -32001
_METHOD_NOT_FOUND = -32601
_CLOSING = " is closing; retry "
"""In the refusal for a thread that Codex is just about to unload."""
_BACK_OFF_SECONDS = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2)
_UNWANTED = (
    "turn/diff/updated",
    "rawResponseItem/completed",
    "rawResponse/completed",
    "item/reasoning/textDelta",
    "thread/realtime/outputAudio/delta",
)


class Connection(Protocol):
    """What carries the lines: a child's pipes, or the daemon's socket."""

    @property
    def pid(self) -> int | None:
        """The server's process, where it is known."""
        ...

    def send(self, line: bytes) -> None:
        """Queue one line."""
        ...

    def lines(self) -> AsyncIterator[bytes]:
        """Yield what the server says, until it is gone."""
        ...

    def ending(self) -> str:
        """Say in one sentence how it came to be gone."""
        ...

    def let_go(self) -> None:
        """Begin to close, without waiting and without force."""
        ...

    async def end(self) -> None:
        """Close, and wait until it is done."""
        ...


class Listener:
    """Hears what the server says by itself; this one is deaf."""

    def notified(self, method: str, params: JsonObject) -> None:
        """Take a notification."""

    def asked(self, request: ServerRequest) -> bool:
        """Take a question, to be answered later; False: refuse it for me."""
        del request
        return False

    def ended(self, reason: str) -> None:
        """Learn that the server is gone, asked to or not."""


class AppServer:
    """A server that has been shaken hands with; start() makes one."""

    def __init__(
        self, connection: Connection, listener: Listener, binary: CodexBinary
    ) -> None:
        self.binary = binary
        self._connection = connection
        self._listener = listener
        self._numbers = count(1)
        self._waiting: dict[RequestId, asyncio.Future[Reply]] = {}
        self._gone: str | None = None
        self._ready = False
        self.user_agent = ""
        """What the server calls itself, its version included."""
        self._reading = asyncio.get_running_loop().create_task(self._read())

    @classmethod
    async def start(
        cls, binary: CodexBinary, home: CodexHome, listener: Listener | None = None
    ) -> AppServer:
        """Start *binary* on *home*; waits as long as Codex builds its database.

        Raises:
            CodexUnavailableError: it does not start, or ends in the handshake.
        """
        connection = ChildProcess.spawn(binary, home)
        return await cls.shake_hands(connection, listener or Listener(), binary)

    @classmethod
    async def shake_hands(
        cls, connection: Connection, listener: Listener, binary: CodexBinary
    ) -> AppServer:
        """Introduce ourselves on *connection*.

        Cancelled or failing, the connection is let go of, without force: a server
        that is killed while it builds its database locks everybody out.
        """
        server = cls(connection, listener, binary)
        try:
            answer = await server.request("initialize", _introduction())
        except BaseException:
            connection.let_go()
            raise
        server._ready = True
        server.user_agent = text_at(answer, "userAgent") or ""
        connection.send(encode_notification("initialized"))
        return server

    @property
    def pid(self) -> int | None:
        """The server's process, where it is known."""
        return self._connection.pid

    @property
    def alive(self) -> bool:
        """Whether requests can still be made."""
        return self._gone is None

    async def request(self, method: str, params: Mapping[str, object]) -> JsonObject:
        """Ask, and return the result; a server that says to retry is asked again.

        Raises:
            CodexRefusedError: the server answered with an error.
            CodexUnavailableError: the server is gone.
        """
        for pause in (*_BACK_OFF_SECONDS, None):
            reply = await self._ask(method, params)
            refusal = reply.refusal
            if refusal is None:
                return reply.result
            if pause is None or not _says_to_retry(refusal):
                raise CodexRefusedError(method, refusal.code, refusal.message)
            await asyncio.sleep(pause)
        raise AssertionError  # pragma: no cover - the loop returns or raises

    def answer(self, identity: RequestId, result: Mapping[str, object]) -> None:
        """Answer a question of the server."""
        self._connection.send(encode_answer(identity, result))

    def refuse(self, identity: RequestId, message: str) -> None:
        """Answer a question of the server with an error."""
        refusal = Refusal(_METHOD_NOT_FOUND, message)
        self._connection.send(encode_refusal(identity, refusal))

    async def close(self) -> None:
        """End the server; one in its handshake is let go of, and ends by itself."""
        if self._ready:
            await self._connection.end()
            await self._reading
            return
        self._connection.let_go()
        self._reading.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._reading
        self._end("The connection to codex app-server was closed")

    async def _ask(self, method: str, params: Mapping[str, object]) -> Reply:
        if self._gone is not None:
            raise CodexUnavailableError(self._gone)
        number = next(self._numbers)
        answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            self._connection.send(encode_request(number, method, params))
            return await answer
        finally:
            self._waiting.pop(number, None)

    async def _read(self) -> None:
        async for line in self._connection.lines():
            try:
                self._receive(line)
            except Exception as error:  # noqa: BLE001
                # One message that we can't take must not deafen us for the others;
                # its text, which the traceback may quote, does not belong in a log.
                _log.warning("A message was not taken: %s", type(error).__name__)
        self._end(self._connection.ending())

    def _receive(self, line: bytes) -> None:
        frame = decode(line)
        match frame:
            case Reply():
                answer = self._waiting.get(frame.id)
                if answer is not None and not answer.done():
                    answer.set_result(frame)
            case Notification():
                self._listener.notified(frame.method, frame.params)
            case ServerRequest():
                if not self._listener.asked(frame):
                    self.refuse(frame.id, f"Threadbook can't answer {frame.method}")
            case None:
                _log.warning("codex app-server said %d bytes of no sense", len(line))

    def _end(self, reason: str) -> None:
        if self._gone is not None:
            return
        self._gone = reason
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(CodexUnavailableError(_with_remedy(reason)))
        self._listener.ended(reason)


def _says_to_retry(refusal: Refusal) -> bool:
    return refusal.code == _OVERLOADED or _CLOSING in refusal.message


def _introduction() -> JsonObject:
    client = {"name": "threadbook", "title": "Threadbook", "version": __version__}
    capabilities = {
        "experimentalApi": True,
        "requestAttestation": False,
        "optOutNotificationMethods": _UNWANTED,
    }
    return {"clientInfo": client, "capabilities": capabilities}


def _with_remedy(reason: str) -> str:
    if "state db backfill" in reason:
        return (
            f"{reason}. Another process builds Codex's database, or was killed while "
            "it did; that clears up within 15 minutes by itself"
        )
    return reason
