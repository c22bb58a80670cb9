"""Versions of Codex, and which one brought what (codex-facts, section 4.7)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

_NUMBER = re.compile(r"\b(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.]+))?")


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """A version that orders as versions do: `0.150.0-alpha.2` is before `0.150.0`."""

    major: int
    minor: int
    patch: int = 0
    released: bool = True
    pre: str = ""

    def __str__(self) -> str:
        number = f"{self.major}.{self.minor}.{self.patch}"
        return number if self.released else f"{number}-{self.pre}"

    @property
    def is_source_build(self) -> bool:
        """Codex built from its source says 0.0.0."""
        return (self.major, self.minor, self.patch) == (0, 0, 0)


def parse_version(text: str) -> Version | None:
    """Find a version in what `codex --version` prints."""
    match = _NUMBER.search(text)
    if match is None:
        return None
    pre = match[4]
    numbers = (int(match[1]), int(match[2]), int(match[3]))
    return Version(*numbers, released=pre is None, pre=pre or "")


class Feature(Enum):
    """What we ask of Codex: a phrase for the user, and the version it needs."""

    RESUME = ("Resuming a task", Version(0, 98))
    FORK = ("Forking a task", Version(0, 98))
    RENAME = ("Renaming a task", Version(0, 98))
    STEER = ("Steering a running task", Version(0, 110))
    INJECT = ("Going on with a task of 2025", Version(0, 130))
    PAGINATED = ("Resuming a task of Codex 0.148 or newer", Version(0, 148))
    """An older one writes lines into it that make it unreadable for the newer."""
    RESTORE = ("Taking a task's own settings up again", Version(0, 164))
    """Measured: until 0.162 the sandbox, in 0.98 also model, effort and approval,
    are the config's instead."""
    UNLOAD = ("Letting go of one task", Version(0, 164))
    """Measured: until 0.162 only the end of the server frees a task's lock."""
    LOCK = ("Locking a task", Version(0, 147))
    """An older one lets others write to a task that it has open."""
    QUEUE = ("Queueing a message", Version(0, 148))
    REVIEW = ("A review", Version(0, 98))
    COMPACT = ("Compacting a task", Version(0, 98))
    ARCHIVE = ("Archiving a task", Version(0, 142))
    DELETE = ("Deleting a task", Version(0, 142))
    FORK_AT_TURN = ("Forking from a step", Version(0, 148))
    """An older one ignores the step and copies the whole task."""

    def __init__(self, phrase: str, floor: Version) -> None:
        self.phrase = phrase
        self.floor = floor
