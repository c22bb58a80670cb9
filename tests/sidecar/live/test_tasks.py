"""What the real codex does too seldom to be tested with: a fake one says it."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from support.fake_app_server import HANDSHAKE, fake_codex
from support.live import Audience
from threadbook.errors import CodexUnavailableError, TaskNotLiveError
from threadbook.ids import ThreadId
from threadbook.items import StopKind, TurnStarted, WarningRaised
from threadbook.lifecycle.resume import ResumeTarget
from threadbook.live.tasks import LiveTasks
from threadbook.live.types import ApprovalAsked

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from threadbook.codex.binary import CodexBinary
    from threadbook.home import CodexHome

Step = dict[str, object]
_ID = ThreadId("01a1fb42-0000-7000-8000-000000000001")
_CHILD = "01a1fb42-0000-7000-8000-000000000002"
_LOADED: Step = {"reply": {"thread": {"id": _ID}, "model": "m", "cwd": "/"}}
_STARTED: Step = {"threadId": _ID, "turn": {"id": "u1"}}
_TURN: list[Step] = [
    {"expect": "turn/start"},
    {"reply": {"turn": {"id": "u1", "status": "inProgress"}}},
    {
        "say": {
            "method": "turn/started",
            "params": {"threadId": _ID, "turn": {"id": "u1"}},
        }
    },
]
_RESUMED: list[Step] = [*HANDSHAKE, {"expect": "thread/resume"}, _LOADED]


def asks(identity: int, method: str, thread_id: str, **params: object) -> Step:
    return {
        "say": {
            "id": identity,
            "method": method,
            "params": {"threadId": thread_id, "turnId": "u1", "itemId": "i", **params},
        }
    }


def ends(status: str = "completed") -> Step:
    turn = {"id": "u1", "status": status}
    return {
        "say": {
            "method": "turn/completed",
            "params": {"threadId": _ID, "turn": turn},
        }
    }


@asynccontextmanager
async def driving(
    home: CodexHome, codex: CodexBinary
) -> AsyncGenerator[tuple[LiveTasks, Audience]]:
    audience = Audience()
    live = LiveTasks(home, codex=lambda: codex, publish=audience.publish)
    try:
        yield live, audience
    finally:
        await live.close()


def answers(seen: Path) -> dict[int, dict[str, object]]:
    frames = [json.loads(line) for line in seen.read_text("utf-8").splitlines()]
    return {frame["id"]: frame for frame in frames if "method" not in frame}


def target(place: Path) -> ResumeTarget:
    return ResumeTarget(thread_id=_ID, cwd=str(place))


async def test_a_sub_agent_asks_in_its_parent_and_a_stranger_is_declined(
    tmp_path: Path, home: CodexHome
) -> None:
    seen = tmp_path / "seen"
    child = {"id": _CHILD, "parentThreadId": _ID}
    script: list[Step] = [
        *_RESUMED,
        *_TURN,
        {"say": {"method": "thread/started", "params": {"thread": child}}},
        asks(1, "item/commandExecution/requestApproval", "nobody", command="ls"),
        asks(2, "item/commandExecution/requestApproval", _CHILD, command="ls"),
        {"expect": "turn/interrupt"},
        {"write": str(seen)},
        {"reply": {}},
        ends("interrupted"),
    ]
    async with driving(home, fake_codex(tmp_path, script)) as (live, audience):
        await live.resume(target(tmp_path))
        await live.send(_ID, "go")
        approval = await audience.approval()
        await live.answer(approval.request_id, "accept")
        assert await live.interrupt(_ID)
        await audience.turn_end()

    assert approval.thread_id == _ID
    assert answers(seen)[1]["result"] == {"decision": "decline"}
    assert answers(seen)[2]["result"] == {"decision": "accept"}


async def test_a_question_that_somebody_else_answered_is_withdrawn(
    tmp_path: Path, home: CodexHome
) -> None:
    resolved = {"threadId": _ID, "requestId": 4}
    script: list[Step] = [
        *_RESUMED,
        *_TURN,
        asks(4, "item/fileChange/requestApproval", _ID),
        {"say": {"method": "serverRequest/resolved", "params": resolved}},
        ends(),
    ]
    async with driving(home, fake_codex(tmp_path, script)) as (live, audience):
        await live.resume(target(tmp_path))
        await live.send(_ID, "go")
        approval = await audience.approval()
        assert await audience.resolved() == approval.request_id
        await audience.turn_end()
        assert live.approvals(_ID) == ()


async def test_cancelling_a_question_that_can_not_stop_the_turn_interrupts_it(
    tmp_path: Path, home: CodexHome
) -> None:
    seen = tmp_path / "seen"
    question: Step = {"id": "q", "question": "Which?", "options": []}
    script: list[Step] = [
        *_RESUMED,
        *_TURN,
        asks(9, "item/tool/requestUserInput", _ID, questions=[question]),
        {"expect": "turn/interrupt"},
        {"write": str(seen)},
        {"reply": {}},
        ends("interrupted"),
    ]
    async with driving(home, fake_codex(tmp_path, script)) as (live, audience):
        await live.resume(target(tmp_path))
        await live.send(_ID, "go")
        approval = await audience.approval()
        assert approval.kind == "userInput"
        await live.answer(approval.request_id, "cancel")
        end = await audience.turn_end()

    assert end.stop
    assert end.stop.kind is StopKind.INTERRUPTED
    assert answers(seen)[9]["result"] == {"answers": {}}


async def test_a_question_is_withdrawn_when_its_turn_or_server_ends(
    tmp_path: Path, home: CodexHome
) -> None:
    script: list[Step] = [
        *_RESUMED,
        *_TURN,
        asks(1, "item/fileChange/requestApproval", _ID),
        ends(),
        asks(2, "item/fileChange/requestApproval", _ID),
        {"exit": 0},
    ]
    async with driving(home, fake_codex(tmp_path, script)) as (live, audience):
        await live.resume(target(tmp_path))
        await live.send(_ID, "go")
        first = await audience.approval()
        assert await audience.resolved() == first.request_id
        second = await audience.approval()
        assert await audience.resolved() == second.request_id
        assert live.waiting() == frozenset()


async def test_a_server_that_dies_in_the_handshake_can_be_tried_again(
    tmp_path: Path, home: CodexHome
) -> None:
    broken, working = tmp_path / "broken", tmp_path / "working"
    broken.mkdir()
    working.mkdir()
    found = [
        fake_codex(broken, [{"expect": "initialize"}, {"exit": 1}]),
        fake_codex(working, _RESUMED),
    ]
    live = LiveTasks(home, codex=lambda: found.pop(0), publish=lambda _: None)
    try:
        with pytest.raises(CodexUnavailableError):
            await live.resume(target(tmp_path))
        assert live.state(_ID) is None
        state = await live.resume(target(tmp_path))
    finally:
        await live.close()

    assert state.loaded
    assert state.model == "m"


async def test_a_task_that_was_not_resumed_here_can_not_be_driven(
    tmp_path: Path, home: CodexHome
) -> None:
    async with driving(home, fake_codex(tmp_path, [])) as (live, _):
        with pytest.raises(TaskNotLiveError):
            await live.send(_ID, "go")
        assert not await live.interrupt(_ID)
        assert not await live.release(_ID)
        assert live.state(_ID) is None
        assert live.seq(_ID) == 0


async def test_an_end_that_comes_before_its_answer_leaves_no_turn_running(
    tmp_path: Path, home: CodexHome
) -> None:
    script: list[Step] = [
        *_RESUMED,
        {"expect": "turn/start"},
        {"say": {"method": "turn/started", "params": _STARTED}},
        ends(),
        {"reply": {"turn": {"id": "u1", "status": "inProgress"}}},
    ]
    async with driving(home, fake_codex(tmp_path, script)) as (live, audience):
        await live.resume(target(tmp_path))
        assert await live.send(_ID, "go") == "u1"
        await audience.event(TurnStarted)
        await audience.turn_end()

        state = live.state(_ID)
        assert state
        assert state.turn_id is None
        assert state.status == "idle"


async def test_a_warning_for_nobody_reaches_the_tasks_that_run(
    tmp_path: Path, home: CodexHome
) -> None:
    warning = {"threadId": None, "message": "mind the gap"}
    script: list[Step] = [
        *_RESUMED,
        *_TURN,
        {"say": {"method": "warning", "params": warning}},
        ends(),
    ]
    async with driving(home, fake_codex(tmp_path, script)) as (live, audience):
        await live.resume(target(tmp_path))
        await live.send(_ID, "go")
        assert await audience.event(WarningRaised) == WarningRaised("mind the gap")
        await audience.turn_end()
        assert not any(isinstance(one, ApprovalAsked) for one in audience.heard)
