"""What is exported: a head, and steps whose items come one at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from threadbook.items import Item, Turn


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the head."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the table of contents."""

    number: int
    preview: str


@dataclass(frozen=True, slots=True)
class Step:
    """A turn, and its items as they are to be written."""

    turn: Turn
    """Its own `items` are not written: they were neither masked nor illustrated."""
    items: Iterable[Item]


@dataclass(frozen=True, slots=True)
class Document:
    """One conversation on its way to paper."""

    title: str
    facts: tuple[Fact, ...]
    outline: tuple[Entry, ...]
    steps: Iterable[Step]
    """Read once, front to back."""


def moment(at: int) -> str:
    """Spell a time for readers in any zone."""
    return f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d %H:%M} UTC"


def machine_moment(at: int) -> str:
    """Spell a time for programs."""
    return f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"


_SECOND = 1000
_MINUTE = 60 * _SECOND
_HOUR = 60 * _MINUTE


def duration(milliseconds: int) -> str:
    """Spell a duration: `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`."""
    if milliseconds < 10 * _SECOND:
        return f"{milliseconds / _SECOND:.1f} s"
    if milliseconds < _MINUTE:
        return f"{milliseconds // _SECOND} s"
    if milliseconds < _HOUR:
        return f"{milliseconds // _MINUTE} min {milliseconds % _MINUTE // _SECOND} s"
    return f"{milliseconds // _HOUR} h {milliseconds % _HOUR // _MINUTE} min"


def size(count: int) -> str:
    """Spell a number of bytes as the extension does: `980 B`, `1.2 MB`, `34 MB`."""
    amount, unit = float(count), "B"
    for larger in ("KB", "MB", "GB", "TB"):
        if amount < 1000:  # noqa: PLR2004
            break
        amount, unit = amount / 1000, larger
    exact = unit != "B" and amount < 10  # noqa: PLR2004
    return f"{amount:.1f} {unit}" if exact else f"{amount:.0f} {unit}"


def step_facts(turn: Turn) -> list[str]:
    """Say when a step began, what ran it, how long it took and how it ended."""
    facts: list[str] = []
    if turn.started_at is not None:
        facts.append(moment(turn.started_at))
    model = "/".join(part for part in (turn.model, turn.effort) if part)
    if model:
        facts.append(model)
    if turn.started_at is not None and turn.completed_at is not None:
        facts.append(duration(max(0, turn.completed_at - turn.started_at)))
    if turn.status.value != "completed":
        facts.append({"inProgress": "not ended"}.get(turn.status, turn.status.value))
    return facts
