"""Pictures of a conversation, which items only refer to: where they lie, and they.

An item never holds a picture's bytes. Here one pass over a turn tells on which line
the pictures of each item are; that line is read when they are wanted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

import orjson

from threadbook.errors import RolloutUnreadableError
from threadbook.items import ImageView
from threadbook.rollout.fields import as_object, parse_object
from threadbook.rollout.formats import decode
from threadbook.rollout.lines import CHUNK, open_rollout, read_lines
from threadbook.rollout.records import CallAnswered, ItemDone, Place, UserSaid

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from threadbook.rollout.records import Record
    from threadbook.rollout.types import TurnSpan

_LONGEST: Final = 96 << 20
"""A line above this size is not read for its pictures."""
_SIGNS: Final = (b'"data:image/', b"image_generation", b'"ImageGeneration"')


def locate_pictures(span: TurnSpan) -> dict[str, int]:
    """Return, by item id, the offset of the line that holds the item's pictures.

    Raises:
        RolloutUnreadableError: the file can't be opened now.
    """
    found: dict[str, int] = {}
    if span.path.suffix.lower() == ".json":
        return found
    seen_by_model: int | None = None
    for line in read_lines(span.path, span.start, span.end):
        holds = any(sign in line.data for sign in _SIGNS)
        if not holds and seen_by_model is None:
            continue
        raw = parse_object(line.data)
        if raw is None:
            continue
        record = decode(raw, Place(line.start, limit=0))
        if isinstance(record, UserSaid) and not record.told:
            # Codex's own side may name files of which only this holds the bytes.
            seen_by_model = line.start if holds else None
        item_id = _illustrated(record)
        if item_id is None:
            continue
        if holds:
            found.setdefault(item_id, line.start)
        elif isinstance(record, UserSaid) and seen_by_model is not None:
            found.setdefault(item_id, seen_by_model)
    return found


def _illustrated(record: Record) -> str | None:
    match record:
        case UserSaid():
            return record.item_id
        case ItemDone(item=ImageView()):
            return record.item.item_id
        case CallAnswered():
            return record.call_id
        case _:
            return None


def read_pictures(path: Path, offset: int) -> list[str]:
    """Return the pictures on one line, as data URLs, in their order.

    Raises:
        RolloutUnreadableError: the file can't be opened now.
    """
    try:
        line = _line(path, offset)
        value: object = orjson.loads(line)
    except orjson.JSONDecodeError:
        return []
    except OSError as error:
        raise RolloutUnreadableError(path, error.strerror or "it failed") from error
    return list(_pictures(value))


def _line(path: Path, offset: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    with open_rollout(path, offset) as source:
        while (chunk := source.read(CHUNK)) and size <= _LONGEST:
            newline = chunk.find(b"\n")
            parts.append(chunk if newline < 0 else chunk[:newline])
            size += len(chunk)
            if newline >= 0:
                break
    return b"".join(parts)


def _pictures(value: object) -> Iterator[str]:
    if isinstance(value, str):
        if value.startswith("data:image/"):
            yield value
    elif isinstance(value, list):
        for each in cast("list[object]", value):
            yield from _pictures(each)
    elif isinstance(value, dict):
        fields = as_object(cast("object", value))
        kind = str(fields.get("type"))
        result = fields.get("result")
        if kind.lower().replace("_", "").startswith("imagegeneration") and isinstance(
            result, str
        ):
            yield f"data:image/png;base64,{result}"
            return
        for each in fields.values():
            yield from _pictures(each)
