"""Turns and their items, read from nothing but the bytes in which they lie."""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from threadbook.errors import RolloutUnreadableError
from threadbook.items import AgentMessage, UserMessage
from threadbook.rollout import heads
from threadbook.rollout.elide import Limits
from threadbook.rollout.fields import int_of, parse_object, time_of
from threadbook.rollout.formats import decode
from threadbook.rollout.formats.json_session import read_session
from threadbook.rollout.items_fold import ItemsFold
from threadbook.rollout.lines import open_rollout, read_lines
from threadbook.rollout.records import Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from threadbook.items import Item, Turn
    from threadbook.rollout.fields import Json
    from threadbook.rollout.lines import Line
    from threadbook.rollout.types import TurnSpan

TEXT_LIMIT = 16_384
WHOLE_TEXT_LIMIT = 4 << 20
_TURN_BYTES = 32 << 20
_CROWDED_LIMIT = 512
"""How much of a text is kept once a turn has used up its share of memory."""

_SAID_AGAIN: dict[int, type[Item]] = {
    heads.USER: UserMessage,
    heads.ASSISTANT: AgentMessage,
}
_MOST_AGAIN = 256
_LONG = 1 << 16
Numbered = tuple[int, "TurnSpan"]
"""A turn's number (from 1; 0 for a dropped one) and its place."""


def read_turns(
    spans: Sequence[Numbered], *, text_limit: int = TEXT_LIMIT
) -> Iterator[Turn]:
    """Yield the turns of *spans*, in their order; texts are cut at *text_limit*.

    Of a plain file only the spans' bytes are read; a compressed one is read from
    its start, once for spans that follow one another in the list.

    Raises:
        RolloutUnreadableError: a file can't be opened now.
    """
    for number, span, fold in fold_spans(spans, text_limit):
        yield fold.turn(number, span)


def fold_spans(
    spans: Sequence[Numbered],
    text_limit: int,
    without: AbstractSet[int] = frozenset(),
) -> Iterator[tuple[int, TurnSpan, ItemsFold]]:
    """Yield the spans with their items folded, but for lines of groups *without*.

    Then also the order of items counts for nothing: what is said twice is decoded
    once.

    Raises:
        RolloutUnreadableError: a file can't be opened now.
    """
    for path, group in groupby(spans, key=lambda numbered: numbered[1].path):
        together = list(group)
        if _is_document(path):
            items = _document(path)
            for number, span in together:
                own = items[span.start : span.end]
                yield number, span, _fold_items(own, span.start, text_limit)
        elif _is_plain(path) and not _is_run(together):
            for number, span in together:
                lines = read_lines(path, span.start, span.end, without=without)
                yield number, span, _fold(lines, text_limit, once=bool(without))
        else:
            yield from _fold_together(path, together, text_limit, without)


def read_item(
    span: TurnSpan, item_id: str, *, text_limit: int = WHOLE_TEXT_LIMIT
) -> Item | None:
    """Return one item with its texts whole, up to *text_limit* bytes each.

    Raises:
        RolloutUnreadableError: the file can't be opened now.
    """
    if _is_document(span.path):
        items = _document(span.path)[span.start : span.end]
        fold = _fold_items(items, span.start, text_limit, item_id)
        return fold.item()
    limits = Limits(
        line=4 * text_limit,
        string=text_limit,
        head=text_limit,
        kept=4 * text_limit,
        hopeless=8 * text_limit,
    )
    lines = read_lines(span.path, span.start, span.end, limits)
    return _fold(lines, text_limit, item_id).item()


def _is_document(path: Path) -> bool:
    return path.suffix.lower() == ".json"


def _is_plain(path: Path) -> bool:
    return path.suffix.lower() == ".jsonl"


def _is_run(spans: list[Numbered]) -> bool:
    """Say whether the spans follow one another, so that one reading gets them all."""
    return all(one[1].end == other[1].start for one, other in pairwise(spans))


def _fold_together(
    path: Path,
    spans: list[Numbered],
    text_limit: int,
    without: AbstractSet[int],
) -> Iterator[tuple[int, TurnSpan, ItemsFold]]:
    """Read a file once for all of its turns, and give them in the order asked for."""
    ordered = sorted(spans, key=lambda numbered: numbered[1].start)
    first, last = ordered[0][1].start, ordered[-1][1].end
    lines = read_lines(path, first, last, without=without)
    folds = _folds(ordered, lines, text_limit, once=bool(without))
    if ordered == spans:
        yield from folds
        return
    found = {span.start: (number, span, fold) for number, span, fold in folds}
    for _, span in spans:
        yield found[span.start]


def _folds(
    ordered: list[Numbered],
    lines: Iterator[Line],
    text_limit: int,
    *,
    once: bool,
) -> Iterator[tuple[int, TurnSpan, ItemsFold]]:
    line = next(lines, None)
    for number, span in ordered:
        fold = Folding(text_limit, once=once)
        while line and (span.end is None or line.start < span.end):
            if line.start >= span.start:
                fold.take(line)
            line = next(lines, None)
        yield number, span, fold.finish()


def _document(path: Path) -> list[Json]:
    try:
        with open_rollout(path) as source:
            session = read_session(source)
    except OSError as error:
        raise RolloutUnreadableError(path, error.strerror or "it failed") from error
    return session[1] if session else []


def _fold_items(
    items: list[Json], start: int, text_limit: int, wanted: str | None = None
) -> ItemsFold:
    fold = ItemsFold(wanted)
    for index, item in enumerate(items, start):
        place = Place(index, limit=text_limit)
        fold.apply(decode(item, place), place)
    return fold


def _fold(
    lines: Iterator[Line],
    text_limit: int,
    wanted: str | None = None,
    *,
    once: bool = False,
) -> ItemsFold:
    folding = Folding(text_limit, wanted, once=once)
    for line in lines:
        folding.take(line)
    return folding.finish()


class Folding:
    """Lines to the items of one turn, within one turn's share of memory.

    With *once*, what the model's side of the file repeats is decoded only if the
    side that is shown does not tell it, and then comes last.
    """

    def __init__(
        self, text_limit: int, wanted: str | None = None, *, once: bool = False
    ) -> None:
        self.items = ItemsFold(wanted)
        self._limit = text_limit
        self._room = _TURN_BYTES
        self._once = once
        self._again: list[tuple[type[Item], Line]] = []

    def take(self, line: Line) -> None:
        """Fold one line."""
        if self._once and len(self._again) < _MOST_AGAIN:
            kind = _SAID_AGAIN.get(heads.kind_of(line.data))
            if kind is not None and len(line.data) < _LONG:
                self._again.append((kind, line))
                return
        self._fold(line)

    def finish(self) -> ItemsFold:
        """Return the items."""
        again, self._again = self._again, []
        for kind, line in again:
            if not self.items.tells(kind):
                self._fold(line)
        return self.items

    def _fold(self, line: Line) -> None:
        self._room -= min(len(line.data), self._limit)
        if self._room < 0 and self.items.wanted is None:
            self._limit = min(self._limit, _CROWDED_LIMIT)
        _apply(self.items, line, self._limit)


def _apply(fold: ItemsFold, line: Line, text_limit: int) -> None:
    raw = parse_object(line.data)
    if raw is None:
        if line.complete and line.data.strip():
            fold.unreadable(line.data, Place(line.start, limit=text_limit))
        return
    at, ordinal = time_of(raw.get("timestamp")), int_of(raw.get("ordinal"))
    place = Place(line.start, at, ordinal, text_limit)
    fold.apply(decode(raw, place), place)
