"""From the start of the sidecar to its first page, with and without an index.

`python -m bench start`; see `__main__`.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from bench.sidecars import SidecarProcess
from bench.table import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.place import Place

_RUNS = 5
_IDLE_S = 10.0
_PAGE = {"limit": 50}


def measure(place: Place) -> Iterator[Figure]:
    """Yield what a window waits for, and what the sidecar keeps using afterwards."""
    yield from _cold(place)
    yield from _warm(place)
    yield from _idle(place)


def _cold(place: Place) -> Iterator[Figure]:
    place.forget()
    with SidecarProcess.running(place.home, place.environment) as sidecar:
        page = sidecar.ask("task/list", _PAGE)
        first = _since(sidecar), sidecar.cpu() * 1000
        sidecar.settle()
        whole = _since(sidecar)
        assert sidecar.ask("task/list", _PAGE)["total"] == place.count, page["total"]
        yield Figure("nothing indexed: newest 50", first[0], goal=300, cpu=first[1])
        yield Figure("nothing indexed: all rows", whole, goal=3000)
        yield Figure("most memory, sidecar, first scan", sidecar.peak_rss(), "MB")


def _warm(place: Place) -> Iterator[Figure]:
    shaken: list[tuple[float, float]] = []
    first: list[tuple[float, float]] = []
    for _ in range(_RUNS):
        with SidecarProcess.running(place.home, place.environment) as sidecar:
            shaken.append((_since(sidecar), sidecar.cpu() * 1000))
            page = sidecar.ask("task/list", _PAGE)
            first.append((_since(sidecar), sidecar.cpu() * 1000))
            assert page["total"] == place.count
            sidecar.settle()
    wall, cpu = map(min, zip(*shaken, strict=True))
    yield Figure("indexed: start to handshake", wall, cpu=cpu)
    wall, cpu = map(min, zip(*first, strict=True))
    yield Figure("indexed: start to first page of 50", wall, goal=400, cpu=cpu)


def _idle(place: Place) -> Iterator[Figure]:
    """One sidecar leads, another follows; nothing happens for a while."""
    with (
        SidecarProcess.running(place.home, place.environment) as leader,
        SidecarProcess.running(place.home, place.environment) as follower,
    ):
        leader.settle()
        follower.settle()
        leader.rest()
        before = leader.cpu(), follower.cpu()
        time.sleep(_IDLE_S)
        used = leader.cpu() - before[0], follower.cpu() - before[1]
        yield Figure("idle CPU, the one that watches", used[0] * 1000 / _IDLE_S, "ms/s")
        yield Figure("idle CPU, another window", used[1] * 1000 / _IDLE_S, "ms/s")
        yield Figure("memory, sidecar at rest", leader.rss(), "MB", goal=120)


def _since(sidecar: SidecarProcess) -> float:
    return (time.perf_counter() - sidecar.started) * 1000
