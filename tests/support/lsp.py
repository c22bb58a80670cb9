"""A raw LSP client over stdio: sends any bytes, sees exactly what comes back."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import TYPE_CHECKING, Any, Self

import orjson

if TYPE_CHECKING:
    from pathlib import Path

Message = dict[str, Any]


class RawClient:
    """One sidecar process and the messages that it sent."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        """Read what *process* says, from now on."""
        self.process = process
        self.notifications: list[Message] = []
        self._next_id = 0
        self._waiting: dict[int | str, asyncio.Future[Message]] = {}
        self._news = asyncio.Condition()
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def start(cls, codex_home: Path | None, *options: str) -> Self:
        """Start `threadbook serve` on a home."""
        home = ["--codex-home", str(codex_home)] if codex_home is not None else []
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "threadbook",
            *home,
            "serve",
            *options,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        return cls(process)

    async def __aenter__(self) -> Self:
        """Shake hands."""
        await self.initialize()
        return self

    async def __aexit__(self, *_: object) -> None:
        """End the process as a client does that dies: by closing stdin."""
        await self.end()

    async def initialize(self, **options: object) -> Message:
        """Shake hands; *options* are the initializationOptions."""
        answer = await self.ask(
            "initialize",
            {
                "processId": None,
                "rootUri": None,
                "capabilities": {},
                "initializationOptions": options,
            },
        )
        await self.tell("initialized", {})
        return answer

    async def end(self) -> tuple[int, str]:
        """Close stdin; return the exit code and what was written to stderr."""
        assert self.process.stdin is not None
        assert self.process.stderr is not None
        self.process.stdin.close()
        async with asyncio.timeout(20):
            errors = await self.process.stderr.read()
            code = await self.process.wait()
        await self._reading
        return code, errors.decode()

    async def send_bytes(self, body: bytes) -> None:
        """Send a body as it is."""
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        await self.process.stdin.drain()

    async def tell(self, method: str, params: object) -> None:
        """Send a notification."""
        message = {"jsonrpc": "2.0", "method": method, "params": params}
        await self.send_bytes(orjson.dumps(message))

    @property
    def last_id(self) -> int:
        """The id of the last request."""
        return self._next_id

    def expect(self, request_id: int | str) -> asyncio.Future[Message]:
        """Return what will be the answer to a request."""
        future: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._waiting[request_id] = future
        return future

    async def ask(self, method: str, params: object = None, **extra: object) -> Message:
        """Send a request; return the whole answer, a result or an error."""
        self._next_id += 1
        answer = self.expect(self._next_id)
        message = {"jsonrpc": "2.0", "id": self._next_id, "method": method, **extra}
        if params is not None:
            message["params"] = params
        await self.send_bytes(orjson.dumps(message))
        async with asyncio.timeout(30):
            return await answer

    async def result(self, method: str, params: object = None) -> Any:  # noqa: ANN401
        """Send a request that must succeed; return its result."""
        answer = await self.ask(method, params)
        assert "error" not in answer, answer
        return answer["result"]

    async def notified(self, method: str, **fields: object) -> Message:
        """Wait for a notification whose params have these values."""
        async with asyncio.timeout(30), self._news:
            while True:
                for message in self.notifications:
                    params = message.get("params", {})
                    if message["method"] == method and all(
                        params.get(key) == value for key, value in fields.items()
                    ):
                        return params
                await self._news.wait()

    async def event(self, kind: str) -> Message:
        """Wait for a live event of this type; return its notification's params."""
        async with asyncio.timeout(30), self._news:
            while True:
                for message in self.notifications:
                    params = message.get("params", {})
                    if params.get("event", {}).get("type") == kind:
                        return params
                await self._news.wait()

    async def item_started(self, kind: str) -> Message:
        """Wait until an item of this type began; return its notification's params."""
        async with asyncio.timeout(30), self._news:
            while True:
                for message in self.notifications:
                    event = message.get("params", {}).get("event", {})
                    if (event.get("type"), event.get("item", {}).get("type")) == (
                        "itemStarted",
                        kind,
                    ):
                        return message["params"]
                await self._news.wait()

    async def news(self, seen: int) -> None:
        """Wait until there are more than *seen* notifications."""
        async with asyncio.timeout(30), self._news:
            await self._news.wait_for(lambda: len(self.notifications) > seen)

    async def _read(self) -> None:
        assert self.process.stdout is not None
        while line := await self.process.stdout.readline():
            length = int(line.split(b":")[1])
            while (await self.process.stdout.readline()).strip():
                pass
            message: Message = orjson.loads(
                await self.process.stdout.readexactly(length)
            )
            if "method" in message:
                async with self._news:
                    self.notifications.append(message)
                    self._news.notify_all()
            else:
                asked = self._waiting.pop(message["id"])
                # Whoever asked may have been cancelled since.
                if not asked.done():
                    asked.set_result(message)
