"""TaskProtocol and TaskServer: pygls, made to answer every request exactly once.

What pygls 2.1 does by itself and this changes (docs/architecture.md, "Server"):
params that don't fit are logged and never answered; a result that can't be
serialised is dropped; every nested object with a "jsonrpc" key is taken for a
message; stdin is read on the pool that busy handlers fill; bodies are logged.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import attrs
import orjson
from lsprotocol.types import METHOD_TO_TYPES, ResponseError
from pygls.exceptions import JsonRpcException
from pygls.io_ import StdinAsyncReader, StdoutWriter
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol

if TYPE_CHECKING:
    from pygls.exceptions import PyglsError

_log = logging.getLogger(__name__)

INVALID_REQUEST = -32600
INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603


@attrs.define
class RawRequest:
    """A request of ours, its params still plain JSON."""

    id: int | str
    method: str
    jsonrpc: str
    params: Any = None


class TaskProtocol(LanguageServerProtocol):
    """LSP, with the params of our own requests left for `answer` to validate."""

    def structure_message(self, data: dict[str, Any]) -> Any:
        """Leave our requests raw; hand the rest to lsprotocol."""
        method = data.get("method")
        if "id" in data and method is not None and method not in METHOD_TO_TYPES:
            return RawRequest(
                id=data["id"],
                method=str(method),
                jsonrpc=str(data.get("jsonrpc")),
                params=data.get("params"),
            )
        return super().structure_message(data)

    def receive(self, body: bytes) -> None:
        """Handle one message; whatever is wrong with it, its sender hears of it."""
        try:
            parsed: object = orjson.loads(body)
        except ValueError:
            _log.warning("a message of %d bytes is not JSON", len(body))
            return
        if not isinstance(parsed, dict):
            _log.warning("a message of %d bytes is no object", len(body))
            return
        data = cast("dict[str, Any]", parsed)
        request_id = data.get("id") if "method" in data else None
        if self._shutdown and request_id is not None:
            self.refuse(request_id, INVALID_REQUEST, "The sidecar is shutting down")
            return
        try:
            message = self.structure_message(data)
        except JsonRpcException:
            if request_id is not None:
                text = f"The params of {data.get('method')} do not fit"
                self.refuse(request_id, INVALID_PARAMS, text)
            return
        self.handle_message(message)

    def refuse(self, request_id: int | str, code: int, message: str) -> None:
        """Answer a request with an error."""
        self._send_response(request_id, error=ResponseError(code=code, message=message))

    def send_raw(self, message: dict[str, Any]) -> None:
        """Send a message of ours; its body may be an `orjson.Fragment`."""
        self._send_data({"jsonrpc": "2.0", **message})

    def _send_data(self, data: Any) -> None:
        """Write one message; no body ever goes to a log."""
        if self.writer is None:
            return
        try:
            body = orjson.dumps(data, default=self._serialize_message)
        except TypeError:
            _log.exception("a message could not be serialised")
            request_id = getattr(data, "id", None)
            if request_id is None:
                return
            self.refuse(request_id, INTERNAL_ERROR, "The answer can't be serialised")
            return
        self.writer.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))


class TaskServer(LanguageServer):
    """A language server whose read loop nothing can starve."""

    protocol: TaskProtocol  # pyright: ignore[reportIncompatibleVariableOverride]

    def report_server_error(
        self, error: Exception, source: type[PyglsError | JsonRpcException]
    ) -> None:
        """Log the kind alone: pygls would show a pop-up with the whole message."""
        _log.debug("%s: %s", source.__name__, type(error).__name__)

    def serve(
        self, stdin: BinaryIO | None = None, stdout: BinaryIO | None = None
    ) -> None:
        """Answer requests until stdin ends or the client says `exit`."""
        self._stop_event = threading.Event()
        # A thread of its own: busy handlers never keep a cancel from being read.
        # Not a daemon thread: CPython aborts at exit when one holds stdin's lock.
        pool = ThreadPoolExecutor(1, "stdin")
        reader = StdinAsyncReader(stdin or sys.stdin.buffer, pool)
        self.protocol.set_writer(StdoutWriter(stdout or sys.stdout.buffer))
        try:
            asyncio.run(self._read(reader))
        except (BrokenPipeError, KeyboardInterrupt, SystemExit):
            _log.debug("the client is gone")
        finally:
            self.shutdown()
            pool.shutdown(wait=False)

    async def opened(self) -> None:
        """Run on the loop before the first message; for subclasses."""

    async def closed(self) -> None:
        """Run on the loop after the last message; for subclasses."""

    async def _read(self, reader: StdinAsyncReader) -> None:
        await self.opened()
        length = 0
        try:
            while self._stop_event is not None and not self._stop_event.is_set():
                line = await reader.readline()
                if not line:
                    return
                if line[:15].lower() == b"content-length:":
                    length = int(line[15:])
                elif not line.strip() and length:
                    body, length = await reader.readexactly(length), 0
                    self.protocol.receive(body)
        finally:
            await self.closed()
