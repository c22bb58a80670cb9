"""One line each way: Codex's JSON-RPC, which has no `jsonrpc` key."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import orjson

from threadbook.codex.fields import (
    as_object,
    integer_at,
    object_at,
    text_at,
)

if TYPE_CHECKING:
    from threadbook.codex.fields import (
        JsonObject,
    )

RequestId = int | str
"""The server numbers its own requests; ids of the two sides may coincide."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """The error of a reply."""

    code: int
    message: str


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a request of ours."""

    id: RequestId
    result: JsonObject = field(default_factory=dict[str, object])
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class ServerRequest:
    """A question of the server, which waits until it is answered."""

    id: RequestId
    method: str
    params: JsonObject


@dataclass(frozen=True, slots=True)
class Notification:
    """Something that the server tells us."""

    method: str
    params: JsonObject


Frame = Reply | ServerRequest | Notification


def decode(line: bytes) -> Frame | None:
    """Read one line; None when it is no frame (a stray print, a cut line)."""
    try:
        message = as_object(orjson.loads(line))
    except orjson.JSONDecodeError:
        return None
    method, identity = text_at(message, "method"), message.get("id")
    if method is not None:
        params = object_at(message, "params")
        if isinstance(identity, int | str):
            return ServerRequest(identity, method, params)
        return Notification(method, params)
    if not isinstance(identity, int | str):
        return None
    if "error" not in message:
        return Reply(identity, object_at(message, "result"))
    error = object_at(message, "error")
    text = text_at(error, "message") or "no reason given"
    return Reply(identity, refusal=Refusal(integer_at(error, "code") or 0, text))


def encode_request(identity: RequestId, method: str, params: object) -> bytes:
    """Spell a request."""
    return _line({"id": identity, "method": method, "params": params})


def encode_notification(method: str) -> bytes:
    """Spell a notification (none of ours has params)."""
    return _line({"method": method})


def encode_answer(identity: RequestId, result: object) -> bytes:
    """Spell the answer to a request of the server."""
    return _line({"id": identity, "result": result})


def encode_refusal(identity: RequestId, refusal: Refusal) -> bytes:
    """Spell the refusal of a request of the server."""
    error = {"code": refusal.code, "message": refusal.message}
    return _line({"id": identity, "error": error})


def _line(message: JsonObject) -> bytes:
    return orjson.dumps(message, option=orjson.OPT_APPEND_NEWLINE)
