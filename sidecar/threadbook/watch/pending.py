"""Pending: paths that somebody said to look at, given out once things are quiet.

An event says nothing but "look there", so many of them at one path are one.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

QUIET_SECONDS = 0.008
"""So long after the last event a burst counts as over."""
LONGEST_SECONDS = 0.1
"""But nobody waits for longer than this."""


def seconds_to_wait(first: float, last: float, now: float) -> float:
    """Return how long to wait on, given the times of the first and last event."""
    return max(0.0, min(last + QUIET_SECONDS, first + LONGEST_SECONDS) - now)


class Pending:
    """Collects paths from any thread for one that takes them."""

    def __init__(self) -> None:
        self._paths: set[Path] = set()
        self._first = self._last = 0.0
        self._is_woken = False
        self._changed = threading.Condition()

    def add(self, paths: Iterable[Path]) -> None:
        """Say to look at *paths*."""
        with self._changed:
            now = time.monotonic()
            if not self._paths:
                self._first = now
            self._last = now
            self._paths.update(paths)
            self._changed.notify()

    def wake(self) -> None:
        """Let `take` return at once, though there be nothing."""
        with self._changed:
            self._is_woken = True
            self._changed.notify()

    def take(self, timeout: float | None) -> frozenset[Path]:
        """Wait for paths, then for quiet, and return them; none when time is up."""
        with self._changed:
            self._changed.wait_for(lambda: self._paths or self._is_woken, timeout)
            while self._paths and not self._is_woken:
                wait = seconds_to_wait(self._first, self._last, time.monotonic())
                if wait <= 0:
                    break
                self._changed.wait(wait)
            self._is_woken = False
            return self.take_now()

    def take_now(self) -> frozenset[Path]:
        """Return what there is."""
        with self._changed:
            paths = frozenset(self._paths)
            self._paths.clear()
        return paths
