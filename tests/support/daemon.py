"""Codex's daemon, played by an app-server that listens on the daemon's socket.

The real one is the same program; only its start differs, which copies 400 MB.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from support.mock_model import NO_NETWORK
from threadbook.codex.client import Listener
from threadbook.codex.daemon import join_daemon

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from threadbook.codex.binary import CodexBinary
    from threadbook.codex.client import AppServer
    from threadbook.codex.fields import JsonObject
    from threadbook.codex.frames import ServerRequest
    from threadbook.home import CodexHome

_PATIENCE_SECONDS = 30.0


class Heard(Listener):
    """What another client of the daemon hears; its questions it leaves open."""

    def __init__(self) -> None:
        self.methods: list[str] = []
        self.questions: list[ServerRequest] = []
        self._news = asyncio.Event()

    def notified(self, method: str, params: JsonObject) -> None:
        del params
        self.methods.append(method)
        self._news.set()

    def asked(self, request: ServerRequest) -> bool:
        self.questions.append(request)
        self._news.set()
        return True

    async def until(self, method: str) -> None:
        """Wait until a notification of that method has come."""
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while method not in self.methods:
                self._news.clear()
                await self._news.wait()

    async def question(self) -> ServerRequest:
        """Wait for a question."""
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while not self.questions:
                self._news.clear()
                await self._news.wait()
        return self.questions[0]


@asynccontextmanager
async def running_daemon(
    codex: CodexBinary, home: CodexHome
) -> AsyncGenerator[asyncio.subprocess.Process]:
    """Run the daemon of *home*; it has answered before the block begins."""
    home.daemon_socket.parent.mkdir(mode=0o700)
    daemon = await asyncio.create_subprocess_exec(
        *(str(codex.path), "app-server", "--listen", f"unix://{home.daemon_socket}"),
        env={**os.environ, **NO_NETWORK, "CODEX_HOME": str(home.root)},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while not home.daemon_socket.exists():  # noqa: ASYNC110 - no event tells
                await asyncio.sleep(0.02)
        yield daemon
    finally:
        if daemon.returncode is None:
            daemon.terminate()
        await daemon.wait()


@asynccontextmanager
async def other_client(
    home: CodexHome, thread_id: str
) -> AsyncGenerator[tuple[AppServer, Heard]]:
    """Be another client of the daemon, which has the task open there."""
    heard = Heard()
    server = await join_daemon(home, heard)
    try:
        await server.request("thread/resume", {"threadId": thread_id})
        yield server, heard
    finally:
        await server.close()
