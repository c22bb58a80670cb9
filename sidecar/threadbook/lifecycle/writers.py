"""Writers: processes that have a rollout open, though they took no lock.

Codex before 0.147 takes none, but keeps the file open. Only Linux tells cheaply;
elsewhere the locks have to do.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from threadbook.items import Holder
from threadbook.lifecycle.holder import program_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from collections.abc import Set as AbstractSet

_PROCESSES = Path("/proc")


def open_writers(paths: AbstractSet[str]) -> dict[str, Holder]:
    """Return who has which of these files open for writing."""
    return _writers(paths.__contains__)


def writers_below(folder: Path) -> dict[str, Holder]:
    """Return who has which file in a folder, or below it, open for writing."""
    prefix = f"{folder}{os.sep}"
    return _writers(lambda path: path.startswith(prefix))


def _writers(is_meant: Callable[[str], bool]) -> dict[str, Holder]:
    found: dict[str, Holder] = {}
    for pid in _pids():
        for path in _open_for_writing(pid, is_meant):
            found[path] = _holder(pid)
    return found


def _pids() -> Iterator[int]:
    with suppress(OSError):
        for name in os.listdir(_PROCESSES):  # noqa: PTH208 - there are thousands
            if name.isdecimal() and int(name) != os.getpid():
                yield int(name)


def _open_for_writing(pid: int, is_meant: Callable[[str], bool]) -> Iterator[str]:
    folder = f"{_PROCESSES}/{pid}"
    # Another user's process, or one that just ended, tells nothing.
    with suppress(OSError):
        for number in os.listdir(f"{folder}/fd"):  # noqa: PTH208
            with suppress(OSError):
                target = os.readlink(f"{folder}/fd/{number}")  # noqa: PTH115
                if is_meant(target) and _is_writing(f"{folder}/fdinfo/{number}"):
                    yield target


def _is_writing(info: str) -> bool:
    for line in Path(info).read_text(encoding="ascii").splitlines():
        if line.startswith("flags:"):
            return int(line.split()[1], 8) & os.O_ACCMODE != os.O_RDONLY
    return False


def _holder(pid: int) -> Holder:
    try:
        process = psutil.Process(pid)
        return Holder(
            pid=pid,
            program=program_of(process),
            since=int(process.create_time() * 1000),
        )
    except (psutil.Error, OSError):
        return Holder(pid=pid, program="another process")
