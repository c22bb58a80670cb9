"""The index inside one process, on a busy or quiet machine: `python -m bench index`."""

from __future__ import annotations

import resource
import time
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from bench.table import Figure, best
from threadbook.book.annotations import Book
from threadbook.handlers.context import Context
from threadbook.handlers.listing import page_json
from threadbook.home import CodexHome
from threadbook.index.filling import Filler
from threadbook.index.sync import Sync
from threadbook.index.tasks import open_index
from threadbook.index.types import SearchQuery, Sort, TaskQuery

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.place import Place
    from threadbook.index.tasks import Index

_PAGE = 100


def measure(place: Place) -> Iterator[Figure]:
    """Yield what an index costs to make, to keep and to ask."""
    home = CodexHome(place.home)
    path = place.root / "bench-index.sqlite"
    with closing(open_index(home, path)) as index:
        yield from _made(home, index)
        yield from _asked(home, index)
    written = sum(part.stat().st_size for part in path.parent.glob(f"{path.name}*"))
    share = 100 * written / place.size
    yield Figure("index, of the rollouts' bytes", share, "%", goal=30)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield Figure("most memory of this process", memory, "MB")
    for part in path.parent.glob(f"{path.name}*"):
        part.unlink()


def _made(home: CodexHome, index: Index) -> Iterator[Figure]:
    sync = Sync(home, index)
    whole = best(sync.scan, runs=1)
    yield Figure("scan, nothing indexed", whole.wall, goal=3000, cpu=whole.cpu)
    again = best(sync.scan)
    yield Figure("scan, nothing changed", again.wall, goal=300, cpu=again.cpu)
    grown = best(_growing(home, sync))
    yield Figure("sync of a task that grew", grown.wall, goal=10, cpu=grown.cpu)
    words = best(Filler(home, index).fill, runs=1)
    yield Figure("all texts findable", words.wall, goal=7000, cpu=words.cpu)


def _asked(home: CodexHome, index: Index) -> Iterator[Figure]:
    for sort in Sort:
        slowest = _slowest_page(index, sort)
        yield Figure(f"slowest page of {_PAGE} by {sort}, rows", slowest, goal=5)
    with closing(Book(index.path.with_name("bench-book.sqlite"))) as book:
        context = Context(home=home, index=index, book=book)
        page = best(lambda: page_json(context, TaskQuery(limit=_PAGE)))
    yield Figure(f"page of {_PAGE}, handler", page.wall, goal=5, cpu=page.cpu)
    whole = TaskQuery(states=None, limit=None)
    rows = best(lambda: index.list_tasks(whole))
    yield Figure("all rows", rows.wall, cpu=rows.cpu)
    last = best(lambda: index.last("/home/dev/code"))
    yield Figure("last task of a folder", last.wall, goal=5, cpu=last.cpu)
    times = sorted(_searches(index))
    yield Figure("search, median", times[len(times) // 2], goal=10)
    yield Figure("search, p95", times[len(times) * 95 // 100], goal=50)


def _growing(home: CodexHome, sync: Sync) -> Callable[[], object]:
    path = max(home.sessions.rglob("*.jsonl"), key=lambda each: each.stat().st_size)

    def grow() -> object:
        with path.open("ab") as file:
            file.write(b'{"type":"event_msg","payload":{"type":"other"}}\n')
        return sync.sync_paths([path])

    return grow


def _slowest_page(index: Index, sort: Sort) -> float:
    """Return the CPU of the slowest page: of a hundred, one always is interrupted."""
    query = TaskQuery(sort=sort, limit=_PAGE)
    index.list_tasks(query)
    slowest = 0.0
    while True:
        start = time.thread_time()
        page = index.list_tasks(query)
        slowest = max(slowest, (time.thread_time() - start) * 1000)
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
        yield (time.perf_counter() - start) * 1000
