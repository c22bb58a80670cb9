"""A feed on an index of its own, and what it tells."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from threadbook.index.tasks import open_index
from threadbook.index.types import SearchQuery
from threadbook.watch.feed import Feed, FeedState

if TYPE_CHECKING:
    from collections.abc import Callable

    from threadbook.home import CodexHome
    from threadbook.index.types import Changes, Progress


class Listener:
    """A feed on an index of its own, and what it told."""

    def __init__(self, home: CodexHome) -> None:
        self.index = open_index(home)
        self.told: list[Changes] = []
        self.progress: list[Progress] = []
        self._more = threading.Condition()
        self.feed = Feed(
            home,
            self.index,
            on_changes=lambda changes: self.hear(changes),  # noqa: PLW0108 - replaceable
            on_progress=self.progress.append,
        )

    def start(self) -> Listener:
        self.feed.start()
        assert self.feed.first_batch.wait(5)
        return self

    def settle(self) -> Listener:
        """Wait until the feed has nothing left to do at its start."""
        self.start()
        self.wait_until(
            lambda: self.feed.state in {FeedState.WATCHING, FeedState.FOLLOWING}
        )
        return self

    def stop(self) -> None:
        self.feed.stop()
        self.index.close()

    def wait_until(self, met: Callable[[], bool]) -> None:
        with self._more:
            # Not everything worth waiting for is told: look again now and then.
            assert any(self._more.wait_for(met, timeout=0.01) for _ in range(1000)), (
                self.told
            )

    def hear(self, changes: Changes) -> None:
        with self._more:
            self.told.append(changes)
            self._more.notify()

    def has_heard(self, thread: str) -> bool:
        return any(thread in changes.changed for changes in self.told)

    def finds(self, word: str) -> bool:
        return self.index.search(SearchQuery(word)).total > 0

    def has_lost(self, thread: str) -> bool:
        return any(thread in changes.removed for changes in self.told)
