"""`threadbook watch` and `threadbook locks` as processes, with the real codex."""

from __future__ import annotations

import json
import signal
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from support.codex_binary import real_codex
from support.mock_model import run_codex
from support.rollouts import rollout
from support.terminal import command_of, environment, threadbook
from threadbook.codex.client import AppServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.live import World


def until_turn_ends(lines: Iterator[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for line in lines:
        found.append(json.loads(line))
        if found[-1]["event"]["type"] == "turnCompleted":
            return found
    raise AssertionError(found)


@pytest.mark.parametrize("named", [True, False])
def test_what_another_process_does_is_streamed_until_ctrl_c(
    world: World, *, named: bool
) -> None:
    thread_id = world.target.thread_id
    rollout(world.home.root).user("another").agent("task").done()
    words = ("watch", thread_id) if named else ("watch",)
    with subprocess.Popen(
        command_of(world.home, *words),
        env=environment(),
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stdout
        first = json.loads(process.stdout.readline())
        said = run_codex(
            real_codex(),
            world.home,
            world.folder,
            *("exec", "--skip-git-repo-check", "resume", thread_id, "on [[say:seen]]"),
        )
        assert said.returncode == 0, said.stderr
        heard = until_turn_ends(process.stdout)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)

    assert process.returncode == 130
    assert first == {"watching": thread_id if named else None}
    assert {line["threadId"] for line in heard} == {thread_id}
    assert [line["seq"] for line in heard] == list(range(1, len(heard) + 1))
    texts = [
        line["event"]["item"]["text"]["text"]
        for line in heard
        if line["event"]["type"] == "itemCompleted"
        and line["event"]["item"]["type"] in {"userMessage", "agentMessage"}
    ]
    assert texts == ["on [[say:seen]]", "seen"]


async def test_a_task_in_use_is_listed_with_who_has_it(world: World) -> None:
    nobody = threadbook(world.home, "locks")
    other = await AppServer.start(real_codex(), world.home)
    try:
        params = {"threadId": world.target.thread_id}
        await other.request("thread/resume", params)
        shown = threadbook(world.home, "locks")
        told = json.loads(threadbook(world.home, "locks", "--json").out)
    finally:
        await other.close()

    (lock,) = told["locks"]
    assert nobody.out == "No task is in use\n"
    assert lock["threadId"] == world.target.thread_id
    assert lock["displayName"].startswith("first words")
    assert (lock["holder"]["pid"], lock["seenBy"]) == (other.pid, "lock")
    assert str(other.pid) in shown.out


async def test_a_codex_without_locks_is_seen_by_its_open_file(world: World) -> None:
    other = await AppServer.start(real_codex("0.98.0"), world.home)
    built = rollout(
        world.home.root,
        generation="legacy",
        cwd=str(world.folder),
        meta={"model_provider": "mock"},
    )
    built.user("hello").agent("hi").done()
    try:
        await other.request("thread/resume", {"threadId": built.thread_id})
        told = json.loads(threadbook(world.home, "locks", "--json").out)
        refused = threadbook(world.home, "resume", built.thread_id, "hello")
    finally:
        await other.close()

    (lock,) = told["locks"]
    assert (lock["threadId"], lock["seenBy"]) == (built.thread_id, "openFile")
    assert lock["holder"]["pid"] == other.pid
    assert refused.code == 5


def test_a_lock_that_a_killed_process_left_is_told_apart(world: World) -> None:
    world.home.writer_locks.mkdir(exist_ok=True)
    left = world.home.writer_lock(world.target.thread_id)
    left.touch()

    told = json.loads(threadbook(world.home, "locks", "--json").out)
    shown = threadbook(world.home, "locks")
    resumed = threadbook(world.home, "resume", world.target.thread_id, "[[say:on]]")

    assert told["locks"] == []
    assert [one["threadId"] for one in told["stale"]] == [world.target.thread_id]
    assert "left behind" in shown.out
    assert resumed.out == "on\n"
