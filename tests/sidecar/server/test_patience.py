"""Who asks for a task that is not known yet waits, and keeps nobody else waiting."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from pygls.exceptions import JsonRpcException

from support.rollouts import rollout
from threadbook.handlers import context as context_module
from threadbook.index.sync import Sync
from threadbook.server.answer import answer
from threadbook.watch.feed import Feed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from threadbook.handlers.context import Context
    from threadbook.home import CodexHome

THREAD = "0199f000-0000-7000-8000-000000000001"
MANY = 40
SOON = 10.0
"""Seconds: a loaded machine is given them, none of the waits below is so short."""
REQUESTS: dict[str, dict[str, Any]] = {
    "task/read": {"threadId": THREAD},
    "task/items": {"threadId": THREAD},
    "task/outline": {"threadId": THREAD},
    "task/locate": {"threadId": THREAD, "step": 1},
    "task/annotate": {"threadIds": [THREAD], "pinned": True},
    "task/trash": {"threadIds": [THREAD]},
    "task/rename": {"threadId": THREAD, "name": "a name"},
}


class Window:
    """One client of a server that has a few workers."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._pool = ThreadPoolExecutor(2)

    async def ask(self, method: str, params: dict[str, Any]) -> Any:  # noqa: ANN401
        respond = answer(method, lambda: self._context, self._pool, _tell_nobody)
        return orjson.loads(orjson.dumps(await respond(params)))

    def close(self) -> None:
        self._pool.shutdown()


class Driving:
    """Stands for all that runs: whatever task is asked for, it is ours."""

    server_pid: int | None = None

    def state(self, thread_id: str) -> object:
        return thread_id

    def waiting(self) -> frozenset[str]:
        return frozenset()


def _tell_nobody(_method: str, _params: object) -> None: ...


@pytest.fixture
def context(home: CodexHome, opened: Callable[[], Context]) -> Context:
    context = opened()
    # Never started: its first scan has not ended, though there is something to list.
    context.feed = Feed(home, context.index, on_changes=lambda _: None)
    context.feed.first_batch.set()
    return context


@pytest.fixture
def window(context: Context) -> Iterator[Window]:
    window = Window(context)
    yield window
    window.close()


def said(home: CodexHome) -> None:
    rollout(home.root, thread_id=THREAD, generation="bare").user("hi").done()


def drive(context: Context) -> None:
    """Let the index be complete, and ourselves drive the task."""
    assert context.feed is not None
    context.feed.stop()
    live: Any = Driving()
    context.live = live


async def soon(answered: Awaitable[Any]) -> Any:  # noqa: ANN401
    return await asyncio.wait_for(answered, SOON)


async def refusal(answered: Awaitable[Any]) -> str:
    with pytest.raises(JsonRpcException) as raised:
        await soon(answered)
    data: Any = raised.value.data
    return data["kind"]


@pytest.mark.parametrize("method", REQUESTS)
async def test_lists_do_not_wait_for_those_who_wait_for_the_first_scan(
    home: CodexHome, context: Context, window: Window, method: str
) -> None:
    asked = [window.ask(method, REQUESTS[method]) for _ in range(MANY)]
    waiting = [asyncio.ensure_future(each) for each in asked]
    await asyncio.sleep(0.1)

    page = await soon(window.ask("task/list", {}))

    assert page["tasks"] == []
    assert not any(each.done() for each in waiting)
    for each in waiting[1:]:
        each.cancel()
    said(home)
    await asyncio.to_thread(Sync(home, context.index).scan)
    told = await soon(waiting[0])
    assert all(each["ok"] for each in told.get("results", ()))


async def test_lists_do_not_wait_for_those_who_wait_for_a_task_that_began(
    home: CodexHome, context: Context, window: Window
) -> None:
    drive(context)
    asked = [window.ask("task/outline", {"threadId": THREAD}) for _ in range(MANY)]
    waiting = [asyncio.ensure_future(each) for each in asked]
    await asyncio.sleep(0.1)

    await asyncio.wait_for(window.ask("task/list", {}), context_module._BEGINNING_S)

    assert not any(each.done() for each in waiting)
    said(home)
    await asyncio.to_thread(Sync(home, context.index).scan)
    outlines = await soon(asyncio.gather(*waiting))
    assert [len(each["steps"]) for each in outlines] == [1] * MANY


async def test_a_task_that_never_comes_is_denied_in_the_end(
    context: Context, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(context_module, "_FIRST_SCAN_S", 0.2)
    monkeypatch.setattr(context_module, "_BEGINNING_S", 0.2)
    outline = {"threadId": THREAD}

    assert await refusal(window.ask("task/outline", outline)) == "threadNotFound"
    trashed = await soon(window.ask("task/trash", {"threadIds": [THREAD]}))
    assert trashed["results"][0]["error"]["kind"] == "threadNotFound"
    drive(context)
    assert await refusal(window.ask("task/outline", outline)) == "threadNotFound"


async def test_a_task_that_there_is_none_of_is_denied_at_once(
    context: Context, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert context.feed is not None
    context.feed.stop()

    async def wait(_: float) -> None:
        pytest.fail("nobody need wait")

    monkeypatch.setattr("threadbook.handlers.patience.asyncio.sleep", wait)

    denied = await refusal(window.ask("task/outline", {"threadId": THREAD}))

    assert denied == "threadNotFound"
