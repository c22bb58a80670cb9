"""Stream: message bodies from stdin, and back to stdout, `Content-Length` framed."""

from __future__ import annotations

import asyncio
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, BinaryIO

import orjson

if TYPE_CHECKING:
    from collections.abc import Callable


class Incoming:
    """Bodies from stdin, read one at a time."""

    def __init__(self, stdin: BinaryIO | None = None) -> None:
        self._stdin = stdin or sys.stdin.buffer
        # A thread of its own: busy handlers never keep a cancel from being read.
        # Not a daemon thread: CPython aborts at exit when one holds stdin's lock.
        self._pool = ThreadPoolExecutor(1, "stdin")
        self._reading: asyncio.Task[bytes | None] | None = None

    def coming(self) -> asyncio.Task[bytes | None]:
        """Return the read that is under way; the same one until `take` had it."""
        if self._reading is None:
            self._reading = asyncio.create_task(self._read())
        return self._reading

    async def take(self) -> bytes | None:
        """Return the next body; None when stdin has ended."""
        body = await self.coming()
        self._reading = None
        return body

    def close(self) -> None:
        """Read no more."""
        self._pool.shutdown(wait=False)

    async def _read(self) -> bytes | None:
        loop = asyncio.get_running_loop()
        length = 0
        while line := await loop.run_in_executor(self._pool, self._stdin.readline):
            if line[:15].lower() == b"content-length:":
                length = int(line[15:])
            elif not line.strip() and length:
                return await loop.run_in_executor(self._pool, self._stdin.read, length)
        return None


class Outgoing:
    """Bodies to stdout; written on the loop, so never two at once."""

    def __init__(self, stdout: BinaryIO | None = None) -> None:
        self._stdout = stdout or sys.stdout.buffer
        self._gone = False

    def send(
        self, message: object, default: Callable[[Any], Any] | None = None
    ) -> None:
        """Write one message; its parts may be `orjson.Fragment`s.

        Raises:
            TypeError: it can't be serialised; nothing was written.
        """
        body = orjson.dumps(message, default=default)
        self.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    def write(self, data: bytes) -> None:
        """Write bytes as they are; lost when the client is gone."""
        if self._gone:
            return
        try:
            self._stdout.write(data)
            self._stdout.flush()
        except OSError:
            # Turns must not stumble over a client that died: stdin ends, too, and
            # whoever reads it sees to the rest.
            self._gone = True

    def close(self) -> None:
        """Write no more; the stream itself ends with us, or by `let_go`."""
        self._gone = True

    def let_go(self) -> None:
        """Give up the standard streams: to the client it is as if we had ended."""
        self._gone = True
        nowhere = os.open(os.devnull, os.O_RDWR)
        # Put in their places: a closed one would be given to the next file opened.
        for descriptor in (0, 1, 2):
            os.dup2(nowhere, descriptor)
        os.close(nowhere)
