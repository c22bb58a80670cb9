"""`codex app-server` as a child process: lines in, lines out, never an orphan.

Threads move the bytes, for two reasons: asyncio's own subprocess kills a child that
outlives its loop, and killing Codex while it builds its database locks every Codex
out of that home for a quarter of an hour; and pipes work so on Windows, too.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING

from threadbook.codex.last_words import LastWords
from threadbook.errors import CodexUnavailableError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from typing import IO

    from threadbook.codex.binary import CodexBinary
    from threadbook.home import CodexHome

_CHUNK = 1 << 18
_GRACE_SECONDS = 5.0
_NEW_PROCESS_GROUP = 0x200


class ChildProcess:
    """One app-server of ours on its standard streams."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        """Take a process whose three streams are pipes; spawn() makes one."""
        assert process.stdin  # noqa: S101 - says to the reader what spawn() did
        assert process.stdout  # noqa: S101
        assert process.stderr  # noqa: S101
        self._process = process
        self._loop = asyncio.get_running_loop()
        self._incoming: asyncio.Queue[list[bytes] | None] = asyncio.Queue()
        self._outgoing: SimpleQueue[bytes | None] = SimpleQueue()
        self._last_words = LastWords()
        self._exited = asyncio.Event()
        self._listener = _thread(self._listen, process.stderr)
        _thread(self._write, process.stdin)
        _thread(self._read, process.stdout)

    @classmethod
    def spawn(cls, binary: CodexBinary, home: CodexHome) -> ChildProcess:
        """Start `codex app-server` on *home*.

        Raises:
            CodexUnavailableError: the program can't be started.
        """
        try:
            # Not in a thread: cancelled there, the child would be nobody's.
            process = _popen(binary, home)
        except OSError as error:
            message = f"{binary.path} does not start: {error.strerror}"
            raise CodexUnavailableError(message) from error
        return cls(process)

    @property
    def pid(self) -> int:
        """The process that holds the locks of the threads it has loaded."""
        return self._process.pid

    def send(self, line: bytes) -> None:
        """Queue one line; it is lost when the process is gone, which ends lines()."""
        self._outgoing.put(line)

    async def lines(self) -> AsyncIterator[bytes]:
        """Yield what the process says, until it ends."""
        while (batch := await self._incoming.get()) is not None:
            for line in batch:
                yield line

    def ending(self) -> str:
        """Say how the process ended, and its last words."""
        code = self._process.poll()
        if code is None:
            how = "closed its output"
        elif code < 0:
            how = f"was killed (signal {-code})"
        else:
            how = f"ended (exit code {code})"
        said = self._last_words.text
        return f"codex app-server {how}" + (f": {said}" if code and said else "")

    def let_go(self) -> None:
        """Close its input: it ends by itself as soon as it may, also without us."""
        self._outgoing.put(None)

    async def end(self) -> None:
        """Close its input and wait until it is gone, with force if need be."""
        self.let_go()
        for force in (self._process.terminate, self._process.kill):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_GRACE_SECONDS):
                    await self._exited.wait()
                return
            force()
        await self._exited.wait()

    def _write(self, stream: IO[bytes]) -> None:
        with contextlib.suppress(OSError), stream:
            while (line := self._outgoing.get()) is not None:
                view = memoryview(line)
                while view:
                    view = view[stream.write(view) :]

    def _listen(self, stream: IO[bytes]) -> None:
        with contextlib.suppress(OSError), stream:
            for line in stream:
                self._last_words.hear(line)

    def _read(self, stream: IO[bytes]) -> None:
        rest: list[bytes] = []
        with contextlib.suppress(OSError), stream:
            while chunk := os.read(stream.fileno(), _CHUNK):
                *lines, last = chunk.split(b"\n")
                if lines:
                    lines[0] = b"".join((*rest, lines[0]))
                    rest.clear()
                    self._tell([line for line in lines if line.strip()])
                rest.append(last)
        self._outgoing.put(None)
        self._process.wait()
        # A grandchild may hold standard error open: don't wait for it for ever.
        self._listener.join(timeout=0.5)
        self._tell(None)

    def _tell(self, batch: list[bytes] | None) -> None:
        # The loop may be closed: then nobody listens any more.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._incoming.put_nowait, batch)
            if batch is None:
                self._loop.call_soon_threadsafe(self._exited.set)


def _thread(work: Callable[[IO[bytes]], None], stream: IO[bytes]) -> threading.Thread:
    thread = threading.Thread(target=work, args=(stream,), daemon=True)
    thread.start()
    return thread


def _popen(binary: CodexBinary, home: CodexHome) -> subprocess.Popen[bytes]:
    # A group of its own: Ctrl-C in our terminal is for us, who then end it.
    windows = sys.platform == "win32"
    return subprocess.Popen(  # noqa: S603 - the user's own codex
        [str(binary.path), "app-server"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=home.root,
        env={**binary.environment(), "CODEX_HOME": str(home.root)},
        bufsize=0,
        creationflags=_NEW_PROCESS_GROUP if windows else 0,
        start_new_session=not windows,
    )
