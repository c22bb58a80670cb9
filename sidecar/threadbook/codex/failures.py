"""A TurnError of the app-server, read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from threadbook import stops
from threadbook.codex.fields import integer_at, object_at, tag_at, text_at

if TYPE_CHECKING:
    from threadbook.codex.fields import JsonObject
    from threadbook.items import RateLimits, Stop


def failure_code(error: JsonObject) -> str | None:
    """Return the code of a TurnError, as Codex names it."""
    return tag_at(error, "codexErrorInfo")


def failure_message(error: JsonObject) -> str:
    """Return the sentence of a TurnError."""
    return text_at(error, "message") or "Codex gave no reason"


def stop_of(error: JsonObject, limits: RateLimits | None) -> Stop:
    """Classify a TurnError; *limits* are the newest windows of the account."""
    code = failure_code(error)
    details = object_at(object_at(error, "codexErrorInfo"), code or "")
    status = integer_at(details, "httpStatusCode")
    return stops.stop_of(failure_message(error), code, limits, status)
