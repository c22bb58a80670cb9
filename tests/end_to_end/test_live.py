"""The real codex, driven: only the model is a mock."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import psutil
import pytest

from support.codex_binary import NEWEST, real_codex
from support.live import Audience
from support.mock_model import NO_NETWORK, run_codex, running_mock_model
from threadbook.codex.client import AppServer
from threadbook.codex.threads import start_thread
from threadbook.errors import (
    ApprovalGoneError,
    CodexUnavailableError,
    NotPossibleError,
    TaskInUseError,
    TaskNotLiveError,
)
from threadbook.ids import ThreadId
from threadbook.items import (
    AgentMessage,
    CommandExecution,
    FileChange,
    ItemStarted,
    Reasoning,
    RunStatus,
    StopKind,
    TurnStarted,
    TurnStatus,
    UsageReported,
    UserMessage,
)
from threadbook.lifecycle.lock import held_threads, holder_of
from threadbook.lifecycle.resume import ResumeTarget
from threadbook.live.tasks import LiveTasks
from threadbook.live.types import ApprovalAsked, ApprovalResolved, TaskEvent
from threadbook.rollout.types import Format

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator
    from pathlib import Path

    from support.mock_model import MockModel
    from threadbook.codex.binary import CodexBinary
    from threadbook.codex.threads import ThreadSettings
    from threadbook.home import CodexHome
    from threadbook.live.types import Published


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MockModel]:
    with running_mock_model(tmp_path_factory.mktemp("model")) as running:
        yield running


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in NO_NETWORK.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(autouse=True)
def no_orphans() -> Iterator[None]:
    before = {process.pid for process in psutil.Process().children(recursive=True)}
    yield
    left = [
        process
        for process in psutil.Process().children(recursive=True)
        if process.pid not in before
    ]
    _, alive = psutil.wait_procs(left, timeout=5)
    assert [process.cmdline() for process in alive] == []


@dataclass
class World:
    """A home with one task that the real codex wrote, and its folder."""

    home: CodexHome
    folder: Path
    target: ResumeTarget

    def rollout(self) -> str:
        (path,) = self.home.sessions.rglob(f"*{self.target.thread_id}.jsonl")
        return path.read_text(encoding="utf-8")


@pytest.fixture
def world(model: MockModel, tmp_path: Path) -> World:
    return make_world(model, tmp_path, real_codex())


def make_world(model: MockModel, place: Path, codex: CodexBinary) -> World:
    folder = place / "project"
    folder.mkdir()
    home = model.write_home(place / "codex-home")
    said = run_codex(
        codex,
        home,
        folder,
        *("exec", "--skip-git-repo-check", "first words [[say:first answer]]"),
    )
    assert said.returncode == 0, said.stderr
    (path,) = home.sessions.rglob("*.jsonl")
    thread_id = ThreadId(path.stem[-36:])
    return World(home, folder, ResumeTarget(thread_id=thread_id, cwd=str(folder)))


@asynccontextmanager
async def driving(
    home: CodexHome, *, idle_seconds: float = 60.0, version: str = NEWEST
) -> AsyncGenerator[tuple[LiveTasks, Audience]]:
    audience = Audience()
    live = LiveTasks(
        home,
        codex=lambda: real_codex(version),
        publish=audience.publish,
        idle_seconds=idle_seconds,
    )
    try:
        yield live, audience
    finally:
        await live.close()


async def until_free(home: CodexHome, thread_id: ThreadId) -> None:
    """Wait for something that no event tells: another process's lock is gone."""
    async with asyncio.timeout(15):
        while holder_of(home, thread_id) is not None:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def test_a_turn_streams_and_its_reply_is_in_the_rollout_afterwards(
    world: World,
) -> None:
    async with driving(world.home) as (live, audience):
        state = await live.resume(world.target)
        prompt = "go on [[reason]][[slow:0.5]] please"
        turn_id = await live.send(state.thread_id, prompt)
        started = await audience.event(TurnStarted)
        end = await audience.turn_end()

        assert started.turn_id == end.turn_id == turn_id
        assert end.status is TurnStatus.COMPLETED
        (question,) = audience.completed(UserMessage)
        (thought,) = audience.completed(Reasoning)
        (answer,) = audience.completed(AgentMessage)
        assert question.text.text == prompt
        assert thought.text.text == "**Thinking** about what was asked"
        assert audience.streamed() == answer.text.text
        assert audience.numbers() == list(range(1, len(audience.numbers()) + 1))
        assert any(
            event.report.usage and event.report.usage.total
            for event in audience.events()
            if isinstance(event, UsageReported)
        )
        assert json.dumps(answer.text.text)[1:-1] in world.rollout()
        after = live.state(state.thread_id)
        assert after
        assert after.turn_id is None
        assert after.status == "idle"
        assert after.seq == len(audience.numbers())


async def test_a_command_runs_and_shows_its_output(world: World) -> None:
    async with driving(world.home) as (live, audience):
        await live.resume(world.target)
        await live.send(world.target.thread_id, "[[shell:echo one; exit 3]]")
        await audience.turn_end()

        (command,) = audience.completed(CommandExecution)
        assert command.command == "echo one; exit 3"
        assert command.exit_code == 3
        assert command.status is RunStatus.FAILED
        assert command.output
        assert command.output.text == "one\n"
        assert command.cwd == str(world.folder)


async def test_the_model_gets_the_earlier_turns(world: World, model: MockModel) -> None:
    async with driving(world.home) as (live, audience):
        await live.resume(world.target)
        await live.send(world.target.thread_id, "and now?")
        await audience.turn_end()

    sent = json.dumps(model.requests()[-1]["input"])
    assert "first words" in sent
    assert "first answer" in sent


async def test_overrides_reach_codex_and_stick(world: World, model: MockModel) -> None:
    async with driving(world.home) as (live, audience):
        state = await live.resume(
            world.target, model="gpt-5.1-codex", sandbox="read-only"
        )
        assert state.model == "gpt-5.1-codex"
        assert state.sandbox == "read-only"
        await live.send(world.target.thread_id, "a", effort="high")
        await audience.turn_end()
        again = await live.resume(world.target, sandbox="danger-full-access")
        assert again.sandbox == "danger-full-access"
        await live.send(world.target.thread_id, "b [[shell:touch written]]")
        await audience.turn_end()

    request = model.requests()[-1]
    assert request["model"] == "gpt-5.1-codex"
    assert request["reasoning"]["effort"] == "high"
    assert (world.folder / "written").exists()


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


async def test_interrupting_ends_the_turn_and_the_task_goes_on(world: World) -> None:
    async with driving(world.home) as (live, audience):
        thread_id = world.target.thread_id
        await live.resume(world.target)
        await live.send(thread_id, "[[slow:60]] one two three four")
        assert await live.interrupt(thread_id)
        end = await audience.turn_end()

        assert end.status is TurnStatus.INTERRUPTED
        assert end.stop
        assert end.stop.kind is StopKind.INTERRUPTED
        assert not await live.interrupt(thread_id)
        await live.send(thread_id, "[[say:still here]]")
        assert (await audience.turn_end()).status is TurnStatus.COMPLETED


async def test_steering_reaches_the_running_turn(
    world: World, model: MockModel
) -> None:
    async with driving(world.home) as (live, audience):
        thread_id = world.target.thread_id
        await live.resume(world.target, approval="untrusted")
        with pytest.raises(TaskNotLiveError):
            await live.steer(thread_id, "too early")
        turn_id = await live.send(thread_id, "[[shell:touch steered]]")
        approval = await audience.approval()
        assert await live.steer(thread_id, "mind the gap [[say:ok]]") == turn_id
        await live.answer(approval.request_id, "accept")
        end = await audience.turn_end()

        assert end.turn_id == turn_id
        said = json.dumps(model.requests()[-1]["input"])
        assert "mind the gap" in said


async def test_a_usage_limit_says_when_it_resets(world: World) -> None:
    async with driving(world.home) as (live, audience):
        await live.resume(world.target)
        before = int(time.time())
        await live.send(world.target.thread_id, "[[limit:1800]]")
        end = await audience.turn_end()

        assert end.status is TurnStatus.FAILED
        assert end.stop
        assert end.stop.kind is StopKind.USAGE_LIMIT
        assert end.stop.resets_at
        assert 1700 <= end.stop.resets_at / 1000 - before <= 1900
        assert live.limits
        assert live.limits.primary
        assert live.limits.primary.used_percent == 100
        state = live.state(world.target.thread_id)
        assert state
        assert state.status == "limited"


@pytest.mark.parametrize(
    ("marker", "kind"),
    [
        ("[[failed:context_length_exceeded]]", StopKind.CONTEXT_FULL),
        ("[[http:401]]", StopKind.LOGIN),
        ("[[rate429]]", StopKind.OVERLOADED),
        ("[[drop]]", StopKind.ERROR),
    ],
)
async def test_a_failed_turn_says_why(
    world: World, marker: str, kind: StopKind
) -> None:
    async with driving(world.home) as (live, audience):
        await live.resume(world.target)
        await live.send(world.target.thread_id, f"{marker} please")
        end = await audience.turn_end()

        assert end.status is TurnStatus.FAILED
        assert end.stop
        assert end.stop.kind is kind
        assert end.stop.message


async def test_a_server_killed_in_mid_turn_ends_the_turn_and_the_task_goes_on(
    world: World,
) -> None:
    async with driving(world.home) as (live, audience):
        thread_id = world.target.thread_id
        await live.resume(world.target)
        await live.send(thread_id, "[[shell:sleep 300]]")
        await audience.event(ItemStarted)
        first_server = live.server_pid
        assert first_server
        os.kill(first_server, signal.SIGKILL)
        end = await audience.turn_end()

        assert end.status is TurnStatus.INTERRUPTED
        assert end.stop
        assert end.stop.kind is StopKind.PROCESS_DIED
        await live.send(thread_id, "[[say:back again]]")
        assert (await audience.turn_end()).status is TurnStatus.COMPLETED
        assert live.server_pid not in {None, first_server}


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


async def test_closing_in_mid_turn_leaves_an_interrupted_turn_and_no_process(
    world: World,
) -> None:
    async with driving(world.home) as (live, audience):
        await live.resume(world.target)
        await live.send(world.target.thread_id, "[[shell:sleep 300]]")
        await audience.event(ItemStarted)
        server = psutil.Process(live.server_pid)
        family = [server, *server.children(recursive=True)]
    assert not any(process.is_running() for process in family)
    assert '"turn_aborted"' in world.rollout()
    assert held_threads(world.home) == {}


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


async def test_many_deltas_arrive_whole_and_in_few_events(world: World) -> None:
    async with driving(world.home) as (live, audience):
        await live.resume(world.target)
        await live.send(world.target.thread_id, "[[burst:4000]]")
        await audience.turn_end()

        (answer,) = audience.completed(AgentMessage)
        assert audience.streamed() == answer.text.text
        assert len(audience.heard) < 400


async def test_two_tasks_share_one_server_and_do_not_mix(world: World) -> None:
    second = await AppServer.start(real_codex(), world.home)
    settings: ThreadSettings = {"cwd": str(world.folder)}
    other = await start_thread(second, settings)
    params = {"threadId": other.thread_id, "input": [{"type": "text", "text": "hi"}]}
    await second.request("turn/start", params)
    await second.close()
    async with driving(world.home) as (live, audience):
        first_id, second_id = world.target.thread_id, other.thread_id
        await live.resume(world.target)
        await live.resume(ResumeTarget(thread_id=second_id, cwd=str(world.folder)))
        await asyncio.gather(
            live.send(first_id, "[[slow:1]] for the first"),
            live.send(second_id, "[[slow:1]] for the second"),
        )
        await audience.turn_end()
        await audience.turn_end()

        for thread_id, about in ((first_id, "first"), (second_id, "second")):
            told = _told_of(audience.heard, thread_id)
            messages = [
                one.event.item.text.text
                for one in told
                if isinstance(one.event, ItemStarted)
                and isinstance(one.event.item, UserMessage)
            ]
            assert messages == [f"[[slow:1]] for the {about}"]
            assert [one.seq for one in told] == list(range(1, len(told) + 1))


def _told_of(heard: list[Published], thread_id: ThreadId) -> list[TaskEvent]:
    return [
        one
        for one in heard
        if isinstance(one, TaskEvent) and one.thread_id == thread_id
    ]


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
