from __future__ import annotations

import asyncio
import io
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from support.rollouts import rollout
from threadbook.server.early import INITIALIZE_RESULT, Early
from threadbook.server.opening import Opening, ServerOptions
from threadbook.server.sidecar import Sidecar
from threadbook.server.stream import Incoming, Outgoing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from threadbook.handlers.context import Context
    from threadbook.home import CodexHome

Message = dict[str, Any]

HELLO: Message = {"processId": None, "rootUri": None, "capabilities": {}}


def framed(*messages: Message) -> bytes:
    bodies = [orjson.dumps({"jsonrpc": "2.0", **message}) for message in messages]
    return b"".join(b"Content-Length: %d\r\n\r\n%b" % (len(b), b) for b in bodies)


def request(number: int, method: str, params: object = None) -> Message:
    return {"id": number, "method": method, "params": params}


class Wire:
    """What a client that stays sent all at once, and what it got so far."""

    def __init__(self, home: Path, *messages: Message) -> None:
        self.told: list[str] = []
        self._written = io.BytesIO()
        reading, self._writing = os.pipe()
        os.write(self._writing, framed(*messages))
        self._stdin = os.fdopen(reading, "rb")
        self.incoming = Incoming(self._stdin)
        self.outgoing = Outgoing(self._written)
        self.opening = Opening(
            ServerOptions(codex_home=home), lambda method, _: self.told.append(method)
        )
        self.early = Early(self.opening, self.incoming, self.outgoing)
        self.left: list[Message] = []

    def hand_over(self) -> None:
        self.early.hand_over(lambda body: self.left.append(orjson.loads(body)))

    async def close(self) -> None:
        os.close(self._writing)
        await self.opening.close()
        while await self.incoming.take() is not None:
            pass
        self.incoming.close()
        self._stdin.close()

    @property
    def answers(self) -> dict[int, Message]:
        found: dict[int, Message] = {}
        rest = self._written.getvalue()
        while rest:
            head, _, rest = rest.partition(b"\r\n\r\n")
            length = int(head.split(b":")[1])
            answer = orjson.loads(rest[:length])
            assert answer["id"] not in found, "answered twice"
            found[answer["id"]] = answer
            rest = rest[length:]
        return found


@pytest.fixture
async def wires(home: CodexHome) -> AsyncIterator[Callable[..., Wire]]:
    made: list[Wire] = []

    def make(*messages: Message) -> Wire:
        made.append(Wire(home.root, *messages))
        return made[-1]

    yield make
    for wire in made:
        await wire.close()


async def test_the_handshake_and_the_first_list_are_answered_without_pygls(
    home: CodexHome, opened: Callable[[], Context], wires: Callable[..., Wire]
) -> None:
    rollout(home.root).user("fix the till").agent("done").done()
    opened()
    hello = request(1, "initialize", HELLO)
    wire = wires(hello, {"method": "initialized"}, request(2, "task/list", {}))

    await wire.early.serve()
    wire.hand_over()

    assert wire.answers[1]["result"] == INITIALIZE_RESULT
    [task] = wire.answers[2]["result"]["tasks"]
    assert task["preview"] == "fix the till"
    assert wire.answers[2]["result"]["indexing"]
    assert [message["method"] for message in wire.left] == ["initialize", "initialized"]
    assert wire.early.answered == 1


@pytest.mark.parametrize(
    "odd",
    [
        request(7, "task/list", {"limt": 1}),
        request(7, "task/list", {"cursor": "made up"}),
        request(7, "task/list", {"sort": "name"}),
        request(7, "home/doctor", {}),
        request(7, "shutdown"),
    ],
)
async def test_whatever_else_is_asked_is_left_to_pygls_unanswered(
    odd: Message, home: CodexHome, wires: Callable[..., Wire]
) -> None:
    rollout(home.root).user("hi").done()
    wire = wires(request(1, "initialize", HELLO), odd)

    await wire.early.serve()
    wire.hand_over()
    await asyncio.sleep(0)  # For the callback of a list that failed.

    assert set(wire.answers) == {1}
    assert wire.left[-1] == {"jsonrpc": "2.0", **odd}


async def test_a_request_before_the_handshake_is_left_to_pygls(
    wires: Callable[..., Wire],
) -> None:
    wire = wires(request(1, "task/list", {}))

    await wire.early.serve()
    wire.hand_over()

    assert wire.answers == {}
    assert [message["id"] for message in wire.left] == [1]


async def test_what_comes_while_the_first_list_is_made_is_not_lost(
    home: CodexHome, wires: Callable[..., Wire]
) -> None:
    rollout(home.root).user("hi").done()
    wire = wires(
        request(1, "initialize", HELLO),
        request(2, "task/list", {}),
        request(3, "home/doctor", {}),
    )

    await wire.early.serve()
    following = await wire.incoming.take()

    assert following is not None
    assert orjson.loads(following)["id"] == 3


@pytest.mark.parametrize(
    "capabilities",
    [
        {},
        {
            "general": {"positionEncodings": ["utf-16"]},
            "textDocument": {"synchronization": {"dynamicRegistration": True}},
            "workspace": {"workspaceFolders": True, "configuration": True},
            "window": {"workDoneProgress": True},
        },
    ],
)
async def test_the_early_handshake_says_what_pygls_would_say(
    capabilities: Message, wires: Callable[..., Wire]
) -> None:
    hello = request(1, "initialize", {**HELLO, "capabilities": capabilities})
    wire = wires()
    sidecar = Sidecar(wire.opening)
    sidecar.begin(wire.outgoing, answered=None)

    sidecar.protocol.receive(orjson.dumps({"jsonrpc": "2.0", **hello}))

    assert wire.answers[1]["result"] == INITIALIZE_RESULT
    sidecar.shutdown()


def test_nothing_early_imports_pygls_or_pydantic() -> None:
    code = (
        "import sys, threadbook.cli.main, threadbook.server.app,"
        " threadbook.handlers.listing, threadbook.cli.commands.listing;"
        "print(*{each.partition('.')[0] for each in sys.modules})"
    )

    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()

    assert not {"pygls", "lsprotocol", "pydantic", "rich", "psutil"} & set(loaded)
