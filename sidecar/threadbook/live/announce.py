"""Announcements: which Threadbook processes drive tasks of a home, and where.

One small file a process, below `CODEX_HOME/.threadbook/live/`. Process ids are used
again, so each goes with the time at which its process began; what a killed process
left behind is cleared away by whoever finds it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import stat
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import orjson

from threadbook import __version__
from threadbook.lifecycle.disk import unfinished, write_file

if TYPE_CHECKING:
    from threadbook.home import CodexHome

_SOCKET_NAME = "s"
_PREFIX = "threadbook-"
_LONGEST_ADDRESS = 100
"""Bytes; of what systems take, macOS takes least (103)."""
_SAME_START_MS = 2000
"""Systems derive the time at which a process began, and are not always of one mind."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """A process that drives tasks, as its file has it."""

    pid: int
    started: int
    """When the process began, Unix ms."""
    host: str
    version: str
    address: str
    """The path of its Unix socket."""
    windowless: bool = False
    """Its window is closed: it goes on until its turns end."""

    @property
    def speaks_as_we_do(self) -> bool:
        """Whether it is of our version: others are not spoken to."""
        return self.version == __version__


class Announced:
    """Our own announcement, and the private directory in which our socket lies."""

    def __init__(self, home: CodexHome) -> None:
        """Make the directory, only ours to enter.

        Raises:
            OSError: it can't be made.
        """
        self._folder = _private_folder()
        self._path = home.live / f"{os.getpid()}-{self._folder.name[-8:]}.json"
        self.address = str(self._folder / _SOCKET_NAME)

    def announce(self, *, windowless: bool = False) -> None:
        """Let others find us; whoever listens must listen already.

        Raises:
            OSError: the home can't be written to.
        """
        pid = os.getpid()
        own = Announcement(
            pid=pid,
            started=_began(pid) or 0,
            host=socket.gethostname(),
            version=__version__,
            address=self.address,
            windowless=windowless,
        )
        self._path.parent.mkdir(parents=True, exist_ok=True)
        write_file(self._path, orjson.dumps(asdict(own)))

    def withdraw(self) -> None:
        """Be found no more."""
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)
        shutil.rmtree(self._folder, ignore_errors=True)


def announced(home: CodexHome) -> tuple[Announcement, ...]:
    """Return the other processes of this host that drive tasks; blocks a little."""
    found: list[Announcement] = []
    for path in _files(home):
        one = _read(path)
        if one is None or one.host != socket.gethostname() or one.pid == os.getpid():
            continue
        began = _began(one.pid)
        if began is not None and abs(began - one.started) < _SAME_START_MS:
            found.append(one)
        else:
            _clear_away(path, one)
    return tuple(found)


def has_private_address(announcement: Announcement) -> bool:
    """Whether the socket lies where nobody but we could have put it."""
    return _is_private(Path(announcement.address).parent)


def windowless_pids(home: CodexHome) -> frozenset[int]:
    """Return the processes that go on though their window is closed.

    With their app-servers: it is these that hold the locks of Codex.
    """
    pids = {one.pid for one in announced(home) if one.windowless}
    return frozenset(pids | {child for pid in pids for child in _children(pid)})


def _files(home: CodexHome) -> list[Path]:
    try:
        return [Path(each.path) for each in os.scandir(home.live)]
    except OSError:
        return []


def _read(path: Path) -> Announcement | None:
    if path.suffix != ".json" or path.name.startswith("."):
        return None
    try:
        raw: object = orjson.loads(path.read_bytes())
        return Announcement(**cast("dict[str, Any]", raw))
    except (OSError, ValueError, TypeError):
        # Not ours, or of a version that says more.
        return None


def _began(pid: int) -> int | None:
    # Imported late: it takes its time, and mostly nobody else drives anything.
    import psutil  # noqa: PLC0415

    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        return int(process.create_time() * 1000)
    except psutil.AccessDenied:
        return None
    except psutil.Error:
        return None


def _children(pid: int) -> list[int]:
    import psutil  # noqa: PLC0415

    try:
        return [child.pid for child in psutil.Process(pid).children()]
    except psutil.Error:
        return []


def _clear_away(path: Path, dead: Announcement) -> None:
    for each in (path, unfinished(path)):
        with contextlib.suppress(OSError):
            each.unlink(missing_ok=True)
    # What a file says is not to be trusted: only an empty shell of ours goes.
    folder = Path(dead.address).parent
    if folder.name.startswith(_PREFIX) and _is_private(folder):
        with contextlib.suppress(OSError):
            left = folder / _SOCKET_NAME
            if stat.S_ISSOCK(left.lstat().st_mode):
                left.unlink()
        with contextlib.suppress(OSError):
            folder.rmdir()


def _private_folder() -> Path:
    """Make a folder that only we may enter, with a path short enough for a socket."""
    for base in (os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir(), "/tmp"):  # noqa: S108
        if not base or not Path(base).is_dir():
            continue
        if len(os.fsencode(base)) + len(_PREFIX) + 12 > _LONGEST_ADDRESS:
            continue
        with contextlib.suppress(OSError):
            return Path(tempfile.mkdtemp(prefix=_PREFIX, dir=base))
    message = "There is no place for a socket"
    raise OSError(message)


def _is_private(folder: Path) -> bool:
    if sys.platform == "win32":
        return False
    try:
        found = folder.lstat()
    except OSError:
        return False
    is_ours = found.st_uid == os.geteuid()
    return is_ours and stat.S_ISDIR(found.st_mode) and not found.st_mode & 0o077
