from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import psutil
import pytest

from support.fake_app_server import HANDSHAKE, fake_codex
from threadbook.codex.client import AppServer, Listener
from threadbook.errors import CodexRefusedError, CodexUnavailableError

if TYPE_CHECKING:
    from pathlib import Path

    from threadbook.codex.fields import JsonObject
    from threadbook.codex.frames import ServerRequest
    from threadbook.home import CodexHome

Step = dict[str, object]


class Ear(Listener):
    """Keeps what it hears; takes only questions of one method."""

    def __init__(self, takes: str = "") -> None:
        self.takes = takes
        self.notifications: list[str] = []
        self.questions: list[ServerRequest] = []
        self.second_question = asyncio.Event()
        self.end: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def notified(self, method: str, params: JsonObject) -> None:
        if method == "poison":
            raise KeyError(str(params))
        self.notifications.append(method)

    def asked(self, request: ServerRequest) -> bool:
        self.questions.append(request)
        if len(self.questions) == 2:
            self.second_question.set()
        return request.method == self.takes

    def ended(self, reason: str) -> None:
        self.end.set_result(reason)


async def start(place: Path, home: CodexHome, ear: Ear, *script: Step) -> AppServer:
    return await AppServer.start(fake_codex(place, [*HANDSHAKE, *script]), home, ear)


async def test_it_introduces_itself_as_threadbook(
    tmp_path: Path, home: CodexHome
) -> None:
    seen = tmp_path / "seen"
    server = await start(
        tmp_path, home, Ear(), {"expect": "ask"}, {"write": str(seen)}, {"reply": {}}
    )
    await server.request("ask", {})
    await server.close()

    hello = json.loads(seen.read_text("utf-8").splitlines()[0])
    assert hello["params"]["clientInfo"]["name"] == "threadbook"
    assert hello["params"]["capabilities"]["experimentalApi"] is True
    assert "jsonrpc" not in hello


async def test_messages_of_no_sense_are_passed_over(
    tmp_path: Path, home: CodexHome
) -> None:
    ear = Ear()
    server = await start(
        tmp_path,
        home,
        ear,
        {"expect": "ask"},
        {"raw": "not json at all"},
        {"raw": "[1, 2]"},
        {"raw": "{}"},
        {"raw": ""},
        {"raw": '{"id": null, "result": 5}'},
        {"raw": '{"id": 99, "result": {"for": "nobody"}}'},
        {"raw": '{"method": 5}'},
        {"raw": '{"method": "odd", "params": "no object"}'},
        {"say": {"method": "poison", "params": {"text": "secret words"}}},
        {"raw": '{"method": "cut'},
        {"say": {"method": "fine", "params": {}}},
        {"reply": {"ok": True}},
    )

    assert await server.request("ask", {}) == {"ok": True}
    assert ear.notifications == ["odd", "fine"]
    await server.close()


async def test_what_was_said_never_reaches_the_log(
    tmp_path: Path, home: CodexHome, caplog: pytest.LogCaptureFixture
) -> None:
    server = await start(
        tmp_path,
        home,
        Ear(),
        {"expect": "ask"},
        {"say": {"method": "poison", "params": {"text": "secret words"}}},
        {"raw": "secret words"},
        {"reply": {}},
    )
    await server.request("ask", {})
    await server.close()

    assert "secret" not in caplog.text
    assert len(caplog.records) == 2


@pytest.mark.parametrize(
    "refusal",
    [
        {"code": -32001, "message": "overloaded"},
        {
            "code": -32600,
            "message": "thread x is closing; retry ask after the thread is closed",
        },
    ],
)
async def test_a_server_that_says_to_retry_is_asked_again(
    tmp_path: Path, home: CodexHome, refusal: dict[str, object]
) -> None:
    busy: Step = {"refuse": refusal}
    server = await start(
        tmp_path,
        home,
        Ear(),
        {"expect": "ask"},
        busy,
        {"expect": "ask"},
        busy,
        {"expect": "ask"},
        {"reply": {"at": "last"}},
    )

    assert await server.request("ask", {}) == {"at": "last"}
    await server.close()


async def test_a_refusal_names_the_method_and_the_reason(
    tmp_path: Path, home: CodexHome
) -> None:
    refusal = {"code": -32600, "message": "thread not found: x"}
    server = await start(
        tmp_path, home, Ear(), {"expect": "thread/resume"}, {"refuse": refusal}
    )
    with pytest.raises(CodexRefusedError) as refused:
        await server.request("thread/resume", {})
    await server.close()

    assert refused.value.data() == {
        "method": "thread/resume",
        "code": -32600,
        "reason": "thread not found: x",
    }


async def test_a_question_that_nobody_takes_is_refused(
    tmp_path: Path, home: CodexHome
) -> None:
    seen = tmp_path / "seen"
    ear = Ear(takes="known/question")
    server = await start(
        tmp_path,
        home,
        ear,
        {"say": {"id": "a", "method": "new/question", "params": {}}},
        {"say": {"id": 7, "method": "known/question", "params": {"x": 1}}},
        {"expect": "ask"},
        {"write": str(seen)},
        {"reply": {}},
    )
    await ear.second_question.wait()
    server.answer(7, {"decision": "accept"})
    await server.request("ask", {})
    await server.close()

    frames = [json.loads(line) for line in seen.read_text("utf-8").splitlines()]
    answers = {frame["id"]: frame for frame in frames if "method" not in frame}
    assert answers["a"]["error"]["code"] == -32601
    assert answers[7] == {"id": 7, "result": {"decision": "accept"}}


async def test_all_requests_that_wait_fail_when_the_server_dies(
    tmp_path: Path, home: CodexHome
) -> None:
    ear = Ear()
    server = await start(
        tmp_path, home, ear, {"expect": "one"}, {"expect": "two"}, {"sigkill": True}
    )
    answers = await asyncio.gather(
        server.request("one", {}), server.request("two", {}), return_exceptions=True
    )

    assert [type(answer) for answer in answers] == [CodexUnavailableError] * 2
    assert "signal 9" in await ear.end
    assert not server.alive
    with pytest.raises(CodexUnavailableError):
        await server.request("three", {})
    await server.close()


async def test_a_server_that_dies_in_the_handshake_says_why(
    tmp_path: Path, home: CodexHome
) -> None:
    said = "\x1b[31mError: timed out waiting for state db backfill\x1b[0m"
    binary = fake_codex(
        tmp_path, [{"expect": "initialize"}, {"stderr": said}, {"exit": 1}]
    )
    with pytest.raises(CodexUnavailableError) as failed:
        await AppServer.start(binary, home)

    assert "exit code 1" in str(failed.value)
    assert "timed out waiting for state db backfill" in str(failed.value)
    assert "15 minutes" in str(failed.value)
    assert "\x1b" not in str(failed.value)


async def test_giving_up_on_a_slow_handshake_lets_the_server_finish_by_itself(
    tmp_path: Path, home: CodexHome
) -> None:
    binary = fake_codex(tmp_path, [{"expect": "initialize"}, {"hold": True}])
    known = psutil.Process().children()
    starting = asyncio.create_task(AppServer.start(binary, home))
    await asyncio.sleep(0)
    new = [one for one in psutil.Process().children() if one not in known]
    assert len(new) == 1
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting

    # Its input is closed: it ends without having been killed.
    _, alive = await asyncio.to_thread(psutil.wait_procs, new, 10)
    assert alive == []


async def test_a_program_that_does_not_start_is_unavailable(
    tmp_path: Path, home: CodexHome
) -> None:
    binary = fake_codex(tmp_path, [])
    binary.path.chmod(0o644)
    with pytest.raises(CodexUnavailableError):
        await AppServer.start(binary, home)


async def test_a_line_of_megabytes_and_a_cut_one_arrive(
    tmp_path: Path, home: CodexHome
) -> None:
    server = await start(
        tmp_path, home, Ear(), {"expect": "ask"}, {"reply": {"text": "x" * 5_000_000}}
    )
    answer = await server.request("ask", {"text": "y" * 1_000_000})
    await server.close()

    assert answer == {"text": "x" * 5_000_000}


async def test_a_server_that_ignores_the_end_of_its_input_is_ended(
    tmp_path: Path, home: CodexHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("threadbook.codex.process._GRACE_SECONDS", 0.2)
    binary = fake_codex(tmp_path, [*HANDSHAKE])
    text = binary.path.read_text("utf-8").replace(
        "sys.exit(0)\n    seen", "return {}\n    seen"
    )
    binary.path.write_text(text, "utf-8")
    server = await AppServer.start(binary, home)
    process = psutil.Process(server.pid)
    await server.close()

    assert not process.is_running()
