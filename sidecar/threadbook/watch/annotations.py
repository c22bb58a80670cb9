"""AnnotationFeed: tells what other processes say of tasks: pins, tags, notes, names.

The book is one SQLite file; asking whether somebody else wrote to it costs
microseconds, so it is asked twice a second.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from threadbook.ids import ThreadId
from threadbook.index.types import Changes

if TYPE_CHECKING:
    from collections.abc import Callable

    from threadbook.book.annotations import Book

_POLL_SECONDS = 0.5


class AnnotationFeed:
    """Follows one book on a thread of its own; calls back on that thread."""

    def __init__(self, book: Book, on_changes: Callable[[Changes], None]) -> None:
        self._book = book
        self._on_changes = on_changes
        self._version = book.foreign_version()
        self._known = book.everything()
        self._stopping = threading.Event()
        self._thread = threading.Thread(
            target=self._run, name="threadbook-annotations", daemon=True
        )

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """End; returns when nothing is called any more."""
        self._stopping.set()
        self._thread.join()

    def look(self) -> None:
        """Tell what differs since the last look."""
        version = self._book.foreign_version()
        if version == self._version:
            return
        self._version = version
        before, self._known = self._known, self._book.everything()
        differs = {
            thread_id
            for thread_id in before.keys() | self._known.keys()
            if before.get(thread_id) != self._known.get(thread_id)
        }
        if differs:
            self._on_changes(Changes(changed=frozenset(map(ThreadId, differs))))

    def _run(self) -> None:
        while not self._stopping.wait(_POLL_SECONDS):
            self.look()
