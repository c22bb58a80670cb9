"""Many turns over many tasks in one sidecar: nothing piles up, nothing is left.

The suite runs a short one; `THREADBOOK_SOAK=200` runs 200 turns over 20 tasks.
"""

from __future__ import annotations

import asyncio
import os
from itertools import count
from typing import TYPE_CHECKING

import psutil
import pytest

from support.codex_binary import real_codex
from support.lsp import RawClient
from support.mock_model import run_codex
from threadbook.lifecycle.lock import held_threads

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from support.lsp import Message
    from support.mock_model import MockModel
    from threadbook.home import CodexHome

LONG = int(os.environ.get("THREADBOOK_SOAK") or 0)
TASKS, TURNS = (20, LONG) if LONG else (4, 24)
AT_ONCE = 4
_GROWTH_BYTES = 24 << 20
"""What a sidecar may have more at the end than after a quarter of the turns."""


pytestmark = pytest.mark.usefixtures("our_codex")


def make_tasks(home: CodexHome, folder: Path) -> list[str]:
    for number in range(TASKS):
        said = run_codex(
            real_codex(),
            home,
            folder,
            *("exec", "--skip-git-repo-check", f"task {number} [[say:begun]]"),
        )
        assert said.returncode == 0, said.stderr
    return [path.stem[-36:] for path in home.sessions.rglob("*.jsonl")]


class Soak:
    """Turns over tasks, and what the sidecar weighs meanwhile."""

    def __init__(self, client: RawClient) -> None:
        self.client = client
        self.ends: list[str] = []
        self.weights: list[int] = []
        self._process = psutil.Process(client.process.pid)
        self._numbers = count(1)
        self._gate = asyncio.Semaphore(AT_ONCE)

    async def work_on(self, thread_id: str) -> None:
        """Run a task's share of the turns, of all kinds."""
        for number in range(TURNS // TASKS):
            async with self._gate:
                prompt = _PROMPTS[number % len(_PROMPTS)]
                await self._turn(thread_id, f"turn {next(self._numbers)} {prompt}")

    async def _turn(self, thread_id: str, prompt: str) -> None:
        params = {"threadId": thread_id, "prompt": prompt}
        resumed = await self.client.result("task/resume", params)
        end = await self._end_of(resumed["turnId"])
        self.ends.append(end["event"]["status"])
        self.weights.append(self._process.memory_info().rss)

    async def _end_of(self, turn_id: str) -> Message:
        def is_end(params: Message) -> bool:
            is_completed = params.get("event", {}).get("type") == "turnCompleted"
            return is_completed and params["turnId"] == turn_id

        return await wait_for(self.client, is_end)


_PROMPTS = (
    "[[say:short]]",
    "[[big:64]]",
    "[[loop:2:echo hello %n]]",
    "[[patch:made.txt]]",
    "[[reason]] [[say:thought]]",
)


async def wait_for(client: RawClient, wanted: Callable[[Message], bool]) -> Message:
    """Take notifications out as they come, until the wanted one."""
    async with asyncio.timeout(60), client._news:
        while True:
            for message in client.notifications:
                if wanted(message.get("params", {})):
                    return message["params"]
            await client._news.wait()


@pytest.mark.timeout(max(240, 4 * LONG))
async def test_many_turns_over_many_tasks_leave_nothing_behind(
    model: MockModel, tmp_path: Path
) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    home = model.write_home(tmp_path / "codex-home")
    threads = make_tasks(home, folder)
    client = await RawClient.start(home.root)
    await client.initialize()
    await client.ask("task/list")
    soak = Soak(client)

    await asyncio.gather(*(soak.work_on(thread_id) for thread_id in threads))
    server = psutil.Process(client.process.pid).children(recursive=True)
    code, errors = await client.end()

    quarter = max(soak.weights[: len(soak.weights) // 4])
    growth = max(soak.weights[-len(soak.weights) // 4 :]) - quarter
    assert soak.ends == ["completed"] * TURNS
    assert growth < _GROWTH_BYTES, [weight >> 20 for weight in soak.weights]
    assert (code, errors) == (0, "")
    assert psutil.wait_procs(server, timeout=5)[1] == []
    assert held_threads(home) == {}
