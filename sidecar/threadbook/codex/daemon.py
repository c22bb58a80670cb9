"""Codex's daemon: the app-server that the user's own `codex` started, by its socket.

It speaks WebSocket on a Unix socket in the home. It may hold tasks for others, too:
we join them there, and leave without ending anything.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from websockets.asyncio.client import unix_connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from threadbook.codex.binary import CodexBinary
from threadbook.codex.client import AppServer
from threadbook.codex.version import Version, parse_version
from threadbook.errors import CodexUnavailableError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from websockets.asyncio.client import ClientConnection

    from threadbook.codex.client import Listener
    from threadbook.home import CodexHome

_CONNECT_SECONDS = 5.0
_MAC_SOL_LOCAL, _MAC_LOCAL_PEERPID = 0, 2


class SocketConnection:
    """One connection to a server that is not ours to end."""

    def __init__(self, websocket: ClientConnection) -> None:
        """Take an open connection; connect() makes one."""
        self._websocket = websocket
        self._pid = _peer_of(websocket)
        self._outgoing: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._writing = asyncio.create_task(self._write())

    @classmethod
    async def connect(cls, path: Path) -> SocketConnection:
        """Connect to the socket at *path*.

        Raises:
            CodexUnavailableError: nobody listens there.
        """
        try:
            # Messages may be of any size, and a busy server may be slow to answer.
            websocket = await unix_connect(
                str(path),
                "ws://localhost/",
                compression=None,
                max_size=None,
                open_timeout=_CONNECT_SECONDS,
                ping_interval=None,
            )
        except (OSError, TimeoutError, WebSocketException) as error:
            message = f"Codex's daemon does not answer at {path}"
            raise CodexUnavailableError(message) from error
        return cls(websocket)

    @property
    def pid(self) -> int | None:
        """The daemon's process, where the system tells."""
        return self._pid

    def send(self, line: bytes) -> None:
        """Queue one message; it is lost when the daemon is gone, which ends lines()."""
        self._outgoing.put_nowait(line)

    async def lines(self) -> AsyncIterator[bytes]:
        """Yield what the daemon says, until it is gone or we are."""
        with contextlib.suppress(ConnectionClosed):
            async for message in self._websocket:
                yield message if isinstance(message, bytes) else message.encode()

    def ending(self) -> str:
        """Say how the connection ended."""
        return "Codex's daemon closed the connection"

    def let_go(self) -> None:
        """Leave after what is queued."""
        self._outgoing.put_nowait(None)

    async def end(self) -> None:
        """Leave, and wait until it is done."""
        self.let_go()
        await self._writing

    async def _write(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            while (line := await self._outgoing.get()) is not None:
                await self._websocket.send(line.decode())
        await self._websocket.close()


async def join_daemon(home: CodexHome, listener: Listener) -> AppServer:
    """Connect to the home's daemon, if it runs.

    Raises:
        CodexUnavailableError: it does not run.
    """
    path = home.daemon_socket
    connection = await SocketConnection.connect(path)
    unknown = CodexBinary(path, Version(0, 0), "daemon")
    server = await AppServer.shake_hands(connection, listener, unknown)
    version = parse_version(server.user_agent)
    if version is not None:
        server.binary = replace(unknown, version=version)
    return server


def _peer_of(websocket: ClientConnection) -> int | None:
    end: socket.socket | None = websocket.transport.get_extra_info("socket")
    if end is None:
        return None
    with contextlib.suppress(OSError):
        if sys.platform == "linux":
            size = struct.calcsize("3i")
            peer = end.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
            pid, _, _ = struct.unpack("3i", peer)
            return int(pid)
        if sys.platform == "darwin":
            return end.getsockopt(_MAC_SOL_LOCAL, _MAC_LOCAL_PEERPID)
    return None
