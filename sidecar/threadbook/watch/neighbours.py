"""Neighbours: hear at once when another process writes to the index.

SQLite tells nobody, but every commit is written to the file beside the index that
ends in `-wal`. Only a hint, as all events are: whoever hears it asks the index.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from watchdog.events import FileModifiedEvent, FileSystemEventHandler
from watchdog.observers import Observer as SystemObserver

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from watchdog.events import FileSystemEvent
    from watchdog.observers.api import BaseObserver


class Neighbours:
    """Listens to one index from `start` to `stop`."""

    def __init__(self, index_path: Path, on_write: Callable[[], None]) -> None:
        self._path = index_path
        self._on_write = on_write
        self._observer: BaseObserver | None = None

    def start(self) -> bool:
        """Begin; returns whether every write will be heard of."""
        if sys.platform != "linux":
            # Elsewhere the system tells of a file that stays open late, or never.
            return False
        observer = SystemObserver()
        try:
            observer.schedule(
                _Handler(f"{self._path.name}-wal", self._on_write),
                str(self._path.parent),
                event_filter=[FileModifiedEvent],
            )
            observer.start()
        except OSError:
            # Out of inotify watches: whoever asks must ask more often.
            return False
        self._observer = observer
        return True

    def stop(self) -> None:
        """Listen no longer; returns when nothing is called any more."""
        observer, self._observer = self._observer, None
        if observer is not None:
            observer.stop()
            observer.join()


class _Handler(FileSystemEventHandler):
    def __init__(self, name: str, on_write: Callable[[], None]) -> None:
        self._name = name
        self._on_write = on_write

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Pass on that the index was written to."""
        if os.path.basename(os.fsdecode(event.src_path)) == self._name:  # noqa: PTH119
            self._on_write()
