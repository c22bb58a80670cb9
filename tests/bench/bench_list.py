"""Lists on the command line, as whole processes: `python -m bench list`."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import orjson

from bench.table import Figure, best

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.place import Place

_RUNS = 7


def measure(place: Place) -> Iterator[Figure]:
    """Yield what scripts and people at a terminal wait for."""
    _list(place, 50)
    nothing = best(lambda: subprocess.run([sys.executable, "-c", ""], check=True))
    yield Figure("python, doing nothing", nothing.wall, cpu=nothing.cpu)
    page = best(lambda: _list(place, 50), _RUNS)
    yield Figure("`list --json --limit 50`", page.wall, goal=250, cpu=page.cpu)
    whole = best(lambda: _list(place, 0), _RUNS)
    yield Figure(
        f"`list --json`, all {place.count:,}", whole.wall, goal=500, cpu=whole.cpu
    )
    folder = best(lambda: _list(place, 50, "--cwd", "/home/dev/code"), _RUNS)
    yield Figure("`list --json` of one folder", folder.wall, goal=250, cpu=folder.cpu)


def _list(place: Place, limit: int, *options: str) -> None:
    output = subprocess.run(
        [
            *(sys.executable, "-m", "threadbook", "--codex-home", str(place.home)),
            *("list", *(options or ("--all",)), "--json", "--limit", str(limit)),
        ],
        check=True,
        stdout=subprocess.PIPE,
        env={**os.environ, **place.environment},
    ).stdout
    page = orjson.loads(output)
    assert len(page["tasks"]) == (limit or place.count)
