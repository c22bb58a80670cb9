"""Whom a task belongs to: us, somebody else, nobody."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from support.codex_binary import real_codex
from support.live import driving, until_free
from support.mock_model import run_codex
from threadbook.codex.client import AppServer
from threadbook.errors import (
    NotPossibleError,
    TaskInUseError,
)
from threadbook.ids import ThreadId
from threadbook.items import (
    CommandExecution,
    TurnStatus,
)
from threadbook.lifecycle.lock import held_threads, holder_of
from threadbook.lifecycle.resume import ResumeTarget
from threadbook.rollout.types import Format

if TYPE_CHECKING:
    from pathlib import Path

    from support.live import World
    from support.mock_model import MockModel


async def test_a_task_that_another_process_holds_is_refused_with_the_holder(
    world: World,
) -> None:
    other = await AppServer.start(real_codex(), world.home)
    try:
        params = {"threadId": world.target.thread_id, "excludeTurns": True}
        await other.request("thread/resume", params)
        async with driving(world.home) as (live, _):
            with pytest.raises(TaskInUseError) as refused:
                await live.resume(world.target)

            assert refused.value.pid == other.pid
            assert refused.value.since_ms
            assert live.state(world.target.thread_id) is None
            assert list(held_threads(world.home)) == [world.target.thread_id]
    finally:
        await other.close()
    assert held_threads(world.home) == {}


async def test_an_idle_task_is_let_go_of_and_loaded_again_unnoticed(
    world: World,
) -> None:
    async with driving(world.home, idle_seconds=0.0) as (live, audience):
        thread_id = world.target.thread_id
        await live.resume(world.target, model="gpt-5.1-codex")
        assert holder_of(world.home, thread_id)
        await live.send(thread_id, "one [[say:1]]")
        await audience.turn_end()
        await until_free(world.home, thread_id)
        told = run_codex(
            real_codex(),
            world.home,
            world.folder,
            *("exec", "--skip-git-repo-check", "resume", thread_id, "two [[say:2]]"),
        )
        assert told.returncode == 0, told.stderr
        await live.send(thread_id, "three [[say:3]]")
        assert (await audience.turn_end()).status is TurnStatus.COMPLETED

    texts = world.rollout()
    assert texts.index("one [[say:1]]") < texts.index("two [[say:2]]")
    assert texts.index("two [[say:2]]") < texts.index("three [[say:3]]")


async def test_releasing_declines_what_waits_and_frees_the_task(
    world: World,
) -> None:
    async with driving(world.home) as (live, audience):
        thread_id = world.target.thread_id
        await live.resume(world.target, approval="untrusted")
        await live.send(thread_id, "[[loop:2:touch made-%n]]")
        await audience.approval()
        assert await live.release(thread_id)
        end = await audience.turn_end()

        assert end.status is TurnStatus.COMPLETED
        assert live.approvals(thread_id) == ()
        assert not (world.folder / "made-0").exists()
        assert not (world.folder / "made-1").exists()
        await until_free(world.home, thread_id)


async def test_a_thread_of_2025_goes_on_as_a_new_one_that_knows_what_was_said(
    world: World, model: MockModel
) -> None:
    old = ThreadId("5973b6c0-94b8-487b-a530-2aeb6098ae0e")
    history: tuple[dict[str, object], ...] = (
        {"type": "message", "role": "user", "content": [_text("input", "old plan")]},
        {"type": "reasoning", "summary": [], "encrypted_content": "gone"},
        {"type": "message", "role": "assistant", "content": [_text("output", "aye")]},
    )
    target = ResumeTarget(
        thread_id=old,
        cwd=str(world.folder),
        format=Format.BARE,
        name="From long ago",
        history=history,
    )
    async with driving(world.home) as (live, audience):
        state = await live.resume(target)
        again = await live.resume(target)
        await live.send(old, "still there?")
        end = await audience.turn_end()

    assert state.thread_id != old
    assert state.continued_from == old
    assert again.thread_id == state.thread_id
    assert end.status is TurnStatus.COMPLETED
    sent = json.dumps(model.requests()[-1]["input"])
    assert "old plan" in sent
    assert "aye" in sent
    assert "gone" not in sent
    names = world.home.session_index.read_text(encoding="utf-8")
    assert "From long ago" in names


def _text(direction: str, text: str) -> dict[str, object]:
    return {"type": f"{direction}_text", "text": text}


async def test_an_archived_task_is_refused_unless_it_may_be_unarchived(
    world: World,
) -> None:
    thread_id = world.target.thread_id
    archived = run_codex(
        real_codex(), world.home, world.folder, "archive", str(thread_id)
    )
    assert archived.returncode == 0, archived.stderr
    async with driving(world.home) as (live, audience):
        target = ResumeTarget(thread_id=thread_id, cwd=str(world.folder), archived=True)
        with pytest.raises(NotPossibleError):
            await live.resume(target)
        allowed = ResumeTarget(
            thread_id=thread_id,
            cwd=str(world.folder),
            archived=True,
            may_unarchive=True,
        )
        await live.resume(allowed)
        await live.send(thread_id, "back [[say:yes]]")
        assert (await audience.turn_end()).status is TurnStatus.COMPLETED
    assert "back [[say:yes]]" in world.rollout()


async def test_a_task_whose_folder_is_gone_goes_on_in_another_one(
    world: World, tmp_path: Path
) -> None:
    world.folder.rename(tmp_path / "moved")
    async with driving(world.home) as (live, audience):
        with pytest.raises(NotPossibleError) as refused:
            await live.resume(world.target)
        assert str(world.folder) in str(refused.value)
        await live.resume(world.target, cwd=str(tmp_path / "moved"))
        await live.send(world.target.thread_id, "[[shell:pwd]]")
        await audience.turn_end()

        (command,) = audience.completed(CommandExecution)
        assert command.output
        assert command.output.text.strip() == str(tmp_path / "moved")
