"""What must hold of a rollout whose bytes may be anything; found by `tests/fuzz`."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import zstandard

from threadbook.export.document import Document, Entry, Step
from threadbook.export.markdown import write_markdown
from threadbook.export.page import write_page
from threadbook.handlers.convert import item_to_wire, turn_to_wire
from threadbook.index.summaries import pack_summary, unpack_summary
from threadbook.rollout.fields import parse_object
from threadbook.rollout.pictures import locate_pictures, read_pictures
from threadbook.rollout.summary import summarize
from threadbook.rollout.texts import search_texts
from threadbook.rollout.thread import read_item, read_turns
from threadbook.rollout.weights import weigh

if TYPE_CHECKING:
    from pathlib import Path

    from threadbook.items import Turn
    from threadbook.rollout.types import RolloutSummary, Summarized, TurnSpan

THREAD = "01a1fb42-0000-7000-8000-000000000009"
_STEM = f"rollout-2026-11-21T10-00-00-{THREAD}"
_DOCUMENT = b'{"session"'
_ARCHIVE = b"\x28\xb5\x2f\xfd"
"""The first bytes of a zstd file."""
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

    It is taken for a document (`.json`) or an archive (`.jsonl.zst`) where it begins
    like one, else for lines.

    Raises:
        Broken: two ways of reading it do not agree.
    """
    if content.startswith(_DOCUMENT):
        _check_file(folder / f"{_STEM}.json", content)
    elif content.startswith(_ARCHIVE):
        _check_file(folder / f"{_STEM}.jsonl.zst", content)
    else:
        path = folder / f"{_STEM}.jsonl"
        whole = _check_file(path, content)
        _same(
            "the weights of its parts and its own",
            sum(weigh(path).values()),
            len(content),
        )
        _read_in_two_parts(path, content, whole)
        _read_compressed(path, content, whole)


def _check_file(path: Path, content: bytes) -> Summarized:
    _write(path, content)
    whole = summarize(path)
    _kept_as_it_is(path, whole)
    turns = _shown(whole)
    _exported(whole, turns)
    for span in whole.spans:
        for offset in locate_pictures(span).values():
            read_pictures(span.path, offset)
    return whole


def _kept_as_it_is(path: Path, whole: Summarized) -> None:
    summary = whole.summary
    back = unpack_summary(pack_summary(summary), path)
    _same("a summary and what the index gives back", back, summary)


def _shown(whole: Summarized) -> list[Turn]:
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
    return turns


def _exported(whole: Summarized, turns: list[Turn]) -> None:
    for write in (write_markdown, write_page):
        document = Document(
            title=whole.summary.preview or "",
            facts=(),
            outline=tuple(Entry(n, s.preview) for n, s in enumerate(whole.spans, 1)),
            steps=(Step(turn, turn.items) for turn in turns),
        )
        "".join(write(document)).encode()


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


def _read_compressed(path: Path, content: bytes, whole: Summarized) -> None:
    """A file that Codex compressed tells the same as it did before."""
    packed = path.with_name(f"{path.name}.zst")
    _write(packed, zstandard.compress(content, 1))
    found = summarize(packed)

    def facts(summary: RolloutSummary) -> RolloutSummary:
        # A line that is cut at its end may be on its way into a plain file only.
        return replace(summary, path=path, compressed=False, bytes=0, problems=())

    _same("an archive's summary", facts(found.summary), facts(whole.summary))
    spans = [replace(span, path=path) for span in found.spans]
    _same("an archive's turns", spans, list(whole.spans))


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
