"""When a task goes on by itself: after a reset, and after attempts that failed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_ATTEMPTS = 5
_BACK_OFF_MS = 60_000
"""After the first turn that failed; twice as long after each further one."""
_HINDRANCE_MS = 15_000
"""The same where no turn could be begun: whoever has the task may be about to go."""
_JITTER_MS = (1_000, 10_000)
"""Clocks differ, and not everybody should come back in the same second."""


def some_jitter() -> int:
    """Return a few seconds, in ms."""
    return random.randint(*_JITTER_MS)  # noqa: S311 - nothing secret about it


@dataclass(frozen=True, slots=True)
class Timing:
    """The clock and the chance; tests bring their own. Times are Unix ms."""

    clock: Callable[[], int]
    jitter: Callable[[], int] = some_jitter

    def after_reset(self, resets_at: int) -> int:
        """Return when to go on after a reset, which may be past."""
        return max(resets_at, self.clock()) + self.jitter()

    def next_attempt(self, failures: int, resets_at: int | None) -> int:
        """Return when to try again after so many failures."""
        soonest = self.clock() + _BACK_OFF_MS * 2 ** (failures - 1)
        if resets_at is None:
            return soonest
        reset = self.after_reset(resets_at)
        # A reset that was waited for in vain is not to be believed any more.
        return reset if failures == 1 else max(soonest, reset)

    def after_hindrance(self, failures: int) -> int:
        """Return when to try again what could not even be begun so many times."""
        return self.clock() + _HINDRANCE_MS * 2 ** (failures - 1)
