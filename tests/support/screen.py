"""A program on a terminal of its own: what it shows, and what is typed into it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import select
import struct
import subprocess
import termios
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence
    from pathlib import Path

_PATIENCE_SECONDS = 30.0
_STYLE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_REPLIES = {
    b"\x1b[6n": b"\x1b[1;1R",
    b"\x1b[c": b"\x1b[?62c",
    b"\x1b]10;?": b"\x1b]10;rgb:ffff/ffff/ffff\x1b\\",
    b"\x1b]11;?": b"\x1b]11;rgb:0000/0000/0000\x1b\\",
}
"""What a program asks its terminal, and what a real one says."""


class Screen:
    """The terminal's other end."""

    def __init__(self, process: subprocess.Popen[bytes], ours: int, name: str) -> None:
        self.process = process
        self.name = name
        """The terminal's device, as `ps` shows it."""
        self._ours = ours
        self._shown = bytearray()
        self._seen = 0

    @property
    def text(self) -> str:
        """All that was shown so far, without styles."""
        shown = self._shown.decode("utf-8", "replace").replace("\r\n", "\n")
        return _STYLE.sub("", shown)

    def until(self, wanted: str) -> None:
        """Wait until something new is shown that holds *wanted*."""
        end = time.monotonic() + _PATIENCE_SECONDS
        while (place := self.text.find(wanted, self._seen)) < 0:
            assert time.monotonic() < end, f"{wanted!r} was not shown: {self.text}"
            if not self._take():
                break
        assert place >= 0 or wanted in self.text[self._seen :], self.text
        self._seen = self.text.index(wanted, self._seen) + len(wanted)

    def wait_until(self, condition: Callable[[], bool]) -> None:
        """Wait for something besides the screen; the program is not kept waiting."""
        end = time.monotonic() + _PATIENCE_SECONDS
        while not condition():
            assert time.monotonic() < end, self.text
            assert self._take(), self.text

    def type(self, keys: str) -> None:
        os.write(self._ours, keys.encode())

    def is_echoing(self) -> bool:
        return bool(termios.tcgetattr(self._ours)[3] & termios.ECHO)

    def end(self) -> int:
        """Wait for the program's end; return its exit code."""
        end = time.monotonic() + _PATIENCE_SECONDS
        while self._take():
            assert time.monotonic() < end, f"did not end: {self.text}"
        return self.process.wait(timeout=_PATIENCE_SECONDS)

    def _take(self) -> bool:
        """Read what is there, answering questions to the terminal; False: it ended."""
        readable, _, _ = select.select([self._ours], [], [], 0.1)
        if not readable:
            return True
        # Linux says that the other end is gone by an error.
        with contextlib.suppress(OSError):
            piece = os.read(self._ours, 65_536)
            self._shown += piece
            for asked, reply in _REPLIES.items():
                for _ in range(piece.count(asked)):
                    os.write(self._ours, reply)
            return bool(piece)
        return False


@contextmanager
def on_screen(
    command: Sequence[str], env: Mapping[str, str], cwd: Path | None = None
) -> Generator[Screen]:
    """Run *command* on a terminal of its own; it is gone at the block's end."""
    ours, theirs = os.openpty()
    fcntl.ioctl(ours, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    name = os.ttyname(theirs)
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env=env,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        preexec_fn=_take_terminal,  # noqa: PLW1509 - it takes no lock
    )
    os.close(theirs)
    try:
        yield Screen(process, ours, name)
    finally:
        if process.poll() is None:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=5)
        if process.poll() is None:
            process.kill()
            process.wait()
        os.close(ours)


def _take_terminal() -> None:
    # Keys such as Ctrl-C reach only who has the terminal for his own.
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
