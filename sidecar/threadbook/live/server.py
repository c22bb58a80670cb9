"""SharedServer: an app-server, ours or the daemon, met when it is needed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

from threadbook.codex.client import AppServer, Listener
from threadbook.codex.version import Feature

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from threadbook.codex.binary import CodexBinary
    from threadbook.codex.fields import JsonObject
    from threadbook.codex.frames import ServerRequest
    from threadbook.home import CodexHome


class Ears(Protocol):
    """Who hears what servers say, and which of them does; see `codex.Listener`."""

    def notified(self, place: SharedServer, method: str, params: JsonObject) -> None:
        """Take a notification."""
        ...

    def asked(self, place: SharedServer, request: ServerRequest) -> bool:
        """Take a question; False: refuse it."""
        ...

    def ended(self, place: SharedServer, reason: str) -> None:
        """Learn that the server is gone."""
        ...


class SharedServer(Listener):
    """Absent, starting, or running; after its end the next need starts it again."""

    def __init__(
        self,
        start: Callable[[Listener], Awaitable[AppServer]],
        ears: Ears,
        *,
        is_ours: bool,
    ) -> None:
        """Take *start*, which makes the server speak to the listener it is given."""
        self.is_ours = is_ours
        """Whether it is there for us alone, and ends with us."""
        self._start = start
        self._ears = ears
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
                self._starting = asyncio.create_task(self._begin())
                self._starting.add_done_callback(_look_at_fault)
            # Whoever gives up waiting does not stop it for the others.
            server = await asyncio.shield(self._starting)
        for feature in features:
            server.binary.require(feature)
        return server

    def answer(self, request: ServerRequest, result: JsonObject) -> None:
        """Answer a question that it asked, if it is still there."""
        if self.running is not None:
            self.running.answer(request.id, result)

    async def close(self) -> None:
        """End the server, or leave it; one that is starting is let go of."""
        starting, self._starting = self._starting, None
        if starting is None:
            return
        starting.cancel()
        await asyncio.wait({starting})
        if not starting.cancelled() and starting.exception() is None:
            await starting.result().close()

    def notified(self, method: str, params: JsonObject) -> None:
        """Pass a notification on."""
        self._ears.notified(self, method, params)

    def asked(self, request: ServerRequest) -> bool:
        """Pass a question on."""
        return self._ears.asked(self, request)

    def ended(self, reason: str) -> None:
        """Pass its end on."""
        self._ears.ended(self, reason)

    async def _begin(self) -> AppServer:
        return await self._start(self)


def own_server(
    home: CodexHome, codex: Callable[[], CodexBinary], ears: Ears
) -> SharedServer:
    """Return our own server; *codex* finds the binary, may block, and may raise."""

    async def start(listener: Listener) -> AppServer:
        binary = await asyncio.to_thread(codex)
        binary.require(Feature.RESUME)
        return await AppServer.start(binary, home, listener)

    return SharedServer(start, ears, is_ours=True)


def shared_daemon(home: CodexHome, ears: Ears) -> SharedServer:
    """Return Codex's daemon, in which we are guests."""

    async def start(listener: Listener) -> AppServer:
        # WebSockets take their time to import, and few need them.
        from threadbook.codex.daemon import join_daemon  # noqa: PLC0415

        return await join_daemon(home, listener)

    return SharedServer(start, ears, is_ours=False)


def _look_at_fault(starting: asyncio.Task[AppServer]) -> None:
    # All who waited may be gone; asyncio complains of a fault that nobody looks at.
    if not starting.cancelled():
        starting.exception()
