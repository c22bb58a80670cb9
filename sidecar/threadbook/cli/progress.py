"""A scan with a progress bar: on stderr, only on a terminal, only when it is long."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from threadbook.index.sync import Sync

if TYPE_CHECKING:
    from collections.abc import Callable

    from threadbook.handlers.context import Context
    from threadbook.index.types import Progress

_LONG_S = 0.5


def scan_with_progress(context: Context) -> None:
    """Bring the index up to date with the home."""
    Sync(context.home, context.index).scan(on_progress=_reporter())


def fill_with_progress(context: Context, *, outputs: bool) -> None:
    """Bring the full text up to date, outputs of commands too when asked."""
    from threadbook.index.filling import Filler  # noqa: PLC0415

    Filler(context.home, context.index).fill(outputs=outputs, on_progress=_reporter())


def _reporter() -> Callable[[Progress], None]:
    if not sys.stderr.isatty():
        return _silent
    return _Bar()


def _silent(progress: Progress) -> None:
    del progress


class _Bar:
    """A line that counts up, drawn once the scan has taken a while."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._drawn = False

    def __call__(self, progress: Progress) -> None:
        if progress.finished:
            if self._drawn:
                sys.stderr.write("\r\x1b[K")
            return
        if time.monotonic() - self._started > _LONG_S:
            self._drawn = True
            sys.stderr.write(f"\rReading tasks {progress.done}/{progress.total}\x1b[K")
            sys.stderr.flush()
