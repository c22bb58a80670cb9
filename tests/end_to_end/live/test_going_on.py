"""Going on with tasks of every generation, by the handlers and the real codex."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from support.codex_binary import real_codex
from support.driven import driven, look
from support.live import make_world, until_free
from support.mock_model import run_codex
from support.rollouts import rollout
from threadbook.codex.client import AppServer
from threadbook.errors import CodexRefusedError, NotPossibleError, TaskInUseError
from threadbook.handlers.fork import task_fork
from threadbook.handlers.live import task_resume, task_send
from threadbook.handlers.tasks import task_of, task_read
from threadbook.ids import ThreadId
from threadbook.items import AgentMessage, TurnStatus
from threadbook.protocol.fork import TaskForkParams
from threadbook.protocol.live import TaskResumeParams, TaskSendParams
from threadbook.protocol.thread import TaskReadParams

if TYPE_CHECKING:
    from pathlib import Path

    from support.live import World
    from support.mock_model import MockModel
    from support.rollouts import Generation


def last_input(model: MockModel) -> str:
    return json.dumps(model.requests()[-1]["input"])


@pytest.mark.parametrize("generation", ["json", "bare"])
async def test_a_task_of_2025_goes_on_as_a_new_one_that_each_names_the_other(
    model: MockModel, tmp_path: Path, generation: Generation
) -> None:
    home = model.write_home(tmp_path / "codex-home")
    built = rollout(home.root, generation=generation, cwd=str(tmp_path))
    built.user("the old plan").command("ls", output="a.txt").agent("the old answer")
    original = built.done()
    before = original.read_bytes()
    async with driven(home) as (context, audience):
        params = TaskResumeParams(
            thread_id=built.thread_id, prompt="and now? [[say:now]]", cwd=str(tmp_path)
        )
        resumed = await task_resume(context, params)
        end = await audience.turn_end()
        look(context)
        older = task_of(context, built.thread_id)
        newer = task_of(context, resumed.thread_id)
        again = await task_resume(
            context, TaskResumeParams(thread_id=built.thread_id, cwd=str(tmp_path))
        )

    assert end.status is TurnStatus.COMPLETED
    assert [one.text.text for one in audience.completed(AgentMessage)] == ["now"]
    assert (resumed.how, again.how) == ("continued", "continued")
    assert again.thread_id == resumed.thread_id != built.thread_id
    assert older.continued_as_id == newer.thread_id
    assert newer.continued_from_id == older.thread_id
    assert newer.name == older.display_name == "the old plan"
    sent = last_input(model)
    assert "the old plan" in sent
    assert "a.txt" in sent
    assert "the old answer" in sent
    assert original.read_bytes() == before


async def test_what_went_on_for_a_task_of_2025_goes_on_after_a_restart_too(
    model: MockModel, tmp_path: Path
) -> None:
    home = model.write_home(tmp_path / "codex-home")
    built = rollout(home.root, generation="bare").user("long ago").agent("yes")
    built.done()
    wanted = TaskResumeParams(thread_id=built.thread_id, cwd=str(tmp_path))
    async with driven(home, idle_seconds=0.0) as (context, _):
        first = await task_resume(context, wanted)
        await until_free(home, ThreadId(first.thread_id))
    async with driven(home) as (context, audience):
        second = await task_resume(context, wanted)
        await task_send(
            context, TaskSendParams(thread_id=second.thread_id, text="still? [[say:1]]")
        )
        assert (await audience.turn_end()).status is TurnStatus.COMPLETED

    assert second.thread_id == first.thread_id
    assert "long ago" in last_input(model)


async def test_a_task_of_an_older_codex_goes_on_in_its_own_file(
    model: MockModel, tmp_path: Path
) -> None:
    world = make_world(model, tmp_path, real_codex("0.98.0"))
    async with driven(world.home) as (context, audience):
        resumed = await task_resume(
            context,
            TaskResumeParams(thread_id=world.target.thread_id, prompt="on [[say:2]]"),
        )
        assert (await audience.turn_end()).status is TurnStatus.COMPLETED
        look(context)
        read = task_read(context, TaskReadParams(thread_id=resumed.thread_id))

    assert resumed.how == "resumed"
    assert resumed.thread_id == world.target.thread_id
    assert read.turn_count == 2
    assert "first words" in last_input(model)


async def test_an_older_codex_is_told_the_settings_that_it_does_not_restore(
    model: MockModel, tmp_path: Path
) -> None:
    home = model.write_home(tmp_path / "codex-home")
    folder = tmp_path / "project"
    folder.mkdir()
    said = run_codex(
        real_codex("0.98.0"),
        home,
        folder,
        *("exec", "--skip-git-repo-check", "--sandbox", "read-only", "hello"),
    )
    assert said.returncode == 0, said.stderr
    async with driven(home, version="0.98.0") as (context, _):
        (path,) = home.sessions.rglob("*.jsonl")
        thread_id = path.stem[-36:]
        await task_resume(context, TaskResumeParams(thread_id=thread_id))
        assert context.live
        state = context.live.state(thread_id)

    assert state
    assert (state.sandbox, state.approval) == ("read-only", "never")


async def test_an_archived_task_is_taken_out_of_the_archive(world: World) -> None:
    thread_id = world.target.thread_id
    run_codex(real_codex(), world.home, world.folder, "archive", thread_id)
    async with driven(world.home) as (context, audience):
        assert task_of(context, thread_id).state == "archived"
        await task_resume(
            context, TaskResumeParams(thread_id=thread_id, prompt="back [[say:1]]")
        )
        assert (await audience.turn_end()).status is TurnStatus.COMPLETED
        look(context)
        assert task_of(context, thread_id).state == "active"


async def test_a_provider_that_is_not_configured_is_named(
    model: MockModel, tmp_path: Path
) -> None:
    home = model.write_home(tmp_path / "codex-home")
    meta: dict[str, object] = {"model_provider": "acme"}
    built = rollout(home.root, generation="enveloped", cwd=str(tmp_path), meta=meta)
    built.user("hello").agent("hi").done()
    async with driven(home) as (context, _):
        with pytest.raises(CodexRefusedError, match="acme"):
            await task_resume(context, TaskResumeParams(thread_id=built.thread_id))


async def test_a_cleared_task_goes_on_by_force_only(world: World) -> None:
    thread_id = world.target.thread_id
    async with driven(world.home) as (context, _):
        context.book.set_cleared(thread_id, 1)
        with pytest.raises(NotPossibleError):
            await task_resume(context, TaskResumeParams(thread_id=thread_id))
        resumed = await task_resume(
            context, TaskResumeParams(thread_id=thread_id, force=True)
        )

    assert resumed.thread_id == thread_id


async def test_a_task_in_use_is_forked_by_force_and_never_written(
    world: World, model: MockModel
) -> None:
    thread_id = world.target.thread_id
    other = await AppServer.start(real_codex(), world.home)
    try:
        await other.request("thread/resume", {"threadId": thread_id})
        before = world.rollout()
        async with driven(world.home) as (context, audience):
            plain = TaskResumeParams(thread_id=thread_id, prompt="mine [[say:1]]")
            with pytest.raises(TaskInUseError) as refused:
                await task_resume(context, plain)
            forced = await task_resume(
                context, plain.model_copy(update={"force": True})
            )
            assert (await audience.turn_end()).status is TurnStatus.COMPLETED
        after = world.rollout()
    finally:
        await other.close()

    assert refused.value.pid == other.pid
    assert forced.how == "forked"
    assert forced.thread_id != thread_id
    assert "first words" in last_input(model)
    assert after == before


async def test_a_fork_at_a_step_leaves_the_original_as_it_was(
    world: World, model: MockModel
) -> None:
    thread_id = world.target.thread_id
    async with driven(world.home) as (context, audience):
        await task_resume(
            context, TaskResumeParams(thread_id=thread_id, prompt="second [[say:2]]")
        )
        await audience.turn_end()
        look(context)
        before = world.rollout()
        forked = await task_fork(
            context,
            TaskForkParams(thread_id=thread_id, from_step=1, prompt="other [[say:3]]"),
        )
        await audience.turn_end()
        look(context)
        new = task_of(context, forked.thread_id)
        count = task_read(context, TaskReadParams(thread_id=new.thread_id)).turn_count

    assert world.rollout() == before
    assert new.forked_from_id == thread_id
    assert count == 2
    sent = last_input(model)
    assert "first words" in sent
    assert "second" not in sent


@pytest.mark.parametrize("step", [1, 2])
async def test_an_amended_step_is_said_anew_after_what_came_before_it(
    world: World, model: MockModel, step: int
) -> None:
    thread_id = world.target.thread_id
    async with driven(world.home) as (context, audience):
        await task_resume(
            context, TaskResumeParams(thread_id=thread_id, prompt="second [[say:2]]")
        )
        await audience.turn_end()
        look(context)
        before = world.rollout()
        forked = await task_fork(
            context,
            TaskForkParams(
                thread_id=thread_id, from_step=step, amend="better [[say:3]]"
            ),
        )
        await audience.turn_end()
        look(context)
        new = task_of(context, forked.thread_id)

    assert world.rollout() == before
    assert new.forked_from_id == thread_id
    assert new.cwd == str(world.folder)
    sent = last_input(model)
    assert "better" in sent
    assert "second" not in sent
    assert ("first words" in sent) == (step == 2)


async def test_a_task_without_turn_ids_is_forked_at_a_step_with_what_was_said(
    model: MockModel, tmp_path: Path
) -> None:
    home = model.write_home(tmp_path / "codex-home")
    meta: dict[str, object] = {"model_provider": "mock"}
    built = rollout(home.root, generation="legacy", cwd=str(tmp_path), meta=meta)
    path = built.user("one").agent("1").user("two").agent("2").user("three").done()
    before = path.read_bytes()
    async with driven(home, idle_seconds=0.0) as (context, audience):
        forked = await task_fork(
            context, TaskForkParams(thread_id=built.thread_id, from_step=2)
        )
        await until_free(home, ThreadId(forked.thread_id))
        look(context)
        new = task_of(context, forked.thread_id)
        await task_send(
            context, TaskSendParams(thread_id=forked.thread_id, text="on [[say:4]]")
        )
        assert (await audience.turn_end()).status is TurnStatus.COMPLETED

    assert path.read_bytes() == before
    assert new.forked_from_id == built.thread_id
    sent = last_input(model)
    assert '"two"' in sent
    assert "three" not in sent
