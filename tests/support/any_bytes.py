"""What must hold of a rollout whose bytes may be anything; found by `tests/fuzz`."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from threadbook.handlers.convert import item_to_wire, turn_to_wire
from threadbook.index.summaries import pack_summary, unpack_summary
from threadbook.rollout.fields import parse_object
from threadbook.rollout.summary import summarize
from threadbook.rollout.texts import search_texts
from threadbook.rollout.thread import read_item, read_turns

if TYPE_CHECKING:
    from pathlib import Path

    from threadbook.rollout.types import Summarized, TurnSpan

THREAD = "01a1fb42-0000-7000-8000-000000000009"
_STEM = f"rollout-2026-11-21T10-00-00-{THREAD}"
_DOCUMENT = b'{"session"'
_MTIME = (1_795_000_000, 1_795_000_000)
"""Without a time of its own a rollout has its file's."""
_LATEST: dict[str, Any] = dict.fromkeys(
    ("model", "effort", "cwd", "token_usage", "rate_limits", "last_stop")
)
"""Told by the latest line of its kind alone: where the last two of them are damaged,
what earlier ones said may be lost or not."""


class Broken(AssertionError):  # noqa: N818 - it is what pytest calls a failure
    """Something that must hold of every rollout does not."""


def check(folder: Path, content: bytes) -> None:
    """Read *content* in every way that the product does.

    Raises:
        Broken: two ways of reading it do not agree.
    """
    is_document = content.startswith(_DOCUMENT)
    path = folder / f"{_STEM}{'.json' if is_document else '.jsonl'}"
    _write(path, content)
    whole = summarize(path)
    _kept_as_it_is(path, whole)
    _shown(whole)
    if not is_document:
        _read_in_two_parts(path, content, whole)


def _kept_as_it_is(path: Path, whole: Summarized) -> None:
    summary = whole.summary
    back = unpack_summary(pack_summary(summary), path)
    _same("a summary and what the index gives back", back, summary)


def _shown(whole: Summarized) -> None:
    spans = list(enumerate(whole.spans, 1))
    turns = list(read_turns(spans))
    _same("spans and turns", len(turns), len(spans))
    for (_, span), turn in zip(spans, turns, strict=True):
        turn_to_wire(turn).model_dump_json(by_alias=True)
        if turn.items:
            found = read_item(span, turn.items[-1].item_id)
            _same("an item in its turn and by itself", found is not None, True)
            if found is not None:
                item_to_wire(found).model_dump_json(by_alias=True)
    list(search_texts(whole.spans, outputs=True))


def _read_in_two_parts(path: Path, content: bytes, whole: Summarized) -> None:
    """A file that grew tells the same as one that was read at once."""
    _write(path, content[: len(content) // 2])
    half = summarize(path)
    _write(path, content)
    grown = summarize(path, half.checkpoint)
    spans: list[TurnSpan] = [*half.spans[: grown.first_span], *grown.spans]
    one, other = grown.summary, whole.summary
    if not _is_intact(content):
        one, other = replace(one, **_LATEST), replace(other, **_LATEST)
    _same("a grown file's summary", one, other)
    _same("a grown file's turns", spans, list(whole.spans))


def _is_intact(content: bytes) -> bool:
    lines = (line for line in content.split(b"\n") if line.strip())
    return all(parse_object(line) is not None for line in lines)


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    os.utime(path, _MTIME)


def _same(what: str, one: object, other: object) -> None:
    if one != other:
        message = f"{what} differ:\n{one!r}\n{other!r}"
        raise Broken(message)
