"""What one process does to tasks, the windows of all others show within a second."""

from __future__ import annotations

import asyncio
import sys
import time
from typing import TYPE_CHECKING

import pytest

from support.lsp import RawClient
from support.rollouts import rollout

if TYPE_CHECKING:
    from pathlib import Path

    from threadbook.home import CodexHome


@pytest.fixture(autouse=True)
def no_codex(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("THREADBOOK_CODEX", str(tmp_path / "there-is-none"))


async def run(home: CodexHome, *arguments: str) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "threadbook",
        "--codex-home",
        str(home.root),
        *arguments,
        stdout=asyncio.subprocess.DEVNULL,
    )
    assert await process.wait() == 0


async def next_change(client: RawClient) -> dict[str, object]:
    """Wait for a change of a task that was not looked at yet."""
    told = await client.notified("task/changed")
    client.notifications = [
        message for message in client.notifications if message["params"] is not told
    ]
    return told["task"]


async def test_every_window_follows_what_the_command_line_does(
    home: CodexHome,
) -> None:
    task = rollout(home.root, generation="bare").user("hi").agent("ok")
    task.done()
    async with (
        await RawClient.start(home.root) as first,
        await RawClient.start(home.root) as second,
    ):
        for client in (first, second):
            await client.result("task/list")
            await client.result("home/doctor")

        for arguments, field, value in (
            (("delete", task.thread_id), "state", "trashed"),
            (("restore", "--last-deleted"), "state", "active"),
            (("archive", task.thread_id), "state", "archived"),
            (("pin", task.thread_id), "pinned", True),
            (("rename", task.thread_id, "new name"), "name", "new name"),
        ):
            await run(home, *arguments)
            done = time.monotonic()
            for client in (first, second):
                while (await next_change(client))[field] != value:
                    pass
            assert time.monotonic() - done < 3


async def test_a_window_hears_of_what_it_asked_for_itself(home: CodexHome) -> None:
    task = rollout(home.root, generation="bare").user("hi").agent("ok")
    task.done()
    async with await RawClient.start(home.root) as client:
        await client.result("task/list")
        ids = {"threadIds": [task.thread_id]}

        answer = await client.result("task/trash", ids)

        assert [each["ok"] for each in answer["results"]] == [True]
        listed = await client.result("task/list", {"state": "trashed"})
        assert [each["threadId"] for each in listed["tasks"]] == [task.thread_id]
        await client.notified("task/changed")
        await client.result("task/delete", ids)
        await client.notified("task/removed", threadId=task.thread_id)


async def test_a_long_request_tells_how_far_it_is(home: CodexHome) -> None:
    ids: list[str] = []
    for _ in range(60):
        task = rollout(home.root, generation="bare").user("hi").agent("ok")
        task.done()
        ids.append(task.thread_id)
    async with await RawClient.start(home.root) as client:
        await client.result("task/list")

        params = {"threadIds": ids, "workDoneToken": "t"}
        await client.result("task/trash", params)

        told = [
            message["params"]["value"]
            for message in client.notifications
            if message["method"] == "$/progress"
        ]
    assert [value["kind"] for value in told][:1] == ["begin"]
    assert [value["kind"] for value in told][-1:] == ["end"]
    assert [value["message"] for value in told[1:-1]] == ["0/60", "50/60", "60/60"]


async def test_a_sidecar_that_starts_sets_right_what_a_crash_left(
    home: CodexHome,
) -> None:
    task = rollout(home.root, generation="bare").user("hi").agent("ok")
    path = task.done()
    place = path.relative_to(home.root).as_posix()
    archived = f"archived_sessions/{path.name}"
    home.archived_sessions.mkdir()
    (home.root / archived).hardlink_to(path)
    home.own.mkdir()
    home.journal.write_text(
        f'[{{"verb":"archive","folders":[],"moves":[["{place}","{archived}"]]}}]',
        encoding="utf-8",
    )

    async with await RawClient.start(home.root) as client:
        listed = await client.result("task/list", {"state": "any"})
        doctor = await client.result("home/doctor")

    assert [len(each["rollouts"]) for each in listed["tasks"]] == [1]
    assert path.exists()
    assert not (home.root / archived).exists()
    assert any("undone" in each["message"] for each in doctor["findings"])
