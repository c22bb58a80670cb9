"""Look at the bytes of many files: in which tasks may that be which somebody seeks?

With threads where there are few files, for reading and the C library's search leave
Python's lock to others; with processes beside this one (`looker.py`) where there are
many, for what is between the calls of the system does not.
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from subprocess import DEVNULL, PIPE, Popen
from typing import TYPE_CHECKING, TypeVar

from threadbook.index.looker import BARE_PROGRAM, FROZEN_FLAG, frame
from threadbook.rollout.needles import Needles

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from threadbook.rollout.grep import Pattern

_Task = TypeVar("_Task")
_Files = tuple[_Task, "Sequence[str]"]
_Holding = tuple[_Task, frozenset[str]]
"""A task, and those of its files that may hold what is looked for."""

_MOST_AT_ONCE = 4
_TOGETHER = 128
"""Tasks that one of them looks into at a time."""
_MANY_TASKS = 2500
"""From here on a process pays for its start."""


def worth_reading(
    tasks: Sequence[_Files[_Task]], pattern: Pattern
) -> Generator[_Holding[_Task], None, None]:
    """Yield the tasks of which files may hold *pattern*, in order, with these files.

    A look at their bytes, nothing decoded; what can't be looked into that way may
    hold it. Several look ahead, once the first tasks did not suffice whoever asks.
    """
    if not pattern.needles:
        yield from ((task, frozenset(paths)) for task, paths in tasks)
        return
    yield from _look(Needles(pattern.needles), tasks[:_TOGETHER])
    if len(tasks) > _TOGETHER:
        yield from _look_ahead(tasks[_TOGETHER:], pattern.needles)


def _look_ahead(
    tasks: Sequence[_Files[_Task]], needles: tuple[bytes, ...]
) -> Iterator[_Holding[_Task]]:
    at_once = min(os.cpu_count() or 1, _MOST_AT_ONCE)
    count = at_once - 1 if len(tasks) >= _MANY_TASKS else 0
    beside = [_Looker(needles) for _ in range(count)]
    idle: SimpleQueue[Needles | _Looker] = SimpleQueue()
    for each in (*(Needles(needles) for _ in range(at_once - count)), *beside):
        idle.put(each)

    def look(part: Sequence[_Files[_Task]]) -> list[_Holding[_Task]]:
        one = idle.get()
        try:
            return _look(one, part)
        finally:
            idle.put(one)

    executor = ThreadPoolExecutor(at_once)
    parts = [
        tasks[start : start + _TOGETHER] for start in range(0, len(tasks), _TOGETHER)
    ]
    try:
        for found in executor.map(look, parts):
            yield from found
    finally:
        executor.shutdown(cancel_futures=True)
        for each in beside:
            each.end()


def _look(
    one: Needles | _Looker, part: Sequence[_Files[_Task]]
) -> list[_Holding[_Task]]:
    flags = iter(one.look([path for _, paths in part for path in paths]))
    found: list[_Holding[_Task]] = []
    for task, paths in part:
        holding = frozenset([path for path in paths if next(flags)])
        if holding:
            found.append((task, holding))
    return found


class _Looker:
    """Looks with a process beside this one, or here where that can't be; one thread."""

    def __init__(self, needles: tuple[bytes, ...]) -> None:
        self._here = Needles(needles)
        self._process = _start()
        self._unsaid = frame(needles)
        """What the process is still to be told before the next paths."""

    def look(self, paths: Sequence[str]) -> bytes:
        """Say of each file, with 1 or 0, whether it may hold one of the needles."""
        if self._process is not None:
            question = self._unsaid + frame(map(os.fsencode, paths))
            self._unsaid = b""
            try:
                return _ask(self._process, question, len(paths))
            except OSError:
                # It was killed (out of memory, say).
                self.end()
        return self._here.look(paths)

    def end(self) -> None:
        """End the process; what is looked for afterwards is looked for here."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            # Closing a pipe writes what is left for whom nobody is there any more.
            with suppress(OSError):
                process.communicate()
            process.wait()


def _start() -> Popen[bytes] | None:
    try:
        return Popen(_command(), stdin=PIPE, stdout=PIPE, stderr=DEVNULL)  # noqa: S603
    except OSError:
        return None


def _command() -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable, FROZEN_FLAG]
    root = str(Path(__file__).parents[2])
    return [sys.executable, "-I", "-S", "-c", BARE_PROGRAM, root]


def _ask(process: Popen[bytes], question: bytes, length: int) -> bytes:
    asked, answers = process.stdin, process.stdout
    answer = b""
    if asked is not None and answers is not None:
        asked.write(question)
        asked.flush()
        answer = answers.read(length)
    if len(answer) < length:
        message = "The process that looks into files ended"
        raise BrokenPipeError(message)
    return answer
