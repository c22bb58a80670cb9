"""Values to bytes and back: orjson, and what orjson refuses.

Texts of rollouts and names of files may hold lone surrogates, numbers may be of any
size; both go the slow way through `json`, so that they come back as they were.
"""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import orjson

_INT64 = 2**63


def pack(value: object) -> bytes:
    """Encode JSON values, dataclasses and enums; paths are left out (null)."""
    try:
        return orjson.dumps(value, default=_without_path)
    except orjson.JSONEncodeError:
        return json.dumps(value, default=_plain, separators=(",", ":")).encode()


def unpack(data: bytes) -> Any:  # noqa: ANN401 - JSON is anything
    """Decode what `pack` encoded."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        return json.loads(data)


def column_text(text: str) -> str:
    """Make *text* fit for SQLite, which refuses lone surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode(errors="replace").decode()
    return text


def column_int(number: int) -> int:
    """Make *number* fit into SQLite's 64 bits, with equal ones staying equal."""
    if -_INT64 <= number < _INT64:
        return number
    return (number + _INT64) % (2 * _INT64) - _INT64


def _without_path(value: object) -> None:
    if not isinstance(value, Path):
        raise TypeError


def _plain(value: object) -> dict[str, object] | None:
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: getattr(value, each.name) for each in fields(value)}
    return _without_path(value)
