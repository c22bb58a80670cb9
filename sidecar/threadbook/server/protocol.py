"""TaskProtocol and TaskServer: pygls, made to answer every request exactly once.

What pygls 2.1 does by itself and this changes (docs/architecture.md, "Server"):
params that don't fit are logged and never answered; a result that can't be
serialised is dropped; every nested object with a "jsonrpc" key is taken for a
message; stdin is read on the pool that busy handlers fill; bodies are logged.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any, cast

import attrs
import orjson
from lsprotocol.types import METHOD_TO_TYPES, ResponseError
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol

if TYPE_CHECKING:
    from pygls.exceptions import PyglsError

    from threadbook.server.stream import Incoming, Outgoing

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

    outgoing: Outgoing | None = None
    answered: object = None
    """The id of a request that `early` answered: it is not answered again."""

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

    def _send_data(self, data: Any) -> None:
        """Write one message; no body ever goes to a log."""
        if self.outgoing is None or self._is_answered(data):
            return
        try:
            self.outgoing.send(data, self._serialize_message)
        except TypeError:
            _log.exception("a message could not be serialised")
            request_id = getattr(data, "id", None)
            if request_id is None:
                return
            self.refuse(request_id, INTERNAL_ERROR, "The answer can't be serialised")

    def _is_answered(self, data: Any) -> bool:
        if self.answered is None or getattr(data, "id", None) != self.answered:
            return False
        self.answered = None
        return True


class TaskServer(LanguageServer):
    """A language server on our own stream, whose reading nothing can starve."""

    protocol: TaskProtocol  # pyright: ignore[reportIncompatibleVariableOverride]

    def report_server_error(
        self, error: Exception, source: type[PyglsError | JsonRpcException]
    ) -> None:
        """Log the kind alone: pygls would show a pop-up with the whole message."""
        _log.debug("%s: %s", source.__name__, type(error).__name__)

    def begin(self, outgoing: Outgoing, *, answered: object) -> None:
        """Send to *outgoing* from now on; *answered*: the id of an early request."""
        self._stop_event = threading.Event()
        self.protocol.outgoing = outgoing
        self.protocol.answered = answered
        self.protocol.set_writer(outgoing)

    async def serve(self, incoming: Incoming) -> None:
        """Answer requests until stdin ends or the client says `exit`."""
        try:
            while self._stop_event is not None and not self._stop_event.is_set():
                body = await incoming.take()
                if body is None:
                    return
                self.protocol.receive(body)
        finally:
            self.shutdown()
