"""Peer: another Threadbook process at the end of a socket; JSON, each with its length.

One side asks and is answered, the other answers and tells. What a peer sends is taken
in the order in which it came, an answer no later than what was told after it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import struct
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

import orjson
from pygls.exceptions import JsonRpcException

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Taken = Callable[[Any], None]

_log = logging.getLogger(__name__)

_LENGTH = struct.Struct(">I")
_LONGEST_BACKLOG = 64 << 20
"""Bytes that wait for a peer that does not read any more: it is given up."""


class PeerGoneError(Exception):
    """The other process is gone, or was before it answered."""


@dataclass(slots=True)
class _Waiting:
    answer: asyncio.Future[Any]
    taken: Taken | None


class Peer:
    """One connection; belongs to one loop."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        told: Callable[[str, Any], None],
        asked: Callable[[str, Any], Awaitable[Any]] | None = None,
    ) -> None:
        """Call *told* with what it tells, and *asked* for what it asks."""
        self._reader = reader
        self._writer = writer
        self._told = told
        self._asked = asked
        self._numbers = count(1)
        self._waiting: dict[int, _Waiting] = {}
        self._work: set[asyncio.Task[None]] = set()

    async def serve(self) -> None:
        """Take what comes until it is gone, or we close."""
        try:
            while True:
                size = await self._reader.readexactly(_LENGTH.size)
                body = await self._reader.readexactly(_LENGTH.unpack(size)[0])
                self._take(orjson.loads(body))
        except (OSError, EOFError, ValueError):
            pass  # An end in the middle of a message is an end.
        finally:
            self.close()
            for each in self._work:
                each.cancel()
            waiting, self._waiting = self._waiting, {}
            for one in waiting.values():
                if not one.answer.done():
                    one.answer.set_exception(PeerGoneError())
                    one.answer.exception()

    async def ask(self, method: str, params: object, taken: Taken | None = None) -> Any:
        """Return the answer; *taken* sees it before anything that is told after it.

        Raises:
            PeerGoneError: there is none, and none will come.
            JsonRpcException: it is an error.
        """
        if self._writer.is_closing():
            raise PeerGoneError
        number = next(self._numbers)
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[number] = _Waiting(answer, taken)
        try:
            self._send({"id": number, "method": method, "params": params})
            return await answer
        finally:
            self._waiting.pop(number, None)

    def tell(self, method: str, params: object) -> None:
        """Tell it something; lost when it is gone."""
        self._send({"method": method, "params": params})

    def close(self) -> None:
        """Speak no more; what was said is still delivered."""
        with contextlib.suppress(OSError, RuntimeError):
            self._writer.close()

    def _send(self, message: object) -> None:
        if self._writer.is_closing():
            return
        body = orjson.dumps(message)
        self._writer.write(_LENGTH.pack(len(body)) + body)
        if self._writer.transport.get_write_buffer_size() > _LONGEST_BACKLOG:
            _log.warning("another Threadbook process does not read; it is given up")
            self._writer.transport.abort()

    def _take(self, message: Any) -> None:
        match message:
            case {"id": int() as number, "method": str() as method, "params": params}:
                work = asyncio.create_task(self._answer(number, method, params))
                self._work.add(work)
                work.add_done_callback(self._work.discard)
            case {"method": str() as method, "params": params}:
                self._told(method, params)
            case {"id": int() as number}:
                self._answered(number, message)
            case _:
                _log.warning("another Threadbook process said something of no sense")

    def _answered(self, number: int, message: dict[str, Any]) -> None:
        waiting = self._waiting.get(number)
        if waiting is None or waiting.answer.done():
            return
        error = message.get("error")
        if error is not None:
            waiting.answer.set_exception(JsonRpcException(**error))
            return
        result = message.get("result")
        if waiting.taken is not None:
            waiting.taken(result)
        waiting.answer.set_result(result)

    async def _answer(self, number: int, method: str, params: object) -> None:
        if self._asked is None:
            return
        try:
            result = await self._asked(method, params)
        except JsonRpcException as error:
            said = {"message": error.message, "code": error.code, "data": error.data}
            self._send({"id": number, "error": said})
        else:
            self._send({"id": number, "result": result})
