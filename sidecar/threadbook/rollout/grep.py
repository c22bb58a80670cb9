"""Grep: any substring or pattern, straight from the files, no index needed.

A file is first searched as raw bytes for something that every match must contain;
only the turns around such places are decoded, and only what is decoded counts.
"""

from __future__ import annotations

import json
import mmap
import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from threadbook.errors import RolloutUnreadableError
from threadbook.rollout.literals import required
from threadbook.rollout.texts import search_texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from threadbook.rollout.texts import TextKind
    from threadbook.rollout.thread import Numbered
    from threadbook.rollout.types import TurnSpan

_TEXT_LIMIT = 64 << 20
_PLAIN_RUN = re.compile(r"[ !#-\[\]-~]+")
"""What JSON writes as it is, however deeply nested: no quote, no backslash."""
_SHORTEST_RUN = 2
_BEFORE = 40
_AFTER = 120
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Found:
    """One text in which the pattern is."""

    turn: int
    turn_id: str
    item_id: str
    kind: TextKind
    snippet: str
    marks: tuple[tuple[int, int], ...]
    at: int | None


@dataclass(frozen=True, slots=True)
class Pattern:
    """What is looked for."""

    regex: re.Pattern[str]
    needles: tuple[bytes, ...]
    """Each match leaves one of these in the file; none: anything may match."""


def exact(text: str) -> Pattern:
    """Look for *text* as it stands."""
    return Pattern(re.compile(re.escape(text)), _needles(text))


def regex(text: str) -> Pattern:
    """Look for a regular expression, per text (`^` and `$` are of its lines).

    Raises:
        re.error: it is none.
    """
    return Pattern(re.compile(text, re.MULTILINE), _needles(required(text)))


def _needles(text: str) -> tuple[bytes, ...]:
    runs: list[str] = _PLAIN_RUN.findall(text)
    longest = max(runs, key=len, default="")
    if len(longest) >= _SHORTEST_RUN:
        return (longest.encode(),)
    word = max(re.findall(r"[^\x00-\x7f]+", text), key=len, default="")
    # Arguments of calls are JSON in JSON, where models like to write \u escapes.
    escaped = json.dumps(word)[1:-1]
    return (word.encode(), escaped.encode()) if word else ()


def grep(spans: Sequence[Numbered], pattern: Pattern) -> Iterator[Found]:
    """Yield the texts of these turns in which *pattern* is, in their order.

    Files that can't be read now are passed over.
    """
    for path, group in groupby(spans, key=lambda numbered: numbered[1].path):
        together = list(group)
        try:
            chosen = _worth_reading(path, together, pattern)
            if chosen:
                yield from _read(chosen, pattern)
        except (OSError, RolloutUnreadableError):
            continue


def _worth_reading(
    path: Path, spans: list[Numbered], pattern: Pattern
) -> list[Numbered]:
    if not pattern.needles or path.suffix.lower() != ".jsonl":
        return spans
    with path.open("rb") as file:
        if not path.stat().st_size:
            return []
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return [one for one in spans if _holds(data, one[1], pattern.needles)]


def _holds(data: mmap.mmap, span: TurnSpan, needles: tuple[bytes, ...]) -> bool:
    end = len(data) if span.end is None else span.end
    return any(data.find(needle, span.start, end) >= 0 for needle in needles)


def _read(spans: list[Numbered], pattern: Pattern) -> Iterator[Found]:
    numbers = {span.turn_id: number for number, span in spans}
    only = [span for _, span in spans]
    for text in search_texts(only, outputs=True, text_limit=_TEXT_LIMIT):
        match = pattern.regex.search(text.text)
        if match is not None:
            snippet, marks = _cut(text.text, match)
            yield Found(
                numbers[text.turn_id],
                text.turn_id,
                text.item_id,
                text.kind,
                snippet,
                marks,
                text.at,
            )


def _cut(text: str, match: re.Match[str]) -> tuple[str, tuple[tuple[int, int], ...]]:
    start = max(0, match.start() - _BEFORE)
    before = _SPACE.sub(" ", text[start : match.start()]).lstrip()
    hit = _SPACE.sub(" ", match[0][:_AFTER])
    after = _SPACE.sub(" ", text[match.end() : match.end() + _AFTER]).rstrip()
    head = ("…" if start else "") + before
    tail = "…" if match.end() + _AFTER < len(text) else ""
    return f"{head}{hit}{after}{tail}", ((len(head), len(head) + len(hit)),)
