"""Read many files: in this process while it is little, with helpers when it is much.

Parsing holds Python's lock, so threads would not help; processes cost about a
quarter of a second to start and pay from some tens of megabytes on (measured:
docs/performance.md). They are spawned, never forked: the sidecar has threads.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from typing import TYPE_CHECKING

from threadbook.index.reading import read_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future, ProcessPoolExecutor

    from threadbook.index.reading import Job, Reading

_BATCH_FILES = 64
_BATCH_BYTES = 4 << 20
_MUCH_BYTES = 48 << 20
_MUCH_FILES = 2500
_MOST_WORKERS = 4
_AHEAD = 3
"""Batches in flight per worker: enough to keep it busy, few enough to keep order."""


def read_all(
    root: str, jobs: Sequence[Job], cancelled: Callable[[], bool]
) -> Iterator[tuple[int, list[Reading]]]:
    """Yield, batch by batch in the order of *jobs*, how many were done and readings."""
    batches = deque(_batches(jobs))
    workers = min(_MOST_WORKERS, os.cpu_count() or 1)
    if workers > 1 and _is_much(jobs):
        yield from _read_in_processes(root, batches, workers, cancelled)
    # Also what helpers that broke down left over.
    while batches and not cancelled():
        batch = batches.popleft()
        yield len(batch), read_files(root, batch)


def _is_much(jobs: Sequence[Job]) -> bool:
    return len(jobs) > _MUCH_FILES or sum(map(_bytes_to_read, jobs)) > _MUCH_BYTES


def _bytes_to_read(job: Job) -> int:
    return max(0, job.stat.size - (job.known.offset if job.known else 0))


def _batches(jobs: Sequence[Job]) -> Iterator[list[Job]]:
    batch: list[Job] = []
    size = 0
    for job in jobs:
        batch.append(job)
        size += _bytes_to_read(job)
        if len(batch) >= _BATCH_FILES or size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _read_in_processes(
    root: str, batches: deque[list[Job]], workers: int, cancelled: Callable[[], bool]
) -> Iterator[tuple[int, list[Reading]]]:
    """Read *batches*, taking from its left what is done."""
    # Costs 20 ms, for nothing in all later scans.
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415
    from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415
    from multiprocessing import get_context  # noqa: PLC0415

    executor = ProcessPoolExecutor(
        workers, mp_context=get_context("spawn"), initializer=_end_with_parent
    )
    try:
        yield from _read_ahead(executor, root, batches, workers * _AHEAD, cancelled)
    except BrokenProcessPool:
        # A helper was killed (out of memory, say): the caller goes on without.
        return
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def _read_ahead(
    executor: ProcessPoolExecutor,
    root: str,
    batches: deque[list[Job]],
    ahead: int,
    cancelled: Callable[[], bool],
) -> Iterator[tuple[int, list[Reading]]]:
    under_way: deque[Future[list[Reading]]] = deque()
    while batches and not cancelled():
        while len(under_way) < min(ahead, len(batches)):
            batch = batches[len(under_way)]
            under_way.append(executor.submit(read_files, root, batch))
        readings = under_way.popleft().result()
        yield len(batches.popleft()), readings


def _end_with_parent() -> None:
    """Let a helper end when its parent does, however that ends."""
    from multiprocessing import parent_process  # noqa: PLC0415

    parent = parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()
