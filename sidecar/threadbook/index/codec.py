"""Values to bytes and back: orjson, and what orjson refuses.

Dataclasses are lists of their fields' values, in order: names would be half the
bytes. So the version of the index depends on the names (`field_names`).

Texts of rollouts and names of files may hold lone surrogates, numbers may be of any
size; both go the slow way through `json`, so that they come back as they were.
"""

from __future__ import annotations

import json
from dataclasses import fields
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_INT64 = 2**63


def pack(value: object) -> bytes:
    """Encode JSON values, dataclasses and enums; paths are left out (null)."""
    try:
        return orjson.dumps(
            value, default=_listed, option=orjson.OPT_PASSTHROUGH_DATACLASS
        )
    except orjson.JSONEncodeError:
        return json.dumps(value, default=_listed, separators=(",", ":")).encode()


def unpack(data: bytes) -> Any:  # noqa: ANN401 - JSON is anything
    """Decode what `pack` encoded, dataclasses as lists."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        return json.loads(data)


def field_names(*kinds: type) -> list[str]:
    """Name all that a list stands for; another answer, another encoding."""
    return [f"{kind.__name__}.{each.name}" for kind in kinds for each in fields(kind)]


def column_text(text: str) -> str:
    """Make *text* fit for SQLite, which refuses lone surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode(errors="replace").decode()
    return text


def listed(texts: Iterable[str]) -> str:
    """Write *texts* as what SQLite's `json_each` reads."""
    return orjson.dumps(list(texts)).decode()


def column_int(number: int) -> int:
    """Make *number* fit into SQLite's 64 bits, with equal ones staying equal."""
    if -_INT64 <= number < _INT64:
        return number
    return (number + _INT64) % (2 * _INT64) - _INT64


def _listed(value: object) -> object:
    return None if isinstance(value, Path) else _getter(type(value))(value)


@cache
def _getter(kind: type) -> Callable[[object], object]:
    # Of one name, attrgetter would give the bare value.
    names = [each.name for each in fields(kind)]
    get = attrgetter(*names)
    return get if len(names) > 1 else lambda value: [get(value)]
