"""From what the app-server writes to the client: `python -m bench deltas`.

A stand-in writes each delta with its time. First one at a time; then 2,000 a second,
while the client asks for its list.
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bench.sidecars import SidecarProcess
from bench.table import Figure
from support.rollouts import rollout

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.place import Place

_SINGLE = "40 at 10"
_FLOOD, _FLOOD_SECONDS = "6000 at 2000", 3
_LISTS = 20


def measure(place: Place) -> Iterator[Figure]:
    """Yield how long deltas take, and lists beside a flood of them."""
    program = place.root / "codex"
    script = Path(__file__).with_name("speaker.py")
    program.write_text(f'#!/bin/sh\nexec {sys.executable} {script} "$@"\n', "utf-8")
    program.chmod(0o755)
    task = rollout(place.home, at=time.time_ns() // 1_000_000, cwd="/")
    task.user("go").agent("gone").done()
    environment = {**place.environment, "THREADBOOK_CODEX": str(program)}
    with SidecarProcess.running(place.home, environment) as sidecar:
        sidecar.settle()
        sidecar.ask("task/resume", {"threadId": task.thread_id})
        single = _delays(sidecar, task.thread_id, _SINGLE)
        yield Figure(
            "a delta of the app-server reaches the client", _median(single), goal=50
        )
        yield Figure("... the slowest of 40", max(single))
        before = sidecar.cpu()
        flood = _delays(sidecar, task.thread_id, _FLOOD)
        busy = (sidecar.cpu() - before) * 1000
        yield Figure("... at 2,000 a second", _median(flood), goal=50, cpu=busy)
        yield Figure("... the slowest of 6,000", max(flood))
        yield Figure(
            "a list of 50 meanwhile", _list_beside(sidecar, task.thread_id), goal=100
        )


def _delays(sidecar: SidecarProcess, thread_id: str, words: str) -> list[float]:
    """Run a turn; return the milliseconds that each delta took to get here."""
    sidecar.ask("task/send", {"threadId": thread_id, "text": words})
    delays: list[float] = []
    while True:
        event = sidecar.hear_of("task/event")["event"]
        now = time.time_ns()
        if event["type"] == "itemDelta":
            delays += [(now - int(at)) / 1e6 for at in event["delta"].split()]
        elif event["type"] == "turnCompleted":
            return delays


def _list_beside(sidecar: SidecarProcess, thread_id: str) -> float:
    """Return the median of lists while a flood runs; it is over at the end."""
    sidecar.ask("task/send", {"threadId": thread_id, "text": _FLOOD})
    took: list[float] = []
    pause = _FLOOD_SECONDS / _LISTS / 2
    for _ in range(_LISTS):
        start = time.perf_counter()
        sidecar.ask("task/list", {"limit": 50})
        took.append((time.perf_counter() - start) * 1000)
        time.sleep(pause)
    return _median(took)


def _median(values: list[float]) -> float:
    return statistics.median(values)
