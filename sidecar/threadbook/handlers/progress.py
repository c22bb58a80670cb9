"""Progress of a long request: who runs it says where to, the handler says how far."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    Report = Callable[[int, int], None]


def _silent(done: int, total: int) -> None:
    del done, total


_REPORT: ContextVar[Report] = ContextVar("report", default=_silent)


@contextmanager
def reporting(report: Report) -> Generator[None]:
    """Let *report* hear (done, total) of the request that is handled inside."""
    token = _REPORT.set(report)
    try:
        yield
    finally:
        _REPORT.reset(token)


class Count:
    """Counts up to a total, and tells."""

    def __init__(self, total: int) -> None:
        self._report = _REPORT.get()
        self._done = 0
        self._total = total
        self._report(0, total)

    def add(self, done: int = 1) -> None:
        """Say that so many more are done."""
        self._done += done
        self._report(self._done, self._total)
