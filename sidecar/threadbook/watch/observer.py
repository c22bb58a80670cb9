"""Observer: watchdog on the places where Codex writes, as paths to look at.

Where the system can't watch them (inotify's limits, above all), `mode` is polling
and `reason` says why: whoever owns the observer must look by himself then.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

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


class Mode(StrEnum):
    """How changes are noticed."""

    EVENTS = "events"
    POLLING = "polling"


@dataclass(frozen=True, slots=True)
class _Watched:
    watch: ObservedWatch
    inode: int


class Observer:
    """Watches one home from `start` to `stop`."""

    def __init__(self, home: CodexHome, on_path: Callable[[Path], None]) -> None:
        self.mode = Mode.EVENTS
        self.reason: str | None = None
        self._home = home
        self._on_path = on_path
        self._observer: BaseObserver | None = None
        self._watched: dict[Path, _Watched] = {}

    def start(self) -> None:
        """Begin to watch; `mode` says afterwards whether that worked."""
        self._observer = SystemObserver()
        try:
            self._watch(self._home.root, self._home.root)
            if self._home.sqlite_home.is_dir():
                self._watch(self._home.sqlite_home, self._home.sqlite_home)
            self._observer.start()
        except OSError as error:
            self._give_up(error.strerror or str(error))
            return
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
        self._check_completeness()

    def stop(self) -> None:
        """Watch no longer; returns when no event can come any more."""
        observer, self._observer = self._observer, None
        self._watched.clear()
        if observer is not None:
            observer.stop()
            if observer.is_alive():
                observer.join()

    def _watch(self, named: Path, real: Path, *, recursive: bool = False) -> None:
        # The root of the home is not watched below: Codex keeps much else there.
        if self._observer is None:
            return
        inode = real.stat().st_ino
        watched = self._watched.get(named)
        if watched is not None:
            if watched.inode == inode:
                return
            # Deleted and made anew: the old watch hears nothing of it.
            self._observer.unschedule(watched.watch)
        handler = _Handler(named, real, self._on_path)
        watch = self._observer.schedule(
            handler, str(real), recursive=recursive, event_filter=_EVENTS
        )
        self._watched[named] = _Watched(watch, inode)

    def _give_up(self, reason: str) -> None:
        self.stop()
        self.mode = Mode.POLLING
        self.reason = reason

    def _check_completeness(self) -> None:
        """Give up when a directory is not watched: watchdog keeps silent of that."""
        wanted = sum(1 for _ in self._directories())
        watches = _inotify_watches()
        if watches is not None and watches < wanted:
            self._give_up(f"{watches} of {wanted} directories could be watched")

    def _directories(self) -> Iterator[str]:
        yield str(self._home.root)
        for top in (self._home.sessions, self._home.archived_sessions):
            for directory, _, _ in os.walk(top):
                yield directory


class _Handler(FileSystemEventHandler):
    """Turns events of one watched directory into paths of the home."""

    def __init__(
        self, named: Path, real: Path, on_path: Callable[[Path], None]
    ) -> None:
        self._named = named
        self._real = real
        self._on_path = on_path

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Pass on where to look."""
        for place in (event.src_path, event.dest_path):
            if place:
                path = Path(os.fsdecode(place))
                if path.is_relative_to(self._real):
                    self._on_path(self._named / path.relative_to(self._real))


if sys.platform == "linux":

    def _inotify_watches() -> int | None:
        """Count this process's watches, as the kernel tells them."""
        count = 0
        try:
            for descriptor in Path("/proc/self/fd").iterdir():
                if "inotify" in str(descriptor.readlink()):
                    facts = Path("/proc/self/fdinfo", descriptor.name).read_text(
                        encoding="ascii"
                    )
                    count += facts.count("inotify wd:")
        except OSError:
            return None
        return count

else:

    def _inotify_watches() -> int | None:
        return None
