"""Passages: the texts of a rollout's items as the full-text index keeps them.

Pure work, fit for another process: spans in, rows out. A passage's number tells its
file, turn, item and kind, so that hits are told apart without looking anything up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import zstandard

from threadbook.errors import RolloutUnreadableError
from threadbook.index.codec import pack, unpack
from threadbook.index.words import prepare
from threadbook.rollout.texts import TextKind, search_texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from threadbook.rollout.texts import SearchText
    from threadbook.rollout.types import TurnSpan

KINDS = tuple(TextKind)
_KIND_BITS = 2
_ITEM_BITS = 12
_TURN_BITS = 18
_TURN_SHIFT = _KIND_BITS + _ITEM_BITS
_FILE_SHIFT = _TURN_SHIFT + _TURN_BITS
_MOST_ITEMS = 1 << _ITEM_BITS
_MOST_TURNS = 1 << _TURN_BITS
_TEXT_LIMIT = 1 << 16
"""Of a text that is longer (a log that was pasted, say) its beginning can be found;
the help of `threadbook search` and the protocol say so."""
_LEVEL = 3


class Passage(NamedTuple):
    """One text of one item."""

    item_id: str
    kind: TextKind
    at: int | None
    text: str


class TurnPassages(NamedTuple):
    """The passages of one turn, ready to be written."""

    number: int
    """Of the turn in its file, from 0."""
    data: bytes
    words: tuple[tuple[int, str, str], ...]
    """Number of the passage, and its two columns."""


class PassageJob(NamedTuple):
    """What to read of one file."""

    file_id: int
    version: int
    """The version of the file's row that told of these spans."""
    first: int
    """The file's `unfilled_from`."""
    next: int | None
    """What it is after this: None when this is the rest of the file."""
    spans: tuple[tuple[int, TurnSpan], ...]
    """Number in the file, and where."""
    outputs: bool


def read_passages(jobs: Sequence[PassageJob]) -> list[list[TurnPassages]]:
    """Read the texts of several files."""
    return [_read(job) for job in jobs]


def _read(job: PassageJob) -> list[TurnPassages]:
    """Read the texts of turns; those of a file that is gone or damaged are none."""
    by_start = {span.start: number for number, span in job.spans}
    turns: dict[int, list[SearchText]] = {}
    try:
        for text in search_texts(
            [span for _, span in job.spans],
            outputs=job.outputs,
            text_limit=_TEXT_LIMIT,
        ):
            turns.setdefault(by_start[text.offset], []).append(text)
    except (RolloutUnreadableError, OSError):
        # The next scan will tell; until then what was read so far can be found.
        pass
    except Exception:  # noqa: BLE001, S110
        # As when reading summaries: one file must not keep all others from search.
        pass
    compressor = zstandard.ZstdCompressor(level=_LEVEL)
    return [
        _turn(job.file_id, number, texts[:_MOST_ITEMS], compressor)
        for number, texts in turns.items()
        if number < _MOST_TURNS
    ]


def passage_number(file_id: int, turn: int, item: int, kind: TextKind) -> int:
    """Return the number of a passage: its row in the full-text index."""
    turn_id = turn_number(file_id, turn)
    return turn_id << _TURN_SHIFT | item << _KIND_BITS | KINDS.index(kind)


def turn_number(file_id: int, turn: int) -> int:
    """Return the number of a turn among all turns of all files."""
    return file_id << _TURN_BITS | turn


def file_of(passage: int) -> int:
    """Return the file of a passage, by its number."""
    return passage >> _FILE_SHIFT


@dataclass(frozen=True, slots=True)
class Place:
    """What a passage's number tells."""

    file_id: int
    turn: int
    item: int
    kind: TextKind


def place_of(passage: int) -> Place:
    """Read a passage's number."""
    return Place(
        file_id=file_of(passage),
        turn=passage >> _TURN_SHIFT & (_MOST_TURNS - 1),
        item=passage >> _KIND_BITS & (_MOST_ITEMS - 1),
        kind=KINDS[passage & (1 << _KIND_BITS) - 1],
    )


def unpack_passages(data: bytes) -> list[Passage]:
    """Decode the passages of a turn."""
    raw = unpack(zstandard.decompress(data))
    return [
        Passage(item_id, TextKind(kind), at, text) for item_id, kind, at, text in raw
    ]


def columns_of(
    file_id: int, turn: int, passages: Sequence[Passage]
) -> Iterator[tuple[int, str, str]]:
    """Yield the rows of the full-text index for the passages of one turn."""
    for item, passage in enumerate(passages):
        number = passage_number(file_id, turn, item, passage.kind)
        yield (number, *prepare(passage.text))


def _turn(
    file_id: int,
    number: int,
    texts: list[SearchText],
    compressor: zstandard.ZstdCompressor,
) -> TurnPassages:
    passages = [
        Passage(text.item_id, text.kind, text.at, _clean(text.text)) for text in texts
    ]
    return TurnPassages(
        number=number,
        data=compressor.compress(pack([tuple(each) for each in passages])),
        words=tuple(columns_of(file_id, number, passages)),
    )


def _clean(text: str) -> str:
    # SQLite takes neither lone surrogates nor (in FTS5) text behind a NUL.
    if "\0" in text:
        text = text.replace("\0", " ")
    return text.encode(errors="replace").decode() if not text.isascii() else text
