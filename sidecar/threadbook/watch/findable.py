"""Findable: makes what a leading feed brings in findable, on a thread of its own.

A task that runs changes ten times a second; its words are taken in once it is quiet
for a moment, and at leisure, so that rows and live events come first.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from threadbook.index.filling import Filler

if TYPE_CHECKING:
    from threadbook.home import CodexHome
    from threadbook.index.tasks import Index

_log = logging.getLogger(__name__)

_QUIET_SECONDS = 1.0
_LONGEST_WAITS = 5
"""A task that never is quiet for so long is taken in all the same after so many."""


class Findable:
    """One filler at work from `start` to `stop`."""

    def __init__(self, home: CodexHome, index: Index, *, outputs: bool) -> None:
        self._filler = Filler(home, index)
        self._outputs = outputs
        self._changed = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(
            target=self._run, name="threadbook-words", daemon=True
        )

    def start(self) -> None:
        """Begin with what is left from last time."""
        self._changed.set()
        self._thread.start()

    def poke(self) -> None:
        """Say that something changed."""
        self._changed.set()

    def stop(self) -> None:
        """End; what was done stays done."""
        self._stopping.set()
        self._changed.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._fill()
            self._changed.wait()
            self._wait_for_quiet()

    def _fill(self) -> None:
        self._changed.clear()
        try:
            self._filler.fill(outputs=self._outputs, cancelled=self._stopping.is_set)
        except Exception as error:  # noqa: BLE001 - the thread's body
            # The type alone: a message might quote a conversation.
            _log.error(
                "Search could not be brought up to date: %s", type(error).__name__
            )

    def _wait_for_quiet(self) -> None:
        for _ in range(_LONGEST_WAITS):
            self._changed.clear()
            if self._stopping.wait(_QUIET_SECONDS) or not self._changed.is_set():
                return
