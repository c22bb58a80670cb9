"""The real sidecar process over stdio: every request is answered exactly once."""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator  # noqa: TC003 - read at run time
from typing import TYPE_CHECKING, Any

import orjson
import pytest
import pytest_lsp
from lsprotocol.types import ClientCapabilities, InitializeParams
from pytest_lsp import ClientServerConfig, LanguageClient  # noqa: TC002 - read at run time

from support.lsp import RawClient
from support.rollouts import rollout
from threadbook import __version__

if TYPE_CHECKING:
    from pathlib import Path

    from threadbook.home import CodexHome


@pytest.fixture
async def client(home: CodexHome) -> AsyncIterator[RawClient]:
    client = await RawClient.start(home.root)
    async with client:
        yield client


async def test_the_handshake_tells_our_version(home: CodexHome) -> None:
    client = await RawClient.start(home.root)

    answer = await client.initialize()

    assert answer["result"]["serverInfo"]["version"] == __version__
    await client.end()


async def test_a_request_without_params_is_answered(client: RawClient) -> None:
    answer = await client.ask("task/list")

    assert answer["result"]["tasks"] == []
    assert answer["result"]["total"] == 0


async def test_params_that_do_not_fit_are_refused_with_reasons(
    client: RawClient,
) -> None:
    answer = await client.ask("task/list", {"limit": "many"})

    assert answer["error"]["code"] == -32602
    assert answer["error"]["data"]["kind"] == "invalidParams"


@pytest.mark.parametrize(
    "params", [{"nosuch": 1}, {"sub_agents": True}, [1, 2], "text", 5]
)
async def test_unknown_or_misspelt_params_are_refused(
    client: RawClient, params: object
) -> None:
    answer = await client.ask("task/list", params)

    assert answer["error"]["code"] == -32602


async def test_standard_params_that_do_not_fit_are_refused(client: RawClient) -> None:
    answer = await client.ask("textDocument/hover", {"position": "nowhere"})

    assert answer["error"]["code"] in {-32602, -32601}


async def test_a_nested_jsonrpc_key_is_just_data(client: RawClient) -> None:
    answer = await client.ask("task/list", {"cwd": {"jsonrpc": "2.0", "id": 1}})

    assert answer["error"]["code"] == -32602


async def test_an_unknown_method_is_refused(client: RawClient) -> None:
    answer = await client.ask("task/nosuch", {})

    assert answer["error"]["code"] == -32601


async def test_a_domain_fault_has_its_kind_and_facts(client: RawClient) -> None:
    answer = await client.ask("task/read", {"threadId": "nosuch"})

    assert answer["error"]["code"] == 1002
    assert answer["error"]["data"] == {
        "kind": "threadNotFound",
        "facts": {"wanted": "nosuch"},
    }


@pytest.mark.parametrize("body", [b"{", b"[]", b"null", b'{"jsonrpc":"2.0"}', b"\xff"])
async def test_garbage_between_messages_harms_nothing(
    client: RawClient, body: bytes
) -> None:
    await client.send_bytes(body)

    assert (await client.ask("task/list"))["result"]["total"] == 0


async def test_a_hundred_requests_at_once_are_all_answered(client: RawClient) -> None:
    answers = await asyncio.gather(*(client.ask("home/doctor") for _ in range(100)))

    assert all("result" in answer for answer in answers)


async def test_requests_after_shutdown_are_refused_and_exit_ends_the_process(
    home: CodexHome,
) -> None:
    client = await RawClient.start(home.root)
    await client.initialize()

    assert (await client.ask("shutdown"))["result"] is None
    assert (await client.ask("task/list"))["error"]["code"] == -32600
    await client.tell("exit", None)
    code, _ = await client.end()

    assert code == 0


async def test_the_end_of_stdin_ends_the_process(home: CodexHome) -> None:
    client = await RawClient.start(home.root)
    await client.initialize()

    code, errors = await client.end()

    assert (code, errors) == (0, "")


async def test_a_home_that_is_missing_is_an_error_and_may_come_later(
    tmp_path: Path,
) -> None:
    place = tmp_path / "later"
    async with await RawClient.start(place) as client:
        answer = await client.ask("task/list")
        (place / "sessions").mkdir(parents=True)
        later = await client.ask("task/list")

    assert answer["error"]["data"]["kind"] == "homeNotFound"
    assert later["result"]["total"] == 0


async def test_a_task_written_by_another_process_is_announced(
    home: CodexHome, client: RawClient
) -> None:
    await client.ask("task/list")

    path = rollout(home.root).user("hello there").agent("hi").done()

    changed = await client.notified("task/changed")
    assert changed["task"]["preview"] == "hello there"
    path.unlink()
    await client.notified("task/removed", threadId=changed["task"]["threadId"])


async def test_what_another_process_writes_into_a_followed_task_streams(
    home: CodexHome, client: RawClient
) -> None:
    built = rollout(home.root).user("first").agent("one").user("second").agent("two")
    path = built.done()
    lines = path.read_bytes().splitlines(keepends=True)
    half = next(n for n, line in enumerate(lines) if b"second" in line) - 2
    path.write_bytes(b"".join(lines[:half]))
    await client.notified("task/changed")
    followed = await client.result("task/follow", {"threadId": built.thread_id})
    read = await client.result("task/read", {"threadId": built.thread_id})

    with path.open("ab") as file:
        for line in lines[half:]:
            file.write(line)
            file.flush()
    await client.event("turnCompleted")

    events = [m["params"] for m in client.notifications if m["method"] == "task/event"]
    texts = [
        event["event"]["item"]["text"]["text"]
        for event in events
        if event["event"]["type"] == "itemCompleted"
    ]
    assert read["seq"] == followed["seq"] == 0
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert texts == ["second", "two"]
    gone = await client.result("task/unfollow", {"threadId": built.thread_id})
    assert gone == {"unfollowed": True}


async def test_conversations_never_reach_the_log(home: CodexHome) -> None:
    rollout(home.root).user("SECRETWORD please").agent("SECRETWORD indeed").done()
    client = await RawClient.start(home.root)
    await client.initialize()
    tasks = (await client.result("task/list"))["tasks"]
    await client.result("task/read", {"threadId": tasks[0]["threadId"]})
    await client.ask("task/read", {"threadId": "SECRETWORD"})
    await client.ask("task/list", {"cwd": ["SECRETWORD"]})
    shutil.rmtree(home.sessions)
    await client.ask("task/read", {"threadId": tasks[0]["threadId"]})

    _, errors = await client.end()

    assert "SECRETWORD" not in errors


@pytest_lsp.fixture(  # pyright: ignore[reportUnknownMemberType]
    config=ClientServerConfig(
        server_command=[sys.executable, "-m", "threadbook", "serve"]
    )
)
async def lsp_client(lsp_client: LanguageClient) -> AsyncIterator[None]:
    await lsp_client.initialize_session(
        InitializeParams(capabilities=ClientCapabilities())
    )
    yield
    await lsp_client.shutdown_session()


async def test_any_lsp_client_can_list_tasks(
    lsp_client: LanguageClient,
) -> None:
    # The home of this fixture is one that does not exist: the answer is an error
    # in the protocol's shape, through a stock LSP client.
    with pytest.raises(Exception, match="Codex home") as caught:
        await lsp_client.protocol.send_request_async("task/list", {})

    error: Any = caught.value
    assert error.code == 1001
    assert orjson.loads(orjson.dumps(error.data, default=lambda x: x._asdict()))


@pytest.mark.parametrize("method", ["task/purge", "task/trash"])
async def test_a_request_on_many_tasks_says_how_far_it_is(
    client: RawClient, home: CodexHome, method: str
) -> None:
    ids = said_of(home, 60)
    await client.notified("index/progress", finished=True)
    params = {"cwd": None} if method == "task/purge" else {"threadIds": ids}

    await client.result(method, {**params, "workDoneToken": "t1"})

    begin, *reports, end = told_of(client, "t1")
    assert begin == {
        "kind": "begin",
        "title": method,
        "cancellable": True,
        "percentage": 0,
    }
    assert [(each["message"], each["percentage"]) for each in reports] == [
        ("0/60", 0),
        ("50/60", 83),
        ("60/60", 100),
    ]
    assert end == {"kind": "end"}


async def test_a_purge_that_is_cancelled_is_answered_once_its_chunk_is_whole(
    client: RawClient, home: CodexHome
) -> None:
    said_of(home, 400)
    asked = asyncio.create_task(
        client.ask("task/purge", {"cwd": None, "workDoneToken": "t1"})
    )
    while len(told_of(client, "t1")) < 3:
        await client.news(len(client.notifications))

    await client.tell("$/cancelRequest", {"id": client.last_id})
    answer = await asked

    assert answer["error"]["code"] == -32800
    left = await client.result("task/list", {"state": "any", "limit": 0})
    assert left["total"] % 50 == 0
    assert 0 < left["total"] < 400
    assert {task["state"] for task in left["tasks"]} == {"active"}


def said_of(home: CodexHome, count: int) -> list[str]:
    tasks = [rollout(home.root).user("hi").agent("ok") for _ in range(count)]
    for task in tasks:
        task.done()
    return [task.thread_id for task in tasks]


def told_of(client: RawClient, token: str) -> list[dict[str, Any]]:
    return [
        message["params"]["value"]
        for message in client.notifications
        if message["method"] == "$/progress" and message["params"]["token"] == token
    ]
