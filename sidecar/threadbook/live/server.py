"""SharedServer: the one app-server of this process, started when it is needed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from threadbook.codex.client import AppServer
from threadbook.codex.version import Feature

if TYPE_CHECKING:
    from collections.abc import Callable

    from threadbook.codex.binary import CodexBinary
    from threadbook.codex.client import Listener
    from threadbook.home import CodexHome


class SharedServer:
    """Absent, starting, or running; after its end the next need starts it again."""

    def __init__(
        self, home: CodexHome, codex: Callable[[], CodexBinary], listener: Listener
    ) -> None:
        """Take *codex*, which finds the binary; it may block, and may raise."""
        self._home = home
        self._codex = codex
        self._listener = listener
        self._starting: asyncio.Task[AppServer] | None = None

    @property
    def running(self) -> AppServer | None:
        """The server, when there is one that can be spoken to."""
        starting = self._starting
        if starting is None or not starting.done() or starting.cancelled():
            return None
        if starting.exception() is not None:
            return None
        server = starting.result()
        return server if server.alive else None

    @property
    def pid(self) -> int | None:
        """The process of the running server."""
        return self.running.pid if self.running else None

    async def get(self, *features: Feature) -> AppServer:
        """Return the server, started if need be; many may wait for the same start.

        Raises:
            CodexUnavailableError: there is no codex, it is too old for *features*, or
                it fails.
        """
        server = self.running
        if server is None:
            if self._starting is None or self._starting.done():
                self._starting = asyncio.create_task(self._start())
                self._starting.add_done_callback(_look_at_fault)
            # Whoever gives up waiting does not stop it for the others.
            server = await asyncio.shield(self._starting)
        for feature in features:
            server.binary.require(feature)
        return server

    async def close(self) -> None:
        """End the server; one that is starting is let go of."""
        starting, self._starting = self._starting, None
        if starting is None:
            return
        starting.cancel()
        await asyncio.wait({starting})
        if not starting.cancelled() and starting.exception() is None:
            await starting.result().close()

    async def _start(self) -> AppServer:
        binary = await asyncio.to_thread(self._codex)
        binary.require(Feature.RESUME)
        return await AppServer.start(binary, self._home, self._listener)


def _look_at_fault(starting: asyncio.Task[AppServer]) -> None:
    # All who waited may be gone; asyncio complains of a fault that nobody looks at.
    if not starting.cancelled():
        starting.exception()
