"""From a line that another process appends to the client that follows the task.

`python -m bench live`; every rollout of the home is watched meanwhile.
"""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING

from bench.sidecars import SidecarProcess
from bench.table import Figure
from support.rollouts import rollout

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bench.place import Place
    from support.rollouts import RolloutBuilder

_LINES = 60
_PAUSE_S = 0.05


def measure(place: Place) -> Iterator[Figure]:
    """Yield how long lines take: while texts are taken in, later, to two windows."""
    place.forget()
    with SidecarProcess.running(place.home, place.environment) as first:
        first.settle()
        what = "a line appended while all texts are taken in"
        yield from _figures(what, first, place.home)
    with SidecarProcess.running(place.home, place.environment) as leader:
        leader.settle()
        leader.rest()
        yield from _figures("a line appended reaches the client", leader, place.home)
        with SidecarProcess.running(place.home, place.environment) as follower:
            follower.settle()
            yield from _figures("... a second window", follower, place.home)


def _figures(what: str, sidecar: SidecarProcess, home: Path) -> Iterator[Figure]:
    task = rollout(home, at=time.time_ns() // 1_000_000).user("go")
    path = task.kill().done()
    while sidecar.hear_of("task/changed")["task"]["threadId"] != task.thread_id:
        pass
    sidecar.ask("task/follow", {"threadId": task.thread_id})
    delays = [_delay(sidecar, task, path, f"line {n}") for n in range(_LINES)]
    twentieths = statistics.quantiles(delays, n=20)
    yield Figure(f"{what}, median", statistics.median(delays), goal=50)
    yield Figure(f"{what}, p95", twentieths[18], goal=150)


def _delay(
    sidecar: SidecarProcess, task: RolloutBuilder, path: Path, text: str
) -> float:
    task.lines.clear()
    line = task.agent(text).content()
    time.sleep(_PAUSE_S)
    start = time.perf_counter()
    with path.open("ab") as file:
        file.write(line)
    while text not in str(sidecar.hear_of("task/event")):
        pass
    return (time.perf_counter() - start) * 1000
