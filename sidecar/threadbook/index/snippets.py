"""Snippets: the piece of a text that shows best why it was found."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_LENGTH = 160
_BEFORE = 40
_MOST_PLACES = 2000
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of a text, on one line, and where in it the words are."""

    text: str
    marks: tuple[tuple[int, int], ...]


def cut_snippet(text: str, words: tuple[str, ...]) -> Snippet:
    """Return the piece of *text* in which the most of *words* are."""
    pattern = _pattern(words)
    places = _places(pattern, text)
    start = _best_start(places)
    piece = text[max(0, start - _BEFORE) :][: _LENGTH + _BEFORE]
    shown = _SPACE.sub(" ", piece).strip()[:_LENGTH]
    before = "…" if start > _BEFORE else ""
    behind = "…" if max(0, start - _BEFORE) + len(piece) < len(text) else ""
    shown = f"{before}{shown}{behind}"
    marks = tuple(match.span() for match in pattern.finditer(shown))
    return Snippet(shown, marks)


@lru_cache(maxsize=64)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    # Longer ones first, so that they are marked whole. Inside of longer words too:
    # the index knows the parts of identifiers.
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE)


def _places(pattern: re.Pattern[str], text: str) -> list[tuple[int, str]]:
    places: list[tuple[int, str]] = []
    for match in pattern.finditer(text):
        places.append((match.start(), match[0].casefold()))
        if len(places) == _MOST_PLACES:
            break
    return places


def _best_start(places: Sequence[tuple[int, str]]) -> int:
    """Return where the first window with the most different words begins."""
    best, best_start, end = 0, 0, 0
    within: dict[str, int] = {}
    for start, word in places:
        while end < len(places) and places[end][0] < start + _LENGTH - _BEFORE:
            within[places[end][1]] = within.get(places[end][1], 0) + 1
            end += 1
        if len(within) > best:
            best, best_start = len(within), start
        within[word] -= 1
        if not within[word]:
            del within[word]
    return best_start
