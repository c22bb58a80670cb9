"""What goes wrong on the way to the model, for every generation, in old Codexes too.

The same turns one after the other in one task: each ends as it must, and the next one
runs all the same.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from support.codex_binary import real_codex
from support.driven import driven
from support.fake_app_server import HANDSHAKE, fake_codex
from support.live import Audience, make_world
from support.rollouts import rollout
from threadbook.errors import CodexUnavailableError
from threadbook.handlers.live import task_resume, task_send
from threadbook.home import CodexHome
from threadbook.ids import ThreadId
from threadbook.items import ItemDelta, TurnStatus
from threadbook.lifecycle.resume import ResumeTarget
from threadbook.live.tasks import LiveTasks
from threadbook.protocol.live import TaskResumeParams, TaskSendParams

if TYPE_CHECKING:
    from pathlib import Path

    from support.mock_model import MockModel
    from support.rollouts import Generation
    from threadbook.items import Stop, TurnCompleted

_TROUBLES = (
    ("[[limit:600]]", "usageLimit"),
    ("[[drop]]", "error"),
    ("[[drop:1]] [[say:after all]]", None),
    ("[[http:503]]", "overloaded"),
    ("[[rate429]]", "overloaded"),
    ("[[failed:server_is_overloaded]]", "overloaded"),
    ("[[slow:1.5]] take your time", None),
    ("[[burst:4000]]", None),
)
_SAID_AS_ERROR = {("0.98.0", "[[failed:server_is_overloaded]]")}
"""That Codex does not know the code, and passes on no more than a broken stream."""


@pytest.mark.parametrize(
    ("version", "generation"),
    [
        ("0.169.0", "json"),
        ("0.169.0", "bare"),
        ("0.169.0", "enveloped"),
        ("0.169.0", "paginated"),
        ("0.148.0", "bare"),
        ("0.148.0", "enveloped"),
        ("0.148.0", "paginated"),
        ("0.98.0", "enveloped"),
    ],
)
async def test_each_trouble_is_named_and_the_next_turn_runs(
    model: MockModel, tmp_path: Path, version: str, generation: Generation
) -> None:
    home, thread_id = make_task(model, tmp_path, version, generation)
    async with driven(home, version=version) as (context, audience):
        wanted = TaskResumeParams(thread_id=thread_id, cwd=str(tmp_path))
        resumed = await task_resume(context, wanted)
        for number, (words, kind) in enumerate(_TROUBLES):
            # The mock counts dropped tries by the words.
            said = TaskSendParams(
                thread_id=resumed.thread_id,
                text=f"{words} {number} {version} {generation}",
            )
            await task_send(context, said)
            end = await audience.turn_end()
            wanted_kind = "error" if (version, words) in _SAID_AS_ERROR else kind
            assert (words, kind_of(end)) == (words, wanted_kind)
            if kind == "usageLimit":
                assert stop_of(end).resets_at
        numbers = audience.numbers()

    assert "after all" in audience.streamed()
    assert "3999 " in audience.streamed()
    assert numbers == list(range(1, len(numbers) + 1))


async def test_a_task_of_2025_needs_a_newer_codex_and_says_so(
    model: MockModel, tmp_path: Path
) -> None:
    home, thread_id = make_task(model, tmp_path, "0.98.0", "bare")
    async with driven(home, version="0.98.0") as (context, _):
        with pytest.raises(CodexUnavailableError) as refused:
            await task_resume(
                context, TaskResumeParams(thread_id=thread_id, cwd=str(tmp_path))
            )

    assert refused.value.needed == "0.130.0"


def make_task(
    model: MockModel, place: Path, version: str, generation: Generation
) -> tuple[CodexHome, str]:
    """Make a task of that generation, by the real codex where one still does."""
    if generation in {"json", "bare"}:
        home = model.write_home(place / "codex-home")
        built = rollout(home.root, generation=generation, cwd=str(place))
        built.user("the old plan").agent("aye").done()
        return home, built.thread_id
    author = "0.98.0" if generation == "enveloped" else "0.148.0"
    author = version if generation == "paginated" else author
    world = make_world(model, place, real_codex(author))
    return world.home, world.target.thread_id


def kind_of(end: TurnCompleted) -> str | None:
    if end.status is TurnStatus.COMPLETED:
        return None
    return stop_of(end).kind.value


def stop_of(end: TurnCompleted) -> Stop:
    assert end.status is TurnStatus.FAILED
    assert end.stop
    assert end.stop.message
    return end.stop


_TASK = "01a1fb42-0000-7000-8000-000000000001"
_WHERE = {"threadId": _TASK, "turnId": "t1"}
_NONSENSE: tuple[dict[str, object], ...] = (
    {"raw": "no JSON"},
    {"raw": '{"method": "turn/started"'},
    {"say": {"method": "turn/started", "params": None}},
    {"say": {"method": "turn/started", "params": {"threadId": 5}}},
    {"say": {"method": "item/started", "params": {**_WHERE, "item": "none"}}},
    {"say": {"method": "item/completed", "params": {**_WHERE, "item": {"type": 7}}}},
    {"say": {"method": "item/agentMessage/delta", "params": {**_WHERE, "delta": {}}}},
    {"say": {"method": "turn/completed", "params": {"threadId": _TASK, "turn": []}}},
    {"say": {"method": "account/rateLimits/updated", "params": {"rateLimits": 3}}},
    {"say": {"method": "error", "params": {**_WHERE, "error": "plain"}}},
    {"say": {"id": "q1", "method": "item/tool/requestUserInput", "params": "odd"}},
    {"say": {"id": "q2", "method": "never/heard/of", "params": {}}},
    {"say": {"id": 999, "result": {"nobody": "asked"}}},
)


async def test_messages_of_no_sense_do_not_deafen_us_for_the_rest_of_a_turn(
    tmp_path: Path,
) -> None:
    def turn(status: str) -> dict[str, object]:
        return {"id": "t1", "items": [], "status": status, "error": None}

    delta = {**_WHERE, "itemId": "i", "delta": "still here"}
    thread = {"id": _TASK, "cwd": str(tmp_path), "status": {"type": "idle"}}
    binary = fake_codex(
        tmp_path,
        [
            *HANDSHAKE,
            {"expect": "thread/resume"},
            {"reply": {"thread": thread, "cwd": str(tmp_path), "model": "m"}},
            {"expect": "turn/start"},
            {"reply": {"turn": turn("inProgress")}},
            {
                "say": {
                    "method": "turn/started",
                    "params": {"threadId": _TASK, "turn": turn("inProgress")},
                }
            },
            *_NONSENSE,
            {"say": {"method": "item/agentMessage/delta", "params": delta}},
            {
                "say": {
                    "method": "turn/completed",
                    "params": {"threadId": _TASK, "turn": turn("completed")},
                }
            },
            {"hold": True},
        ],
    )
    audience = Audience()
    root = tmp_path / "codex-home"
    root.mkdir()
    live = LiveTasks(CodexHome(root), codex=lambda: binary, publish=audience.publish)
    try:
        target = ResumeTarget(thread_id=ThreadId(_TASK), cwd=str(tmp_path))
        await live.resume(target)
        await live.send(_TASK, "go")
        async with asyncio.timeout(20):
            end = await audience.turn_end()
        said = [one.delta for one in audience.events() if isinstance(one, ItemDelta)]
    finally:
        await live.close()

    assert end.status is TurnStatus.COMPLETED
    assert "still here" in "".join(said)
