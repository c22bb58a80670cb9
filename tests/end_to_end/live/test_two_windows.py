"""Two windows on one task: real sidecars, the real codex, turns that outlive them."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import psutil
import pytest

from support.live import until_free
from support.windows import (
    begun,
    deltas,
    events,
    family_of,
    lone_window,
    shut,
    streamed,
    task_of,
    windows,
)

if TYPE_CHECKING:
    from support.live import World
    from support.lsp import Message, RawClient


ASKING = {"approval": "untrusted", "prompt": "[[shell:touch made-it]]"}
"""Params of a `task/resume` whose agent asks before it does anything."""


pytestmark = pytest.mark.usefixtures("our_codex")


async def until_said(client: RawClient, words: str) -> None:
    """Wait for the user's message that holds *words*."""

    def is_said() -> bool:
        items = [one["event"].get("item", {}) for one in events(client)]
        messages = [one for one in items if one.get("type") == "userMessage"]
        return any(words in one["text"]["text"] for one in messages)

    async with asyncio.timeout(30):
        while not is_said():  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def said_by(world: World, *words: str) -> Message:
    """Return what a `threadbook` command prints."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "threadbook", "--codex-home", str(world.home.root)),
        *words,
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await process.communicate()
    return orjson.loads(said)


async def test_both_windows_hear_one_turn_and_either_may_steer_it(
    world: World,
) -> None:
    task = task_of(world)
    async with windows(world) as (first, second):
        await first.result("task/resume", task)
        resumed = await second.result("task/resume", task)
        sent = await second.result(
            "task/send", {**task, "text": "[[slow:1]] one two three"}
        )
        ends = [await each.event("turnCompleted") for each in (first, second)]
        read = await second.result("task/read", task)

    assert resumed["threadId"] == world.target.thread_id
    assert resumed["task"]["holder"] is None
    assert [end["turnId"] for end in ends] == [sent["turnId"]] * 2
    assert streamed(first) == streamed(second) != ""
    numbers = [one["seq"] for one in events(second)]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    assert numbers[0] == resumed["seq"] + 1
    assert read["seq"] == numbers[-1]


async def test_the_second_window_steers_and_interrupts_the_turn_of_the_first(
    world: World,
) -> None:
    task = task_of(world)
    async with windows(world) as (first, second):
        begun = await first.result(
            "task/resume", {**task, "prompt": "[[shell:sleep 3]] slowly"}
        )
        await first.event("itemStarted")
        await second.result("task/resume", task)
        steered = await second.result(
            "task/steer", {**task, "text": "[[shell:sleep 300]]"}
        )
        await asyncio.gather(
            *(until_said(each, "sleep 300") for each in (first, second))
        )
        stopped = await second.result("task/interrupt", task)
        ends = [await each.event("turnCompleted") for each in (first, second)]
        again = await second.result("task/interrupt", task)

    assert steered["turnId"] == begun["turnId"]
    assert stopped == {"interrupted": True}
    assert again == {"interrupted": False}
    assert [end["turnId"] for end in ends] == [begun["turnId"]] * 2
    assert [end["event"]["status"] for end in ends] == ["interrupted"] * 2
    assert "turn_aborted" in world.rollout()


async def test_a_question_is_shown_in_both_windows_and_answered_once(
    world: World,
) -> None:
    task = task_of(world)
    async with windows(world) as (first, second):
        await second.result("task/follow", task)
        await first.result("task/resume", {**task, **ASKING})
        asked = [await each.notified("task/approval") for each in (first, second)]
        listed = await second.result("task/list")
        request_id = asked[0]["approval"]["requestId"]
        answer = {**task, "requestId": request_id, "decision": "accept"}
        answers = await asyncio.gather(
            second.ask("task/answer", answer), first.ask("task/answer", answer)
        )
        for each in (first, second):
            await each.notified("task/approvalResolved", requestId=request_id)
            await each.event("turnCompleted")

    assert asked[0] == asked[1]
    assert listed["tasks"][0]["status"] == "waiting"
    kinds = [one["error"]["data"]["kind"] for one in answers if "error" in one]
    assert kinds == ["approvalGone"]
    assert (world.folder / "made-it").exists()


async def test_a_view_that_closes_leaves_the_question_to_the_other(
    world: World,
) -> None:
    task = task_of(world)
    async with windows(world) as (first, second):
        await first.result("task/resume", {**task, **ASKING})
        asked = await first.notified("task/approval")
        seen = await second.result("task/follow", task)
        await first.result("task/release", task)
        again = await second.result("task/follow", task)
        await second.result("task/unfollow", task)
        resolved = await first.notified("task/approvalResolved")
        end = await first.event("turnCompleted")

    assert seen["approvals"] == again["approvals"] == [asked["approval"]]
    assert resolved["requestId"] == asked["approval"]["requestId"]
    assert end["event"]["status"] == "completed"
    assert not (world.folder / "made-it").exists()


@pytest.mark.parametrize("says", [[], ["shutdown", "exit"]], ids=["eof", "exit"])
async def test_a_turn_outlives_its_window_and_leaves_nothing_behind(
    world: World, says: list[str]
) -> None:
    task = task_of(world)
    first = await begun(world, "[[slow:12]] a long story", "turnStarted")
    family = family_of(first)
    for method in says:
        await (first.tell(method, None) if method == "exit" else first.ask(method))
    errors = await shut(first)
    went_on = first.process.returncode is None
    locks, diagnosed = await asyncio.gather(
        said_by(world, "locks", "--json"), said_by(world, "doctor", "--json")
    )
    (lock,) = locks["locks"]
    announced = list(world.home.live.iterdir())
    said = orjson.loads(announced[0].read_bytes())
    async with asyncio.timeout(30):
        code = await first.process.wait()

    assert (code, errors) == (0, b"")
    assert went_on
    assert lock["holder"]["program"] == "Threadbook, window closed, still running"
    (finding,) = [
        one
        for one in diagnosed["findings"]
        if one["message"].startswith("A turn runs on though its window is closed")
    ]
    assert task["threadId"] in finding["message"]
    assert str(lock["holder"]["pid"]) in finding["remedy"]
    assert said["pid"] == first.process.pid
    assert '"task_complete"' in world.rollout()
    assert "turn_aborted" not in world.rollout()
    assert psutil.wait_procs(family, timeout=5)[1] == []
    assert list(world.home.live.iterdir()) == []
    assert not Path(said["address"]).parent.exists()


async def test_a_window_that_reloads_hears_the_rest_without_a_gap_or_a_double(
    world: World,
) -> None:
    task = task_of(world)
    text = " ".join(f"word{number}" for number in range(60))
    first = await begun(world, f"[[slow:12]] {text}", "itemDelta")
    await asyncio.sleep(1)
    await shut(first)
    async with windows(world, 1) as (second,):
        followed, read = await asyncio.gather(
            second.result("task/follow", task), second.result("task/read", task)
        )
        before = [one for one in events(second) if one["seq"] > read["seq"]]
        end = await second.event("turnCompleted")
        whole = await second.result("task/read", task)
        await asyncio.wait_for(first.process.wait(), 20)
        after = [one for one in events(second) if one["seq"] > read["seq"]]
        await second.result("task/resume", {**task, "prompt": "[[say:and on]]"})

    assert followed["approvals"] == []
    assert before == []
    assert [one["seq"] for one in after] == list(
        range(read["seq"] + 1, read["seq"] + 1 + len(after))
    )
    growing = read["turns"][0]["items"][-1]
    rest = deltas(after)
    assert read["turns"][0]["status"] == "inProgress"
    assert growing["text"]["text"] != ""
    assert rest != ""
    said = growing["text"]["text"] + rest
    assert said == whole["turns"][0]["items"][-1]["text"]["text"]
    assert "word0 word1" in said
    assert end["event"]["status"] == "completed"


async def test_a_question_waits_for_the_window_that_comes_back(world: World) -> None:
    task = task_of(world)
    first = await lone_window(world)
    await first.result("task/resume", {**task, **ASKING})
    asked = await first.notified("task/approval")
    await shut(first)
    async with windows(world, 1) as (second,):
        followed = await second.result("task/follow", task)
        request_id = followed["approvals"][0]["requestId"]
        answer = {**task, "requestId": request_id, "decision": "accept"}
        await second.result("task/answer", answer)
        end = await second.event("turnCompleted")
        await asyncio.wait_for(first.process.wait(), 20)

    assert followed["approvals"] == [asked["approval"]]
    assert end["event"]["status"] == "completed"
    assert (world.folder / "made-it").exists()


async def test_who_missed_events_gets_them_again(world: World) -> None:
    task = task_of(world)
    async with windows(world) as (first, second):
        resumed = await second.result("task/follow", task)
        await first.result("task/resume", task)
        taken = await second.result("task/resume", task)
        await first.result("task/send", {**task, "text": "[[say:all of it]]"})
        for each in (first, second):
            await each.event("turnCompleted")
        answers: list[Any] = []
        for client, seq in ((first, 0), (second, taken["seq"])):
            after = {**task, "afterSeq": seq}
            answers.append(await client.result("task/follow", after))
        unknown = await first.result("task/follow", {**task, "afterSeq": 10_000})

    assert resumed["missed"] == []
    for client, answer in zip((first, second), answers, strict=True):
        heard = [one for one in events(client) if one["seq"] <= answer["seq"]]
        assert answer["missed"] == heard[-len(answer["missed"]) :]
        assert answer["missed"][-1]["seq"] == answer["seq"]
        kinds = [one["event"]["type"] for one in answer["missed"]]
        assert "turnStarted" in kinds
        assert "turnCompleted" in kinds
    assert unknown["missed"] is None


async def test_the_other_window_tells_of_a_driver_that_was_killed(
    world: World,
) -> None:
    task = task_of(world)
    async with windows(world, 1) as (second,):
        first = await lone_window(world)
        await second.result("task/follow", task)
        started = await first.result(
            "task/resume", {**task, "prompt": "[[shell:sleep 300]] please"}
        )
        await second.event("turnStarted")
        await first.event("itemStarted")
        await second.result("task/resume", task)
        first.process.send_signal(signal.SIGKILL)
        await first.process.wait()
        end = await second.event("turnCompleted")
        await until_free(world.home, world.target.thread_id)
        again = await second.result("task/resume", {**task, "prompt": "[[say:on]]"})
        done = await second.notified("task/event", turnId=again["turnId"])

    assert end["turnId"] == started["turnId"]
    assert end["event"]["status"] == "interrupted"
    assert end["event"]["stop"]["kind"] == "processDied"
    assert done
    assert list(world.home.live.iterdir()) == []


async def test_a_signal_ends_a_process_that_goes_on_without_a_window(
    world: World,
) -> None:
    first = await begun(world, "[[shell:sleep 300]] go", "itemStarted")
    family = family_of(first)
    await shut(first)
    os.kill(first.process.pid, signal.SIGTERM)
    code = await asyncio.wait_for(first.process.wait(), 20)

    assert code == 0
    assert psutil.wait_procs(family, timeout=10)[1] == []
    assert "turn_aborted" in world.rollout()


async def test_a_turn_without_a_window_ends_when_its_home_is_gone(
    world: World,
) -> None:
    first = await begun(world, "[[shell:sleep 300]] go", "itemStarted")
    family = family_of(first)
    (announced,) = world.home.live.iterdir()
    address = Path(orjson.loads(announced.read_bytes())["address"])
    await shut(first)
    async with asyncio.timeout(10):
        while not orjson.loads(announced.read_bytes())["windowless"]:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    went_on = first.process.returncode is None
    # What is open stays open: it is the name that is gone.
    world.home.root.rename(world.home.root.with_name("elsewhere"))
    code = await asyncio.wait_for(first.process.wait(), 20)

    assert went_on
    assert code == 0
    assert psutil.wait_procs(family, timeout=10)[1] == []
    assert not address.parent.exists()


async def test_a_window_of_another_version_is_named_and_followed(
    world: World,
) -> None:
    task = task_of(world)
    async with windows(world) as (first, second):
        await first.result("task/resume", {**task, "prompt": "[[slow:3]] speak"})
        await first.event("turnStarted")
        (path,) = world.home.live.iterdir()
        said = orjson.loads(path.read_bytes())
        path.write_bytes(orjson.dumps({**said, "version": "0.0.1"}))
        await second.result("task/follow", task)
        refused = await second.ask("task/resume", task)
        end = await second.event("turnCompleted")

    assert refused["error"]["data"]["kind"] == "taskInUse"
    assert "Threadbook 0.0.1" in refused["error"]["message"]
    assert "reload that window" in refused["error"]["message"]
    assert end["event"]["status"] == "completed"
