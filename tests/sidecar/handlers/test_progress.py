"""How far a verb on many tasks is, and what a cancel in its middle leaves behind."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from support.rollouts import rollout
from threadbook.handlers import handler
from threadbook.handlers.progress import reporting
from threadbook.index.types import TaskQuery
from threadbook.lifecycle.manifest import entries
from threadbook.protocol.methods import REQUESTS

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from pathlib import Path

    from threadbook.handlers.context import Context
    from threadbook.home import CodexHome

    Opened = Callable[[], Context]


@pytest.fixture(autouse=True)
def no_codex(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("THREADBOOK_CODEX", str(tmp_path / "there-is-none"))


def said(home: CodexHome) -> str:
    task = rollout(home.root, generation="bare", cwd="/code").user("hi").agent("ok")
    task.done()
    return task.thread_id


def begun(
    context: Context, method: str, params: dict[str, Any]
) -> Coroutine[Any, Any, Any]:
    body = REQUESTS[method][0].model_validate(params, by_alias=True)
    return handler(method)(context, body)


def states(context: Context) -> list[str]:
    page = context.index.list_tasks(TaskQuery(states=None, limit=None))
    return [row.state.value for row in page.rows]


@pytest.mark.parametrize("method", ["task/trash", "task/archive", "task/delete"])
def test_a_request_says_how_far_it_is(
    home: CodexHome, opened: Opened, method: str
) -> None:
    ids = [said(home) for _ in range(3)]
    context = opened()
    heard: list[tuple[int, int]] = []

    with reporting(lambda done, total: heard.append((done, total))):
        asyncio.run(begun(context, method, {"threadIds": ids}))

    assert heard[0] == (0, 3)
    assert heard[-1] == (3, 3)
    assert heard == sorted(heard)


def cancelled_half_way(context: Context, method: str, params: dict[str, Any]) -> None:
    async def run() -> None:
        def cancel(done: int, total: int) -> None:
            if 0 < done < total:
                task.cancel()

        with reporting(cancel):
            task = asyncio.ensure_future(begun(context, method, params))
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(run())


def test_a_cancelled_deletion_leaves_whole_chunks_in_the_trash(
    home: CodexHome, opened: Opened
) -> None:
    ids = [said(home) for _ in range(120)]
    context = opened()

    cancelled_half_way(context, "task/trash", {"threadIds": ids})

    assert states(context).count("trashed") in {50, 100}
    assert not home.journal.exists()


def test_a_cancelled_purge_leaves_what_is_not_gone_where_it_was(
    home: CodexHome, opened: Opened
) -> None:
    for _ in range(120):
        said(home)
    context = opened()

    cancelled_half_way(context, "task/purge", {"cwd": None})

    left = states(context)
    assert len(left) in {20, 70}
    assert set(left) == {"active"}
    assert list(entries(home)) == []
    assert not home.journal.exists()
