from __future__ import annotations

import threading
from pathlib import Path

import pytest

from threadbook.watch.pending import (
    LONGEST_SECONDS,
    QUIET_SECONDS,
    Pending,
    seconds_to_wait,
)

A, B = Path("a"), Path("b")


def test_a_burst_is_over_once_it_was_quiet_for_a_moment() -> None:
    assert seconds_to_wait(first=10.0, last=10.0, now=10.0) == pytest.approx(
        QUIET_SECONDS
    )
    assert seconds_to_wait(first=10.0, last=10.0, now=10.0 + QUIET_SECONDS) == 0


def test_a_burst_that_does_not_end_is_cut() -> None:
    first, now = 10.0, 10.0 + LONGEST_SECONDS

    assert seconds_to_wait(first, last=now, now=now) == 0
    assert seconds_to_wait(first, last=now - 0.001, now=now - 0.001) == pytest.approx(
        0.001
    )


class Clock:
    """Stands still but for what it is told."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


def test_many_events_at_one_path_are_one() -> None:
    pending = Pending()
    for _ in range(5):
        pending.add([A])
    pending.add([B])

    assert pending.take(None) == {A, B}
    assert pending.take(0) == frozenset()


def test_taking_waits_for_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr("threadbook.watch.pending.time", clock)
    waits: list[float | None] = []

    class Condition(threading.Condition):
        def wait(self, timeout: float | None = None) -> bool:
            # A second event comes half a moment later, then nothing more.
            waits.append(timeout)
            clock.now += QUIET_SECONDS / 2 if len(waits) == 1 else timeout or 0
            if len(waits) == 1:
                pending.add([B])
            return True

    pending = Pending()
    monkeypatch.setattr(pending, "_changed", Condition())
    pending.add([A])

    assert pending.take(None) == {A, B}
    assert clock.now == pytest.approx(100.0 + QUIET_SECONDS * 1.5)


def test_who_is_woken_gets_what_there_is_at_once() -> None:
    pending = Pending()
    pending.wake()
    assert pending.take(None) == frozenset()

    pending.add([A])
    pending.wake()
    assert pending.take(None) == {A}


def test_events_of_another_thread_end_the_wait() -> None:
    pending = Pending()
    threading.Thread(target=pending.add, args=([A],)).start()

    assert pending.take(5) == {A}
