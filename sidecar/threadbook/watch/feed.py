"""Feed: keeps the index in step with the home while it runs, and tells what changed.

One thread of its own. Of all the feeds on one index one *leads*: it scans, watches
the home and writes what it finds; the others *follow*: they ask the index what the
leader wrote, and one of them takes over when the leader is gone.
"""

from __future__ import annotations

import logging
import threading
import time
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from threadbook.ids import parse_rollout_name
from threadbook.index.sync import Sync
from threadbook.index.types import TaskQuery
from threadbook.watch.observer import Mode, Observer
from threadbook.watch.pending import Pending
from threadbook.watch.poller import LATELY, Poller

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from threadbook.home import CodexHome
    from threadbook.index.tasks import Index
    from threadbook.index.types import Changes, Progress, TaskRow
    from threadbook.watch.findable import Findable

_log = logging.getLogger(__name__)

_FOLLOW_SECONDS = 0.25
_TAKE_OVER_SECONDS = 1.0
"""So often a follower that hears of every write looks whether the leader is gone."""
_COMMIT_SECONDS = 0.004
_POLL_SECONDS = 1.0
_RETRY_SECONDS = 2.0
_RESCAN_SECONDS = 300.0
"""So often a leader compares everything: events get lost at times."""
_RESCAN_WHEN_POLLING_SECONDS = 60.0
_NAMES_SECONDS = 1.0
_SLEPT_SECONDS = 20.0


class FeedState(StrEnum):
    """What the feed is doing."""

    STOPPED = "stopped"
    SCANNING = "scanning"
    WATCHING = "watching"
    FOLLOWING = "following"
    WAITING = "waiting"
    """Something went wrong; it tries again shortly."""


class Feed:
    """The changes of one home; both callbacks are called on the feed's thread."""

    def __init__(
        self,
        home: CodexHome,
        index: Index,
        *,
        on_changes: Callable[[Changes], None],
        on_progress: Callable[[Progress], None] = lambda _: None,
        search_outputs: bool = False,
    ) -> None:
        """Take *search_outputs* to make outputs of commands findable too."""
        self.state = FeedState.STOPPED
        self.mode = Mode.EVENTS
        """How changes are noticed, when this feed leads."""
        self.reason: str | None = None
        """Why not by events, for a person."""
        self._settled = threading.Event()
        self._home = home
        self._index = index
        self._sync = Sync(home, index)
        self.first_batch = self._sync.first_batch
        """Set once a list is worth asking for."""
        self._on_changes = on_changes
        self._on_progress = on_progress
        self._search_outputs = search_outputs
        self._findable: Findable | None = None
        self._poller: Poller | None = None
        """Looks by itself; while this feed leads where nothing can be watched."""
        self._pending = Pending()
        self._names_wait = False
        self._names_from = 0.0
        self._version = 0
        """How far the changes of the index were told."""
        self._stopping = threading.Event()
        self._rescan = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def polls(self) -> bool:
        """Whether changes are noticed late: `reason` says why."""
        return self.mode is Mode.POLLING

    @property
    def is_following(self) -> bool:
        """Whether another feed leads, whose `mode` it is then."""
        return self.state is FeedState.FOLLOWING

    @property
    def settled(self) -> bool:
        """Whether the index was complete once: a scan has ended."""
        return self._settled.is_set()

    def start(self) -> None:
        """Begin, unless that was done; returns at once."""
        if self._thread is not None:
            return
        self._index.database.on_reset = self.rescan
        self._thread = threading.Thread(
            target=self._run, name="threadbook-feed", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """End; returns when nothing is called any more."""
        self._stopping.set()
        self._settled.set()  # Nobody need be patient any more.
        self._pending.wake()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def nudge(self) -> None:
        """Tell at once what somebody else in this process wrote to the index."""
        self._pending.wake()

    def rescan(self) -> None:
        """Compare everything as soon as possible: something may have been missed."""
        self._rescan.set()
        self._pending.wake()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                if self._sync.leadership.try_lead():
                    self._lead()
                else:
                    self._follow()
            except Exception as error:  # noqa: BLE001 - the thread's body
                # Whatever happened once (a full disk, say) must not end the feed.
                self._fail(error)
            finally:
                self._sync.leadership.resign()
        self.state = FeedState.STOPPED

    def _fail(self, error: Exception) -> None:
        # The type alone: a message might quote a conversation.
        _log.error("The feed of the index stumbled: %s", type(error).__name__)
        self.state = FeedState.WAITING
        self.first_batch.set()
        self._stopping.wait(_RETRY_SECONDS)

    # Leading.

    def _lead(self) -> None:
        observer = Observer(self._home, self._hear)
        try:
            self._version = self._index.data_version()
            self._scan_first(observer)
            self._start_findable()
            scanned_at = time.monotonic()
            while not self._stopping.is_set():
                self.state = FeedState.WATCHING
                self._take_mode(observer)
                if self._is_scan_due(scanned_at):
                    observer.watch_database()
                    self._scan()
                    observer.watch_rollouts()
                    scanned_at = time.monotonic()
                self._look(observer)
        finally:
            self._stop_findable()
            observer.stop()
            self._poller = None

    def _take_mode(self, observer: Observer) -> None:
        """Learn whether the observer still hears, and look by ourselves if not."""
        self.mode, self.reason = observer.mode, observer.reason
        if not self.polls or self._poller is not None:
            return
        _log.warning("Changes are looked for every so often: %s", self.reason)
        self._poller = Poller(self._home)
        latest = self._index.list_tasks(TaskQuery(limit=LATELY)).rows
        self._poller.note(_active_files(reversed(latest)))
        self._poller.look()
        # What changed between the last event and this look was not told to us.
        self._rescan.set()

    def _start_findable(self) -> None:
        # Imported late, as what reads items: the first page does not wait for it.
        from threadbook.watch.findable import Findable  # noqa: PLC0415

        self._findable = Findable(self._home, self._index, outputs=self._search_outputs)
        self._findable.start()

    def _stop_findable(self) -> None:
        findable, self._findable = self._findable, None
        if findable is not None:
            findable.stop()

    def _scan_first(self, observer: Observer) -> None:
        """Scan, and begin to watch as soon as there is something to show."""
        self.state = FeedState.SCANNING
        self._rescan.clear()
        is_watching = False
        if self._index.count():
            # What was known last time is worth showing meanwhile.
            self.first_batch.set()

        def hear_changes(_: Changes) -> None:
            nonlocal is_watching
            self._tell_news()
            if not is_watching:
                is_watching = True
                observer.start()
            elif paths := self._pending.take_now():
                # A first scan may take minutes; live tasks need not wait for it.
                self._sync.sync_paths(paths)
                self._tell_news()

        self._sync.scan(
            on_changes=hear_changes,
            on_progress=self._on_progress,
            cancelled=self._stopping.is_set,
        )
        self._settled.set()
        if not is_watching:
            observer.start()
        self._take_mode(observer)
        # What changed between the walk and the watching was not told to us.
        self._scan()

    def _scan(self) -> None:
        self._rescan.clear()
        self._sync.scan(
            on_changes=lambda _: self._tell_news(), cancelled=self._stopping.is_set
        )

    def _is_scan_due(self, scanned_at: float) -> bool:
        every = _RESCAN_WHEN_POLLING_SECONDS if self.polls else _RESCAN_SECONDS
        return self._rescan.is_set() or time.monotonic() - scanned_at >= every

    def _look(self, observer: Observer) -> None:
        """Wait for something to look at, and look."""
        timeout = _POLL_SECONDS if self.polls else _RESCAN_SECONDS
        if self._names_wait:
            timeout = min(timeout, max(0.0, self._names_from - time.monotonic()))
        asleep_since = time.time()
        paths = self._pending.take(timeout)
        if time.time() - asleep_since > timeout + _SLEPT_SECONDS:
            # The machine slept; who knows what was told meanwhile.
            self._rescan.set()
        if self._stopping.is_set():
            return
        if self._poller is not None:
            paths |= self._poller.look()
        names = {path for path in paths if self._sync.is_about_names(path)}
        is_elsewhere = observer.watch_database()
        self._names_wait = self._names_wait or bool(names) or is_elsewhere
        rollouts = paths - names
        if any(parse_rollout_name(path.name) is None for path in rollouts):
            # A directory came or went.
            observer.watch_rollouts()
        if rollouts:
            observer.watch_trash()
            self._sync.sync_paths(rollouts)
        self._look_at_names()
        self._tell_news()

    def _look_at_names(self) -> None:
        """Read the names again, at most once a second: Codex writes there often."""
        now = time.monotonic()
        if not self._names_wait or now < self._names_from:
            return
        self._names_wait = False
        self._sync.refresh_names()
        spent = time.monotonic() - now
        self._names_from = time.monotonic() + max(_NAMES_SECONDS, 20 * spent)

    def _hear(self, path: Path) -> None:
        """Take an event; called on watchdog's thread."""
        if self._sync.is_of_interest(path):
            self._pending.add([path])

    def _tell_news(self) -> None:
        """Tell what is new in the index, whoever wrote it: the CLI does, too."""
        now = self._index.data_version()
        if now == self._version:
            return
        # A smaller number is another index: all of it is new.
        known = self._version if self._version < now else 0
        changes, self._version = self._index.changes_since(known)
        if changes.changed or changes.removed:
            self._on_changes(changes)
        if self._poller is not None:
            # Found by a scan, perhaps, in a folder that nobody looks into.
            rows = self._index.rows(islice(changes.changed, LATELY))
            self._poller.note(_active_files(rows))
        if self._findable is not None:
            self._findable.poke()

    # Following.

    def _follow(self) -> None:
        from threadbook.watch.neighbours import Neighbours  # noqa: PLC0415

        self.state = FeedState.FOLLOWING
        self._version = self._index.data_version()
        neighbours = Neighbours(self._index.path, self._pending.wake)
        every = _TAKE_OVER_SECONDS if neighbours.start() else _FOLLOW_SECONDS
        try:
            self._follow_on(every)
        finally:
            neighbours.stop()

    def _follow_on(self, every: float) -> None:
        """Tell what the leader writes, until there is none any more."""
        while not self._stopping.is_set():
            self._tell_news()
            if self._sync.leadership.try_lead():
                return
            if self._sync.leadership.is_kept:
                self._settled.set()
            if self.settled or self._index.count():
                self.first_batch.set()
            self._pending.take(every)
            # A commit is many writes.
            self._stopping.wait(_COMMIT_SECONDS)
            self._rescan.clear()


def _active_files(rows: Iterable[TaskRow]) -> list[Path]:
    return [Path(row.rollouts[0].path) for row in rows]
