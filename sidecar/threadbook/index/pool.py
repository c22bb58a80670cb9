"""Read many files: in this process while it is little, with helpers when it is much.

Parsing holds Python's lock, so threads would not help; processes cost about a
quarter of a second to start and pay from some tens of megabytes on. They are spawned,
never forked: the sidecar has threads.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from typing import TYPE_CHECKING, Self, TypeVar

from threadbook.garbage import look_seldom

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from concurrent.futures import Future, ProcessPoolExecutor

_Job = TypeVar("_Job")
_Result = TypeVar("_Result")

_BATCH_FILES = 64
_BATCH_BYTES = 4 << 20
_MUCH_BYTES = 48 << 20
_MUCH_FILES = 2500
_MOST_WORKERS = 4
_AHEAD = 3
"""Batches in flight per worker: enough to keep it busy, few enough to keep order."""


class Readers:
    """Reads batches of jobs; helpers, once there is much to do, stay until the end."""

    def __init__(self) -> None:
        self._workers = min(_MOST_WORKERS, os.cpu_count() or 1)
        self._executor: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        """Start nobody yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the helpers."""
        self._end()

    def read_all(
        self,
        work: Callable[[Sequence[_Job]], _Result],
        jobs: Iterable[tuple[_Job, int]],
        cancelled: Callable[[], bool],
    ) -> Iterator[tuple[list[_Job], _Result]]:
        """Do *work* on batches of *jobs* (each with its bytes), yield them in order."""
        sized = list(jobs)
        batches = deque(_batches(sized))
        if self._workers > 1 and _is_much(sized):
            yield from self._with_helpers(work, batches, cancelled)
        # Also what helpers that broke down left over.
        while batches and not cancelled():
            batch = batches.popleft()
            yield batch, work(batch)

    def _with_helpers(
        self,
        work: Callable[[Sequence[_Job]], _Result],
        batches: deque[list[_Job]],
        cancelled: Callable[[], bool],
    ) -> Iterator[tuple[list[_Job], _Result]]:
        """Read *batches*, taking from its left what is done."""
        # Costs 20 ms, for nothing in all later scans.
        from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415

        executor = self._executor or self._start()
        ahead = self._workers * _AHEAD
        try:
            yield from _read_ahead(executor, work, batches, ahead, cancelled)
        except BrokenProcessPool:
            # A helper was killed (out of memory, say): the caller goes on without.
            self._end()

    def _start(self) -> ProcessPoolExecutor:
        from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415
        from multiprocessing import get_context  # noqa: PLC0415

        self._executor = ProcessPoolExecutor(
            self._workers,
            mp_context=get_context("spawn"),
            initializer=_begin,
        )
        return self._executor

    def _end(self) -> None:
        executor, self._executor = self._executor, None
        if executor is not None:
            executor.shutdown(wait=True, cancel_futures=True)


def _is_much(jobs: Sequence[tuple[_Job, int]]) -> bool:
    return len(jobs) > _MUCH_FILES or sum(size for _, size in jobs) > _MUCH_BYTES


def _batches(jobs: Sequence[tuple[_Job, int]]) -> Iterator[list[_Job]]:
    batch: list[_Job] = []
    total = 0
    for job, size in jobs:
        batch.append(job)
        total += size
        if len(batch) >= _BATCH_FILES or total >= _BATCH_BYTES:
            yield batch
            batch, total = [], 0
    if batch:
        yield batch


def _read_ahead(
    executor: ProcessPoolExecutor,
    work: Callable[[Sequence[_Job]], _Result],
    batches: deque[list[_Job]],
    ahead: int,
    cancelled: Callable[[], bool],
) -> Iterator[tuple[list[_Job], _Result]]:
    under_way: deque[Future[_Result]] = deque()
    try:
        while batches and not cancelled():
            while len(under_way) < min(ahead, len(batches)):
                batch = batches[len(under_way)]
                under_way.append(executor.submit(work, batch))
            result = under_way.popleft().result()
            yield batches.popleft(), result
    finally:
        for future in under_way:
            future.cancel()


def _begin() -> None:
    """Begin as a helper."""
    look_seldom()
    _end_with_parent()


def _end_with_parent() -> None:
    """Let a helper end when its parent does, however that ends."""
    from multiprocessing import parent_process  # noqa: PLC0415

    parent = parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()
