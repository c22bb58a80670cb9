"""Older versions of the real codex."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from support.codex_binary import real_codex
from support.live import driving, make_world, until_free
from threadbook.errors import (
    CodexUnavailableError,
)
from threadbook.items import (
    StopKind,
    TurnStatus,
)
from threadbook.rollout.types import Format

if TYPE_CHECKING:
    from pathlib import Path

    from support.live import World
    from support.mock_model import MockModel


@pytest.mark.parametrize("version", ["0.98.0", "0.148.0"])
async def test_an_older_codex_keeps_the_task_s_own_settings_and_lets_go_of_it(
    model: MockModel, tmp_path: Path, version: str
) -> None:
    world = make_world(model, tmp_path, real_codex(version))
    thread_id = world.target.thread_id
    target = replace(
        world.target,
        format=Format.ENVELOPED if version == "0.98.0" else Format.PAGINATED,
        model="gpt-5.1-codex",
        effort="high",
        sandbox="read-only",
        approval="untrusted",
        provider="mock",
    )
    async with driving(world.home, version=version, idle_seconds=0.0) as (live, told):
        state = await live.resume(target)
        assert (state.model, state.effort) == ("gpt-5.1-codex", "high")
        assert (state.sandbox, state.approval) == ("read-only", "untrusted")
        await live.send(thread_id, "[[shell:touch made-it]]")
        approval = await told.approval()
        assert approval.command == "touch made-it"
        await live.answer(approval.request_id, "decline")
        end = await told.turn_end()
        assert end.status is TurnStatus.COMPLETED
        await until_free(world.home, thread_id)
        await live.send(thread_id, "[[limit:600]]")
        end = await told.turn_end()

        assert end.stop
        assert end.stop.kind is StopKind.USAGE_LIMIT
        assert end.stop.resets_at
    assert not (world.folder / "made-it").exists()


async def test_a_codex_that_would_damage_a_newer_task_is_not_used_on_it(
    world: World,
) -> None:
    before = world.rollout()
    async with driving(world.home, version="0.98.0") as (live, _):
        with pytest.raises(CodexUnavailableError) as too_old:
            await live.resume(world.target)

    assert too_old.value.needed == "0.148.0"
    assert world.rollout() == before
