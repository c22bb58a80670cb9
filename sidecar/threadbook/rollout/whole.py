"""A turn's items with their texts whole, however large the turn is.

A turn is read with its texts cut, so that it fits into memory; here the cut ones
are read again, as many at a time as may be held at once.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Final, cast

from threadbook.items import Text
from threadbook.rollout.elide import Limits
from threadbook.rollout.fields import int_of, parse_object, time_of
from threadbook.rollout.formats import decode
from threadbook.rollout.items_fold import ItemsFold
from threadbook.rollout.lines import read_lines
from threadbook.rollout.records import (
    AgentSaid,
    CallAnswered,
    CallMade,
    ItemDone,
    Place,
    Reasoned,
    UserSaid,
)
from threadbook.rollout.thread import read_item

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from threadbook.items import Item, Turn
    from threadbook.rollout.lines import Line
    from threadbook.rollout.records import Record
    from threadbook.rollout.types import TurnSpan

LONGEST: Final = 64 << 20
"""A text above this size stays cut."""
_HELD: Final = 32 << 20
_UNWANTED: Final = 64
"""How much is held of a text that another pass is for."""
_LIMITS: Final = Limits(
    line=4 << 20, string=LONGEST, head=LONGEST, kept=2 * LONGEST, hopeless=4 * LONGEST
)


def whole_items(turn: Turn, span: TurnSpan) -> Iterator[Item]:
    """Yield the items of *turn*, which lies at *span*, with their texts whole.

    Raises:
        RolloutUnreadableError: the file can't be opened now.
    """
    batch: list[Item] = []
    size = 0
    for item in turn.items:
        batch.append(item)
        size += _missing(item)
        if size > _HELD:
            yield from _completed(batch, turn, span)
            batch, size = [], 0
    yield from _completed(batch, turn, span)


def cut_texts(value: object) -> Iterator[Text]:
    """Yield the texts in an item (or in a part of one) that were cut."""
    if isinstance(value, Text):
        if value.cut:
            yield value
    elif isinstance(value, tuple):
        for each in cast("tuple[object, ...]", value):
            yield from cut_texts(each)
    elif is_dataclass(value):
        for field in fields(value):
            yield from cut_texts(getattr(value, field.name))


def _missing(item: Item) -> int:
    return sum(text.bytes for text in cut_texts(item))


def _completed(batch: Sequence[Item], turn: Turn, span: TurnSpan) -> Iterator[Item]:
    wanted = frozenset(item.item_id for item in batch if _missing(item))
    if not wanted:
        yield from batch
        return
    whole = _read(wanted, turn, span)
    for item in batch:
        yield whole.get(item.item_id, item)


def _read(wanted: frozenset[str], turn: Turn, span: TurnSpan) -> dict[str, Item]:
    if span.path.suffix.lower() == ".json":
        found = (read_item(span, item_id, text_limit=LONGEST) for item_id in wanted)
        return {item.item_id: item for item in found if item}
    fold = ItemsFold()
    for line in read_lines(span.path, span.start, span.end, _LIMITS):
        _apply(fold, line, wanted)
    items = fold.turn(turn.number, span).items
    return {item.item_id: item for item in items if item.item_id in wanted}


def _apply(fold: ItemsFold, line: Line, wanted: frozenset[str]) -> None:
    raw = parse_object(line.data)
    place = Place(line.start, limit=_UNWANTED)
    if raw is None:
        if line.complete and line.data.strip():
            limit = LONGEST if place.item_id() in wanted else _UNWANTED
            fold.unreadable(line.data, place._replace(limit=limit))
        return
    place = place._replace(
        at=time_of(raw.get("timestamp")),
        ordinal=int_of(raw.get("ordinal")),
    )
    record = decode(raw, place)
    if _id_of(record, place) in wanted:
        place = place._replace(limit=LONGEST)
        record = decode(raw, place)
    fold.apply(record, place)


def _id_of(record: Record, place: Place) -> str:
    """Return the id of the item that *record* becomes, or is a part of."""
    match record:
        case CallMade() | CallAnswered():
            return record.call_id
        case ItemDone():
            return record.item.item_id
        case UserSaid() | AgentSaid() | Reasoned():
            return record.item_id
        case _:
            return place.item_id()
