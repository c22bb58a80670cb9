"""Drive LiveTasks in a test, and wait for what it publishes without sleeping."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from support.codex_binary import NEWEST, real_codex
from support.mock_model import run_codex
from threadbook.ids import ThreadId
from threadbook.items import ItemCompleted, ItemDelta, TurnCompleted
from threadbook.lifecycle.lock import holder_of
from threadbook.lifecycle.resume import ResumeTarget
from threadbook.live.tasks import LiveTasks
from threadbook.live.types import ApprovalAsked, ApprovalResolved, TaskEvent

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable
    from pathlib import Path

    from support.mock_model import MockModel
    from threadbook.codex.binary import CodexBinary
    from threadbook.home import CodexHome
    from threadbook.items import Event, Item
    from threadbook.live.types import Approval, Published

_T = TypeVar("_T")
_PATIENCE_SECONDS = 30.0


class Audience:
    """Everything that was published, in order; give `publish` to LiveTasks."""

    def __init__(self) -> None:
        self.heard: list[Published] = []
        self._news = asyncio.Event()
        self._seen = 0

    def publish(self, published: Published) -> None:
        self.heard.append(published)
        self._news.set()

    async def until(self, wanted: Callable[[Published], _T | None]) -> _T:
        """Return what *wanted* makes of the first new message that it wants."""
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while True:
                while self._seen < len(self.heard):
                    self._seen += 1
                    found = wanted(self.heard[self._seen - 1])
                    if found is not None:
                        return found
                self._news.clear()
                await self._news.wait()

    async def event(self, kind: type[_T]) -> _T:
        """Wait for the next event of this kind."""

        def wanted(published: Published) -> _T | None:
            if isinstance(published, TaskEvent) and isinstance(published.event, kind):
                return published.event
            return None

        return await self.until(wanted)

    async def turn_end(self) -> TurnCompleted:
        return await self.event(TurnCompleted)

    async def approval(self) -> Approval:
        def wanted(published: Published) -> Approval | None:
            is_asked = isinstance(published, ApprovalAsked)
            return published.approval if is_asked else None

        return await self.until(wanted)

    async def resolved(self) -> str:
        def wanted(published: Published) -> str | None:
            is_resolved = isinstance(published, ApprovalResolved)
            return published.request_id if is_resolved else None

        return await self.until(wanted)

    def events(self) -> list[Event]:
        return [one.event for one in self.heard if isinstance(one, TaskEvent)]

    def numbers(self) -> list[int]:
        return [one.seq for one in self.heard if isinstance(one, TaskEvent)]

    def completed(self, kind: type[_T]) -> list[_T]:
        """Return the completed items of this kind."""
        items: list[Item] = [
            event.item for event in self.events() if isinstance(event, ItemCompleted)
        ]
        return [item for item in items if isinstance(item, kind)]

    def streamed(self, field: str = "text") -> str:
        """Return all deltas of a field, joined."""
        return "".join(
            event.delta
            for event in self.events()
            if isinstance(event, ItemDelta) and event.field == field
        )


@dataclass
class World:
    """A home with one task that the real codex wrote, and its folder."""

    home: CodexHome
    folder: Path
    target: ResumeTarget

    def rollout(self) -> str:
        (path,) = self.home.sessions.rglob(f"*{self.target.thread_id}.jsonl")
        return path.read_text(encoding="utf-8")


def make_world(
    model: MockModel,
    place: Path,
    codex: CodexBinary,
    prepare: Callable[[CodexHome], None] = lambda _: None,
) -> World:
    """Make it; *prepare* sees the home before Codex does."""
    folder = place / "project"
    folder.mkdir()
    home = model.write_home(place / "codex-home")
    prepare(home)
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
