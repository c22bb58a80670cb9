"""Reads fields of foreign JSON without trusting their presence or their types.

Every function returns None (or something empty) for what is missing, null or of
another type than it ought to be: rollouts are written by many versions, and torn.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast

import orjson

from threadbook.items import Text
from threadbook.rollout.elide import MARKER

Json = dict[str, object]

_UNTIL_2286 = 10_000_000_000_000
"""Milliseconds. What claims to be later, or before 1970, was not written by a clock,
and nobody who shows times can spell all of it."""
_LARGEST = 2**53
"""What every reader of our answers holds exactly; nothing real is beyond it."""


def parse_object(data: bytes | str) -> Json | None:
    """Parse a JSON object; None when it is none."""
    try:
        value: object = orjson.loads(data)
    except orjson.JSONDecodeError:
        return None
    return cast("Json", value) if isinstance(value, dict) else None


def as_object(value: object) -> Json:
    """Return *value* if it is an object, else an empty one."""
    # A `cast` is a call, and each line asks several times.
    return value if isinstance(value, dict) else {}  # pyright: ignore[reportUnknownVariableType]


def as_list(value: object) -> list[object]:
    """Return *value* if it is an array, else an empty one."""
    return cast("list[object]", value) if isinstance(value, list) else []


def objects(value: object) -> list[Json]:
    """Return the objects in an array."""
    return [entry for entry in map(as_object, as_list(value)) if entry]


def texts(value: object) -> list[str]:
    """Return the texts in an array."""
    return [entry for entry in as_list(value) if isinstance(entry, str)]


def text_of(value: object) -> str | None:
    """Return *value* if it is a text with something in it."""
    return value if isinstance(value, str) and value else None


def int_of(value: object) -> int | None:
    """Return *value* as a whole number, also from a float."""
    # By exact type: parsers make no others, and a bool is an int, too.
    if type(value) is int or type(value) is float:
        return int(value) if -_LARGEST <= value <= _LARGEST else None
    return None


def float_of(value: object) -> float | None:
    """Return *value* if it is a number."""
    if type(value) is int or type(value) is float:
        return float(value)
    return None


def time_of(value: object) -> int | None:
    """Return a time as Unix milliseconds: RFC 3339 text, or Unix seconds."""
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=UTC)
            at = round(moment.timestamp() * 1000)
        except (ValueError, OverflowError):
            return None
        return at if 0 <= at < _UNTIL_2286 else None
    if type(value) is int:
        return value * 1000 if 0 <= value * 1000 < _UNTIL_2286 else None
    number = float_of(value)
    return None if number is None else moment_of(number * 1000)


def moment_of(value: object) -> int | None:
    """Return Unix milliseconds, if they are a time of any Codex."""
    number = int_of(value)
    return number if number is not None and 0 <= number < _UNTIL_2286 else None


def duration_of(value: object) -> int | None:
    """Return a duration in milliseconds: `{secs, nanos}`, or seconds."""
    if fields := as_object(value):
        seconds, nanos = int_of(fields.get("secs")), int_of(fields.get("nanos"))
        if seconds is None and nanos is None:
            return None
        return (seconds or 0) * 1000 + (nanos or 0) // 1_000_000
    number = float_of(value)
    return None if number is None else int_of(number * 1000)


def clip(text: str, limit: int) -> Text:
    """Cut *text* to *limit* bytes of UTF-8."""
    marker = MARKER.search(text, max(len(text) - 40, 0))
    if marker:
        text = text[: marker.start()]
    # A character has at most four bytes: short texts need no encoding to be sure.
    if not marker and len(text) * 4 <= limit and text.isascii():
        return Text(text, len(text))
    encoded = text.encode("utf-8", "replace")
    size = int(marker[1]) if marker else len(encoded)
    if len(encoded) > limit:
        head = encoded[:limit].decode("utf-8", "ignore")
        return Text(head, max(size, len(encoded)), cut=True)
    return Text(text, size, cut=marker is not None)


def elided_size(text: str) -> int | None:
    """Return how long a text was before it was elided; None if it was not."""
    marker = MARKER.search(text, max(len(text) - 40, 0))
    return int(marker[1]) if marker else None


def as_json(value: object) -> str:
    """Write *value* as JSON again, for a person to read."""
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
