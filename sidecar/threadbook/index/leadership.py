"""Who keeps the index up to date: one process for all, and how others know.

Two locks beside the index. The *lease* is held by the one that watches, for as long
as it does (or, without a watcher, for one scan). The *scan lock* is held while a
scan is under way, and is always taken first. So whoever gets the scan lock but not
the lease knows that the index is up to date and being kept so.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from threadbook.index.location import lease_of
from threadbook.index.locks import FileLock

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path


class Leadership:
    """The claims of one `Sync` on one index."""

    def __init__(self, index_path: Path) -> None:
        self._scan = FileLock(index_path.with_name(f"{index_path.name}.scan"))
        self._lease = lease_of(index_path)
        self._keeps = False
        self.is_kept = False
        """Whether another one was seen to keep the index up to date."""

    def try_lead(self) -> bool:
        """Become the one that watches, unless there is one.

        Whoever succeeds must scan next: until that ends, others wait for it.
        """
        if self._keeps:
            return True
        if not self._scan.try_acquire():
            return False
        if not self._lease.try_acquire():
            self._scan.release()
            self.is_kept = True
            return False
        self._keeps = True
        return True

    def resign(self) -> None:
        """Let another one watch."""
        self._keeps = False
        self._lease.release()
        self._scan.release()

    @contextmanager
    def scanning(self, cancelled: Callable[[], bool]) -> Generator[bool]:
        """Hold the right to scan; False when another one has just done it for us."""
        if not self._scan.acquire(cancelled):
            yield False
            return
        try:
            yield self._lease.try_acquire()
        finally:
            if not self._keeps:
                self._lease.release()
            self._scan.release()
