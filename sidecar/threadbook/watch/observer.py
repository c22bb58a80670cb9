"""Observer: watchdog on the places where Codex writes, as paths to look at.

Where the system can't watch them (inotify's limits, above all), `mode` is polling
and `reason` says why: whoever owns the observer must look by himself then.
"""

from __future__ import annotations

import os
import sys
import time
import warnings
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer as SystemObserver

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from watchdog.events import (
        FileSystemEvent,
    )
    from watchdog.observers.api import BaseObserver, ObservedWatch

    from threadbook.home import CodexHome

# Not opening and closing: our own reading would be told to us.
_EVENTS: list[type[FileSystemEvent]] = [
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
]

_PATIENCE = (0.0, 0.02, 0.05, 0.1, 0.2)
"""Seconds to wait before each count of what is watched."""


class Mode(StrEnum):
    """How changes are noticed."""

    EVENTS = "events"
    POLLING = "polling"


class Observer:
    """Watches one home from `start` to `stop`."""

    def __init__(self, home: CodexHome, on_path: Callable[[Path], None]) -> None:
        self.mode = Mode.EVENTS
        self.reason: str | None = None
        self._home = home
        self._on_path = on_path
        self._observer: BaseObserver | None = None
        self._watches: dict[Path, ObservedWatch] = {}
        self._database = home.root
        """Where Codex's database was when we looked last."""
        self._lost: set[Path] = set()
        """Watched directories that went: a watch hears nothing of its successor."""

    def start(self) -> None:
        """Begin to watch; `mode` says afterwards whether that worked."""
        # watchdog 7 warns when `mkdir -p` outruns it, which harms nothing; and where
        # warnings are errors, that one would end its thread.
        warnings.filterwarnings("ignore", "Callback with id", RuntimeWarning)
        self._observer = SystemObserver()
        try:
            self._watch(self._home.root, self._home.root)
            self._observer.start()
        except OSError as error:
            self._give_up(error.strerror or str(error))
            return
        self.watch_database()
        self.watch_rollouts()

    def watch_rollouts(self) -> None:
        """Watch the rollouts' directories that are there and not yet watched."""
        if self._observer is None:
            return
        try:
            for directory in (self._home.sessions, self._home.archived_sessions):
                if directory.is_dir():
                    self._watch(directory, directory.resolve(), recursive=True)
        except OSError as error:
            self._give_up(error.strerror or str(error))
            return
        self.watch_trash()
        self._check_completeness()

    def watch_database(self) -> bool:
        """Watch the folder of Codex's database, which its config may name anew.

        Returns whether it lies elsewhere now, or was not watched so far.
        """
        folder, before = self._home.sqlite_home, self._database
        is_watched = folder in self._watches and folder not in self._lost
        if self._observer is None or (folder == before and is_watched):
            return False
        self._database = folder
        try:
            if before not in {folder, self._home.root}:
                self._forget(before)
            if folder.is_dir():
                self._watch(folder, folder)
        except OSError as error:
            self._give_up(error.strerror or str(error))
        return folder != before or folder in self._watches

    def watch_trash(self) -> None:
        """Watch our trash once it is there: its folders, not what is in them."""
        trash = self._home.trash
        try:
            if trash.is_dir():
                self._watch(trash, trash.resolve())
        except OSError as error:
            self._give_up(error.strerror or str(error))

    def stop(self) -> None:
        """Watch no longer; returns when no event can come any more."""
        observer, self._observer = self._observer, None
        self._watches.clear()
        self._lost.clear()
        if observer is not None:
            observer.stop()
            if observer.is_alive():
                observer.join()

    def _watch(self, named: Path, real: Path, *, recursive: bool = False) -> None:
        # The root of the home is not watched below: Codex keeps much else there.
        if self._observer is None:
            return
        if named in self._lost:
            self._forget(named)
        if named in self._watches:
            return
        self._watches[named] = self._observer.schedule(
            _Handler(named, real, self._hear),
            str(real),
            recursive=recursive,
            event_filter=_EVENTS,
        )

    def _forget(self, named: Path) -> None:
        self._lost.discard(named)
        if self._observer is not None and named in self._watches:
            self._observer.unschedule(self._watches.pop(named))

    def _hear(self, path: Path, *, is_gone: bool) -> None:
        """Take an event; called on watchdog's thread."""
        if is_gone and path in self._watches:
            self._lost.add(path)
        self._on_path(path)

    def _give_up(self, reason: str) -> None:
        self.stop()
        self.mode = Mode.POLLING
        self.reason = reason

    def _check_completeness(self) -> None:
        """Give up when a directory is not watched: watchdog keeps silent of that.

        One made just now is watched a moment later, on watchdog's thread.
        """
        watches, wanted = None, 0
        for pause in _PATIENCE:
            time.sleep(pause)
            wanted = len(set(self._directories()))
            watches = _inotify_watches(self._observer)
            if watches is None or watches >= wanted:
                return
        self._give_up(f"{watches} of {wanted} directories could be watched")

    def _directories(self) -> Iterator[str]:
        """Yield what ought to be watched, each by one name."""
        yield from (str(path.resolve()) for path in self._watches if path.is_dir())
        for top in (self._home.sessions, self._home.archived_sessions):
            for directory, _, _ in os.walk(top.resolve()):
                yield directory


def try_watching(home: CodexHome) -> tuple[Mode, str | None]:
    """Return how changes of *home* would be noticed here, and why not by events."""
    observer = Observer(home, lambda _: None)
    observer.start()
    observer.stop()
    return observer.mode, observer.reason


class _Heard(Protocol):
    def __call__(self, path: Path, *, is_gone: bool) -> None: ...


class _Handler(FileSystemEventHandler):
    """Turns events of one watched directory into paths of the home."""

    def __init__(self, named: Path, real: Path, heard: _Heard) -> None:
        self._named = named
        self._real = real
        self._heard = heard

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Pass on where to look."""
        went = isinstance(event, DirDeletedEvent | DirMovedEvent)
        self._tell(event.src_path, is_gone=went)
        self._tell(event.dest_path, is_gone=False)

    def _tell(self, place: bytes | str, *, is_gone: bool) -> None:
        path = Path(os.fsdecode(place))
        if place and path.is_relative_to(self._real):
            self._heard(self._named / path.relative_to(self._real), is_gone=is_gone)


if sys.platform == "linux":

    def _inotify_watches(observer: object) -> int | None:
        """Count the watches of *observer* alone, as the kernel tells them.

        A process has other watches, too; which are the observer's only watchdog's own
        attribute says. None: where that is no more, nothing is claimed.
        """
        inotify = getattr(observer, "_inotify_fd", None)
        descriptor = getattr(inotify, "_inotify_fd", None)
        if not isinstance(descriptor, int):
            return None
        try:
            facts = Path(f"/proc/self/fdinfo/{descriptor}").read_text(encoding="ascii")
        except OSError:
            return None
        return facts.count("inotify wd:")

else:

    def _inotify_watches(observer: object) -> int | None:
        del observer
        return None
