"""`watch` and `resume` at a task that a window drives: real sidecar, real codex."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from support.codex_binary import real_codex
from support.mock_model import run_codex
from support.terminal import command_of, environment
from support.windows import lone_window, streamed, task_of, windows

if sys.platform == "win32":
    pytest.skip("windows do not share tasks there", allow_module_level=True)

from support.screen import on_screen

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from contextlib import AbstractAsyncContextManager

    from support.live import World
    from support.lsp import RawClient

Line = dict[str, Any]


pytestmark = pytest.mark.usefixtures("our_codex")


class Command:
    """A `threadbook` command that runs, and the lines of its output."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.lines: list[Line] = []

    async def until(self, kind: str) -> Line:
        """Read on to the next event of a type; return its line."""
        assert self.process.stdout
        async with asyncio.timeout(30):
            while line := await self.process.stdout.readline():
                self.lines.append(json.loads(line))
                if self.lines[-1].get("event", {}).get("type") == kind:
                    return self.lines[-1]
        raise AssertionError(self.lines)

    def kinds(self) -> list[str]:
        return [line["event"]["type"] for line in self.lines if "event" in line]

    def streamed(self) -> str:
        events = [line["event"] for line in self.lines if "event" in line]
        return "".join(one["delta"] for one in events if one["type"] == "itemDelta")

    async def end(self) -> tuple[int | None, str]:
        """Read the rest; return the exit code and what was said on stderr."""
        assert self.process.stdout
        assert self.process.stderr
        async with asyncio.timeout(30):
            rest = await self.process.stdout.read()
            errors = await self.process.stderr.read()
            await self.process.wait()
        self.lines += map(json.loads, rest.splitlines())
        return self.process.returncode, errors.decode()


@asynccontextmanager
async def running(world: World, *words: str) -> AsyncGenerator[Command]:
    process = await asyncio.create_subprocess_exec(
        *command_of(world.home, *words),
        env=environment(),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        limit=1 << 22,
    )
    try:
        yield Command(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@asynccontextmanager
async def watching(world: World, *words: str) -> AsyncGenerator[Command]:
    async with running(world, "watch", *words) as watch:
        assert watch.process.stdout
        first = json.loads(await watch.process.stdout.readline())
        assert first == {"watching": words[0] if words else None}
        yield watch
        watch.process.send_signal(signal.SIGINT)
        assert (await watch.end())[0] == 130


@asynccontextmanager
async def beside(
    world: World, starting: AbstractAsyncContextManager[Command]
) -> AsyncGenerator[tuple[RawClient, Command]]:
    """Run a command beside a window that has the task loaded, and keeps it so.

    An idle task is let go of after a few seconds, which a command may take to start.
    """
    async with windows(world, 1) as (driver,):
        await driver.result("task/resume", task_of(world))
        keeping = asyncio.create_task(keep(driver, world))
        try:
            async with starting as command:
                yield driver, command
        finally:
            keeping.cancel()


async def keep(driver: RawClient, world: World) -> None:
    """Have the task loaded again and again, until cancelled."""
    while True:
        await asyncio.sleep(1)
        await driver.result("task/resume", task_of(world))


@pytest.mark.parametrize("named", [True, False])
async def test_watch_streams_what_a_window_drives_word_by_word(
    world: World, *, named: bool
) -> None:
    task = task_of(world)
    words = (world.target.thread_id,) if named else ()
    async with beside(world, watching(world, *words)) as (driver, watch):
        text = "[[slow:2]] one two three four five six"
        await driver.result("task/send", {**task, "text": text})
        ended = await watch.until("turnCompleted")
        there = streamed(driver)

    assert ended["event"]["status"] == "completed"
    assert watch.streamed() == there != ""
    assert watch.kinds().count("itemDelta") > 2
    assert watch.kinds().count("turnStarted") == 1
    numbers = [line["seq"] for line in watch.lines if "seq" in line]
    assert numbers == sorted(set(numbers))


async def test_watch_goes_back_to_the_file_when_the_window_dies(world: World) -> None:
    task = task_of(world)
    driver = await lone_window(world)
    async with watching(world, world.target.thread_id) as watch:
        prompt = "[[shell:sleep 300]] please"
        await driver.result("task/resume", {**task, "prompt": prompt})
        await watch.until("itemStarted")
        driver.process.kill()
        await driver.process.wait()
        cut = await watch.until("turnCompleted")
        said = await asyncio.to_thread(
            run_codex,
            real_codex(),
            world.home,
            world.folder,
            *("exec", "--skip-git-repo-check", "resume", world.target.thread_id),
            "on [[say:from the file]]",
        )
        assert said.returncode == 0, said.stderr
        after = await watch.until("turnCompleted")

    ends = [one for one in watch.lines if one.get("turnId") == cut["turnId"]]
    assert cut["event"]["status"] == "interrupted"
    assert [one["event"]["type"] for one in ends].count("turnCompleted") == 1
    assert after["turnId"] != cut["turnId"]
    assert after["event"]["status"] == "completed"
    assert "from the file" in json.dumps(watch.lines)


async def test_a_question_does_not_wait_for_somebody_who_only_watches(
    world: World,
) -> None:
    task = task_of(world)
    asking = {"approval": "untrusted", "prompt": "[[shell:touch made-it]]"}
    async with beside(world, watching(world, world.target.thread_id)) as (
        driver,
        watch,
    ):
        await driver.result("task/resume", {**task, **asking})
        await driver.notified("task/approval")
        await driver.result("task/release", task)
        end = await watch.until("turnCompleted")

    assert end["event"]["status"] == "completed"
    assert not (world.folder / "made-it").exists()


async def test_resume_runs_its_turn_in_the_window_that_has_the_task(
    world: World,
) -> None:
    words = ("--json", world.target.thread_id, "[[say:both hear it]]")
    async with beside(world, running(world, "resume", *words)) as (driver, resume):
        # Asserted first: without a turn there is no end of it to wait for.
        assert await resume.end() == (0, "")
        end = await driver.event("turnCompleted")
        read = await driver.result("task/read", task_of(world))

    started = resume.lines[0]["started"]
    assert started["how"] == "resumed"
    assert started["turnId"] == end["turnId"] == resume.lines[-1]["turnId"]
    assert resume.kinds()[-1] == "turnCompleted"
    assert resume.streamed() == "both hear it"
    assert read["turns"][0]["items"][-1]["text"]["text"] == "both hear it"


async def test_resume_adds_to_a_turn_that_runs_in_a_window_and_leaves_it_running(
    world: World,
) -> None:
    task = task_of(world)
    words = ("resume", world.target.thread_id, "and this", "--timeout", "2")
    async with windows(world, 1) as (driver,):
        prompt = {"prompt": "[[shell:sleep 6]] slowly"}
        begun = await driver.result("task/resume", {**task, **prompt})
        await driver.event("itemStarted")
        async with running(world, *words) as resume:
            code, errors = await resume.end()
        before = [one["params"].get("event", {}) for one in driver.notifications]
        end = await driver.event("turnCompleted")

    assert code == 9
    assert "added to the turn that runs" in errors
    assert "it goes on there" in errors
    assert not [one for one in before if one.get("type") == "turnCompleted"]
    assert end["turnId"] == begun["turnId"]
    assert end["event"]["status"] == "completed"
    assert "and this" in world.rollout()


async def test_ctrl_c_stops_the_turn_that_was_begun_at_the_terminal(
    world: World,
) -> None:
    words = ("--json", world.target.thread_id, "[[shell:sleep 300]] go")
    async with beside(world, running(world, "resume", *words)) as (driver, resume):
        await resume.until("itemStarted")
        resume.process.send_signal(signal.SIGINT)
        code, _ = await resume.end()
        end = await driver.event("turnCompleted")

    assert code == 130
    assert end["event"]["status"] == "interrupted"


async def test_a_window_killed_in_mid_turn_fails_the_turn_at_the_terminal(
    world: World,
) -> None:
    driver = await lone_window(world)
    await driver.result("task/resume", task_of(world))
    words = ("resume", "--json", world.target.thread_id, "[[shell:sleep 300]] go")
    async with running(world, *words) as resume:
        await resume.until("itemStarted")
        driver.process.kill()
        await driver.process.wait()
        code, errors = await resume.end()

    assert code == 9
    assert json.loads(errors)["error"]["data"]["code"] == "processDied"


async def test_a_refusal_of_the_window_has_its_kind_and_exit_code(
    world: World,
) -> None:
    task = task_of(world)
    words = ("resume", "--json", world.target.thread_id, "hello")
    async with windows(world, 1) as (driver,):
        await driver.result("task/resume", task)
        await driver.result("task/clear", {"threadIds": [world.target.thread_id]})
        async with running(world, *words) as resume:
            code, errors = await resume.end()

    assert code == 10, errors
    assert json.loads(errors)["error"]["kind"] == "notPossible"


async def test_a_question_of_a_turn_in_a_window_is_answered_at_the_terminal(
    world: World,
) -> None:
    task = task_of(world)
    async with windows(world, 1) as (driver,):
        await driver.result("task/resume", {**task, "approval": "untrusted"})
        prompt = "[[shell:touch made-it]]"
        command = command_of(world.home, "resume", world.target.thread_id, prompt)

        def answer() -> tuple[int, str]:
            env = environment() | {"TERM": "dumb"}
            with on_screen(command, env, world.folder) as screen:
                screen.until("cancel: ")
                screen.type("a\n")
                return screen.end(), screen.text

        code, text = await asyncio.to_thread(answer)
        asked = await driver.notified("task/approval")
        request_id = asked["approval"]["requestId"]
        await driver.notified("task/approvalResolved", requestId=request_id)

    assert code == 0, text
    assert (world.folder / "made-it").exists()
