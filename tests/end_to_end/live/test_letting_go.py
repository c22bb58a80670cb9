"""A task that only just began is let go of like any other, and loses nothing by it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from support.codex_binary import real_codex
from support.live import driving, until_free
from support.lsp import RawClient
from support.mock_model import run_codex
from threadbook.ids import ThreadId, TurnId
from threadbook.items import TurnStatus
from threadbook.lifecycle.fork import ForkPoint
from threadbook.lifecycle.lock import holder_of
from threadbook.lifecycle.resume import ResumeTarget
from threadbook.rollout.types import Format

if TYPE_CHECKING:
    from support.live import World
    from support.mock_model import MockModel


def _text(direction: str, text: str) -> dict[str, object]:
    return {"type": f"{direction}_text", "text": text}


_TOLD: tuple[dict[str, object], ...] = (
    {"type": "message", "role": "user", "content": [_text("input", "old plan")]},
    {"type": "message", "role": "assistant", "content": [_text("output", "aye")]},
)


async def last_turn(world: World) -> TurnId:
    """Return the turn that made the world."""
    lines = map(json.loads, world.rollout().splitlines())
    (turn,) = {
        line["payload"]["turn_id"] for line in lines if line["type"] == "turn_context"
    }
    return TurnId(turn)


@pytest.mark.parametrize("how", ["copied", "told"])
async def test_a_fork_without_a_turn_is_free_seconds_later_for_the_cli_too(
    world: World, model: MockModel, how: str
) -> None:
    turn = await last_turn(world) if how == "copied" else TurnId("unheard-of")
    async with driving(world.home, idle_seconds=0.0) as (live, audience):
        state = await live.fork(world.target, ForkPoint(turn, lambda: _TOLD))
        assert holder_of(world.home, state.thread_id)
        await until_free(world.home, state.thread_id)
        told = run_codex(
            real_codex(),
            world.home,
            world.folder,
            *("exec", "--skip-git-repo-check", "resume", state.thread_id, "two"),
        )
        assert told.returncode == 0, told.stderr
        await live.send(state.thread_id, "three")
        assert (await audience.turn_end()).status is TurnStatus.COMPLETED

    said = json.dumps(model.requests()[-1]["input"])
    assert ("first words" if how == "copied" else "old plan") in said
    assert '"two"' in said


async def test_a_task_of_2025_may_wait_for_its_first_words(
    world: World, model: MockModel
) -> None:
    target = ResumeTarget(
        thread_id=ThreadId("5973b6c0-94b8-487b-a530-2aeb6098ae0e"),
        cwd=str(world.folder),
        format=Format.BARE,
        history=_TOLD,
    )
    async with driving(world.home, idle_seconds=0.0) as (live, audience):
        state = await live.resume(target)
        await until_free(world.home, state.thread_id)
        await live.send(state.thread_id, "and on")
        assert (await audience.turn_end()).status is TurnStatus.COMPLETED

    assert "old plan" in json.dumps(model.requests()[-1]["input"])


async def test_a_fork_from_the_sidebar_is_free_after_its_turn_with_the_panel_open(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THREADBOOK_CODEX", str(real_codex().path))
    async with await RawClient.start(world.home.root) as client:
        await client.ask("task/list")
        asked = {"threadId": world.target.thread_id, "fromStep": 1, "amend": "again"}
        forked = await client.result("task/fork", asked)
        thread_id = ThreadId(forked["threadId"])
        await client.result("task/follow", {"threadId": thread_id})
        await client.event("turnCompleted")
        assert holder_of(world.home, thread_id)
        await until_free(world.home, thread_id)
        told = run_codex(
            real_codex(),
            world.home,
            world.folder,
            *("exec", "--skip-git-repo-check", "resume", thread_id, "and on"),
        )

    assert told.returncode == 0, told.stderr
