"""Put a name to the process that holds a lock."""

from __future__ import annotations

import socket
from pathlib import Path

import psutil

from threadbook.items import Holder

_EDITOR_PROGRAMS = {
    "code": "VS Code",
    "code-insiders": "VS Code",
    "code-server": "VS Code",
    "cursor": "Cursor",
    "windsurf": "Windsurf",
}
DAEMON = "codex daemon"
"""The program that several terminals share: what it holds, each of them can open."""
_UNKNOWN = "another process"
_GONE = (psutil.Error, OSError)


def describe_holder(path: Path, pid: int | None, locked_at: int | None) -> Holder:
    """Describe who locked the file at *path*; *pid* is searched for when unknown."""
    if pid is None:
        pid = process_with_open(path)
    if pid is None or pid <= 0:
        # In another PID namespace, or on another host of a shared home.
        return Holder(pid=None, program=_UNKNOWN, since=locked_at)
    try:
        process = psutil.Process(pid)
        started = int(process.create_time() * 1000)
        return Holder(
            pid=pid,
            program=program_of(process),
            host=socket.gethostname(),
            # An old lock file that is used again keeps its time.
            since=max(started, locked_at or 0),
            terminal=_terminal_of(process),
        )
    except _GONE:
        return Holder(pid=pid, program=_UNKNOWN, since=locked_at)


def process_with_open(path: Path) -> int | None:
    """Return the Codex process that has the file at *path* open."""
    wanted = str(path)
    for process in psutil.process_iter(["name"]):
        if "codex" not in (process.info["name"] or ""):
            continue
        try:
            if any(file.path == wanted for file in process.open_files()):
                return process.pid
        except _GONE:
            continue
    return None


def program_of(process: psutil.Process) -> str:
    """Say what a person would call the process: by its command, and who started it."""
    words = process.cmdline()
    arguments = words[1:]
    name = Path(words[0]).stem if words else process.name()
    if "codex" not in name:
        return name
    if "--managed-daemon" in arguments:
        return DAEMON
    if "app-server" in arguments:
        return _owner_of(process) or "codex app-server"
    return "codex exec" if "exec" in arguments else "codex"


def _owner_of(process: psutil.Process) -> str | None:
    for parent in process.parents():
        try:
            words = parent.cmdline()
        except _GONE:
            continue
        if any(_names_threadbook(word) for word in words[:4]):
            return "threadbook"
        for word in words:
            editor = _EDITOR_PROGRAMS.get(Path(word).stem.lower())
            if editor or "extensionHost" in word:
                return editor or "VS Code"
    return None


def _names_threadbook(word: str) -> bool:
    return word == "threadbook" or Path(word).stem.lower() == "threadbook"


def _terminal_of(process: psutil.Process) -> str | None:
    terminal = getattr(process, "terminal", None)
    return terminal() if terminal else None
