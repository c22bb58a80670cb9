"""Ids and times of the demo's tasks: the same seed and `now` give the same home."""

from __future__ import annotations

import random
import uuid
from datetime import UTC, datetime

_MINUTE = 60_000


class Identities:
    """Makes the ids of one task, in the order in which they are asked for."""

    def __init__(self, seed: int, key: str) -> None:
        # Not for secrets: only so that each task has ids of its own.
        self._random = random.Random(f"{seed}/{key}")  # noqa: S311

    def uuid4(self) -> str:
        """Return a random UUID, as Codex used until about 0.36."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def uuid7(self, at: int) -> str:
        """Return a UUID that begins with its time (Unix ms), as Codex uses now."""
        bits = (at & (1 << 48) - 1) << 80 | self._random.getrandbits(80)
        bits = bits & ~(0xF << 76) | 7 << 76
        return str(uuid.UUID(int=bits & ~(3 << 62) | 2 << 62))

    def short(self, prefix: str) -> str:
        """Return an id as models give them: `call_` and 24 hexadecimal digits."""
        return f"{prefix}_{self._random.getrandbits(96):024x}"


class Clock:
    """The time in a task, which only goes on."""

    def __init__(self, at: int) -> None:
        self.at = at

    def wait(self, seconds: float) -> int:
        """Let time pass and return the new time (Unix ms)."""
        self.at += int(seconds * 1000)
        return self.at

    def wait_minutes(self, minutes: int) -> None:
        """Let time pass."""
        self.at += minutes * _MINUTE


def iso(at: int) -> str:
    """Return a time as rollouts have it: UTC, with milliseconds and `Z`."""
    text = datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def local(at: int) -> datetime:
    """Return the local time, by which Codex names files and folders."""
    return datetime.fromtimestamp(at / 1000, UTC).astimezone()
