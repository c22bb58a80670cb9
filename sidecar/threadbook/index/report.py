"""Report: what a sync tells while it works, and what it found in the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from threadbook.index.types import Changes, Progress

if TYPE_CHECKING:
    from collections.abc import Callable


def merge_changes(earlier: Changes, later: Changes) -> Changes:
    """Return both as one: a task that came back is changed, not removed."""
    return Changes(
        changed=(earlier.changed - later.removed) | later.changed,
        removed=(earlier.removed - later.changed) | later.removed,
    )


class Report:
    """One sync, as seen from outside."""

    def __init__(
        self,
        on_changes: Callable[[Changes], None] = lambda _: None,
        on_progress: Callable[[Progress], None] = lambda _: None,
        cancelled: Callable[[], bool] = lambda: False,
        on_first_batch: Callable[[], None] = lambda: None,
    ) -> None:
        self.cancelled = cancelled
        self.changes = Changes()
        self.has_written = False
        self._on_changes = on_changes
        self._on_progress = on_progress
        self._on_first_batch = on_first_batch
        self._done = 0
        self._total = 0

    def begin(self, done: int, to_do: int) -> None:
        """Say how much there is, of which *done* is up to date already."""
        self._done, self._total = done, done + to_do
        self._tell(finished=False)

    def advance(self, done: int) -> None:
        """Say that so many more files were read."""
        self._done += done

    def add(self, changes: Changes) -> None:
        """Say what was just written."""
        if changes.changed or changes.removed:
            self.changes = merge_changes(self.changes, changes)
            # Who waits for a first page need not wait for all that is told of it.
            self._on_first_batch()
            self._on_changes(changes)

    def written(self) -> None:
        """Say that what was read so far is written."""
        self.has_written = True
        self._on_first_batch()
        self._tell(finished=False)

    def end(self) -> None:
        """Say that all is done, or given up."""
        self._tell(finished=True)

    def _tell(self, *, finished: bool) -> None:
        self._on_progress(
            Progress(done=self._done, total=self._total, finished=finished)
        )
