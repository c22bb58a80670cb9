"""Figures and the table that shows them: best of several runs, wall and CPU time."""

from __future__ import annotations

import os
import resource
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_RUNS = 5


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing measured."""

    what: str
    value: float
    unit: str = "ms"
    goal: float | None = None
    """At most; None: nothing was promised (a rival, or a part of something)."""
    cpu: float | None = None
    """Milliseconds of processor time: what the load of the machine hardly changes."""

    def line(self) -> str:
        """Return the row of a Markdown table."""
        cpu = "" if self.cpu is None else f"{self.cpu:,.0f} ms"
        goal = "" if self.goal is None else f"≤ {self.goal:,g} {self.unit}"
        mark = " **missed**" if self.goal is not None and self.value > self.goal else ""
        value = f"{self.value:,.1f}" if self.value < 10 else f"{self.value:,.0f}"
        return f"| {self.what} | {value} {self.unit} | {cpu} | {goal}{mark} |"


HEAD = "| | measured | CPU | goal |\n|---|---:|---:|---:|"


@dataclass(frozen=True, slots=True)
class Cost:
    """What some work took, in milliseconds."""

    wall: float
    cpu: float


def best(work: Callable[[], object], runs: int = _RUNS) -> Cost:
    """Run *work* some times; return the best: the machine does other things too."""
    costs = [_cost(work) for _ in range(runs)]
    return Cost(min(each.wall for each in costs), min(each.cpu for each in costs))


def _cost(work: Callable[[], object]) -> Cost:
    cpu, wall = _cpu(), time.perf_counter()
    work()
    return Cost((time.perf_counter() - wall) * 1000, (_cpu() - cpu) * 1000)


def _cpu() -> float:
    """Return the seconds of CPU of this thread and of all children that have ended."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.thread_time() + ended.ru_utime + ended.ru_stime


def machine() -> str:
    """Say what it was measured on, and how busy that was."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return f"{os.cpu_count()} cores, load {load:.1f}"
