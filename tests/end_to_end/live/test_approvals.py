"""The real codex's questions, answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.live import driving
from threadbook.errors import (
    ApprovalGoneError,
)
from threadbook.items import (
    CommandExecution,
    FileChange,
    RunStatus,
    StopKind,
    TurnStatus,
)
from threadbook.live.types import ApprovalAsked, ApprovalResolved

if TYPE_CHECKING:
    from support.live import World


async def test_an_accepted_command_runs(world: World) -> None:
    async with driving(world.home) as (live, audience):
        thread_id = world.target.thread_id
        await live.resume(world.target, approval="untrusted")
        await live.send(thread_id, "[[shell:touch made-it]]")
        approval = await audience.approval()

        assert approval.kind == "command"
        assert approval.command == "touch made-it"
        assert approval.thread_id == thread_id
        assert live.approvals(thread_id) == (approval,)
        state = live.state(thread_id)
        assert state
        assert state.status == "waiting"
        await live.answer(approval.request_id, "accept")
        assert await audience.resolved() == approval.request_id
        end = await audience.turn_end()

        assert end.status is TurnStatus.COMPLETED
        assert (world.folder / "made-it").exists()
        with pytest.raises(ApprovalGoneError):
            await live.answer(approval.request_id, "accept")
        resolved = [one for one in audience.heard if isinstance(one, ApprovalResolved)]
        assert len(resolved) == 1


async def test_a_declined_command_does_not_run_and_the_turn_goes_on(
    world: World,
) -> None:
    async with driving(world.home) as (live, audience):
        await live.resume(world.target, approval="untrusted")
        thread_id = world.target.thread_id
        await live.send(thread_id, "[[shell:touch made-it]]")
        await live.answer((await audience.approval()).request_id, "decline")
        end = await audience.turn_end()

        assert end.status is TurnStatus.COMPLETED
        (command,) = audience.completed(CommandExecution)
        assert command.status is RunStatus.DECLINED
        assert not (world.folder / "made-it").exists()


async def test_cancelling_a_command_stops_the_turn(world: World) -> None:
    async with driving(world.home) as (live, audience):
        await live.resume(world.target, approval="untrusted")
        await live.send(world.target.thread_id, "[[shell:touch made-it]]")
        await live.answer((await audience.approval()).request_id, "cancel")
        end = await audience.turn_end()

        assert end.status is TurnStatus.INTERRUPTED
        assert end.stop
        assert end.stop.kind is StopKind.INTERRUPTED
        assert not (world.folder / "made-it").exists()


async def test_a_command_accepted_for_the_session_is_not_asked_again(
    world: World,
) -> None:
    async with driving(world.home) as (live, audience):
        await live.resume(world.target, approval="untrusted")
        thread_id = world.target.thread_id
        await live.send(thread_id, "[[shell:touch again]] one")
        first = await audience.approval()
        await live.answer(first.request_id, "acceptForSession")
        await audience.turn_end()
        (world.folder / "again").unlink()
        await live.send(thread_id, "[[shell:touch again]] two")
        end = await audience.turn_end()

        assert end.status is TurnStatus.COMPLETED
        assert (world.folder / "again").exists()
        asked = [one for one in audience.heard if isinstance(one, ApprovalAsked)]
        assert len(asked) == 1


async def test_a_patch_asks_with_the_files_it_would_change(
    world: World,
) -> None:
    async with driving(world.home) as (live, audience):
        await live.resume(world.target, approval="untrusted", sandbox="read-only")
        thread_id = world.target.thread_id
        await live.send(thread_id, "[[patch:new.txt]]")
        approval = await audience.approval()

        assert approval.kind == "fileChange"
        assert [path.rsplit("/", 1)[-1] for path in approval.files] == ["new.txt"]
        await live.answer(approval.request_id, "accept")
        await audience.turn_end()
        (change,) = audience.completed(FileChange)
        assert change.changes[0].kind == "add"
        assert change.changes[0].diff.text.startswith("+hello from the mock")
        assert (world.folder / "new.txt").exists()
