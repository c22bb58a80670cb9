"""How fast the index is: `python tests/bench/bench_index.py [rollouts]`.

Writes a home of that many rollouts (10,000 by default, which is half a gigabyte) to a
temporary directory, and measures what people wait for. Prints a table.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.homes import make_home
from threadbook.home import CodexHome
from threadbook.index.filling import Filler
from threadbook.index.sync import Sync
from threadbook.index.tasks import open_index
from threadbook.index.types import SearchQuery, Sort, TaskQuery

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from threadbook.index.tasks import Index

_DEFAULT_ROLLOUTS = 10_000
_PAGE = 100


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else _DEFAULT_ROLLOUTS
    with tempfile.TemporaryDirectory() as place:
        home = CodexHome(Path(place, "home").resolve())
        size = make_home(home.root, count)
        print(f"{count} rollouts, {size / 1e6:.0f} MB, {os.cpu_count()} cores")
        with closing(open_index(home, Path(place, "index.sqlite"))) as index:
            _measure(home, index, size)


def _measure(home: CodexHome, index: Index, size: int) -> None:
    sync = Sync(home, index)
    first: list[float] = []
    start = time.perf_counter()
    sync.scan(
        on_progress=lambda progress: (
            first.append(time.perf_counter() - start) if progress.done else None
        )
    )
    _row("first 50 tasks, nothing indexed", first[0], 0.3)
    _row("all tasks, nothing indexed", time.perf_counter() - start, 3.0)
    _row("scan, nothing changed", _best(sync.scan), 0.3)
    _row("a task that grew", _best(_growing(home, sync)), 0.01)
    for sort in Sort:
        _row(f"slowest page of {_PAGE} by {sort}", _slowest_page(index, sort), 0.005)
    whole = TaskQuery(states=None, limit=None)
    _row("all rows", _best(lambda: index.list_tasks(whole)), 0.5)
    _row("last task of a folder", _best(lambda: index.last("/home/dev/code")), 0.005)
    start = time.perf_counter()
    Filler(home, index).fill()
    _row("all texts findable", time.perf_counter() - start, 7.0)
    times = sorted(_searches(index))
    _row("search, median", times[len(times) // 2], 0.01)
    _row("search, 95 % of them", times[len(times) * 95 // 100], 0.05)
    index.close()
    written = sum(
        part.stat().st_size for part in index.path.parent.glob(f"{index.path.name}*")
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"index {written / 1e6:.0f} MB, {100 * written / size:.1f} % of the rollouts")
    print(f"peak memory {peak:.0f} MB")


def _growing(home: CodexHome, sync: Sync) -> Callable[[], object]:
    path = max(home.sessions.rglob("*.jsonl"), key=lambda each: each.stat().st_size)

    def grow() -> object:
        with path.open("ab") as file:
            file.write(b'{"type":"event_msg","payload":{"type":"other"}}\n')
        return sync.sync_paths([path])

    return grow


def _slowest_page(index: Index, sort: Sort) -> float:
    query = TaskQuery(sort=sort, limit=_PAGE)
    index.list_tasks(query)
    slowest = 0.0
    while True:
        start = time.thread_time()
        page = index.list_tasks(query)
        slowest = max(slowest, time.thread_time() - start)
        if page.next_cursor is None:
            return slowest
        query = replace(query, cursor=page.next_cursor)


def _searches(index: Index) -> Iterator[float]:
    """Search for words, phrases and beginnings, rare and common ones."""
    rows = index.list_tasks(TaskQuery(limit=60)).rows
    words = [word for row in rows for word in (row.preview or "").split()[:5]]
    phrases = [f'"{first} {second}"' for first, second in pairwise(words)]
    begun = [f"{word[:4]}*" for word in words]
    for text in [*words, *phrases, *begun, "src", "def OR const", "error NOT const"]:
        start = time.perf_counter()
        index.search(SearchQuery(text))
        yield time.perf_counter() - start


def _best(work: Callable[[], object]) -> float:
    """Return the best of a few times: the machine does other things too."""
    times: list[float] = []
    for _ in range(5):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def _row(what: str, seconds: float, wanted: float) -> None:
    mark = " " if seconds <= wanted else "!"
    print(f"{mark} {what:38} {seconds * 1000:10.1f} ms  (<= {wanted * 1000:g})")


if __name__ == "__main__":
    main()
