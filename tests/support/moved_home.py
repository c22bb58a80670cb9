"""A home whose tasks our handlers move, and the real codex looks at."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from support.codex_view import codex_view, differences
from support.verbs import ask
from threadbook.index.sync import Sync
from threadbook.lifecycle.places import find_rollouts

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from support.codex_view import CodexView
    from threadbook.codex.binary import CodexBinary
    from threadbook.handlers.context import Context
    from threadbook.home import CodexHome


@dataclass(frozen=True)
class MovedHome:
    """One home, our context on it, and the binary to ask."""

    home: CodexHome
    binary: CodexBinary
    context: Context
    cwd: Path

    def codex(self) -> AbstractAsyncContextManager[CodexView]:
        """Ask the real codex."""
        return codex_view(self.binary, self.home)

    def scan(self) -> None:
        """Bring our index up to date."""
        Sync(self.context.home, self.context.index).scan()

    async def call(self, method: str, **params: object) -> Any:  # noqa: ANN401
        """Handle a request of ours."""
        return await ask(self.context, method, **params)

    async def done(self, method: str, *thread_ids: str, **params: object) -> None:
        """Handle a request that must work for every task."""
        response = await self.call(method, threadIds=thread_ids, **params)
        assert [(each.thread_id, each.ok) for each in response.results] == [
            (each, True) for each in thread_ids
        ], response

    def states(self) -> dict[str, tuple[str, str | None]]:
        """Return the state and the name of each task, as our index knows them."""
        from threadbook.index.types import TaskQuery  # noqa: PLC0415

        page = self.context.index.list_tasks(TaskQuery(states=None, limit=None))
        return {row.thread_id: (row.state.value, row.name) for row in page.rows}

    def files(self, *thread_ids: str) -> dict[str, tuple[int, bytes]]:
        """Return times and bytes of the files of threads outside of the trash."""
        found = find_rollouts(self.home, set(thread_ids))  # pyright: ignore[reportArgumentType]
        paths = [self.home.root / place for each in found.values() for place in each]
        return {
            str(path.relative_to(self.home.root)): (
                path.stat().st_mtime_ns,
                path.read_bytes(),
            )
            for path in paths
        }

    async def differences(self) -> dict[str, str]:
        """Return where codex's own doctor finds files and database differ."""
        return await asyncio.to_thread(differences, self.binary, self.home)

    async def codex_finds_no_difference(self) -> None:
        """See that codex's own doctor is content."""
        assert await self.differences() == {}
