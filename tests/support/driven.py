"""A context whose tasks are driven by the real codex, as the sidecar has it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from support.codex_binary import NEWEST, real_codex
from support.live import Audience
from threadbook.handlers.assemble import assemble
from threadbook.index.sync import Sync
from threadbook.live.tasks import LiveTasks

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from threadbook.handlers.context import Context
    from threadbook.home import CodexHome


@asynccontextmanager
async def driven(
    home: CodexHome, *, idle_seconds: float = 60.0, version: str = NEWEST
) -> AsyncGenerator[tuple[Context, Audience]]:
    """Open a context on *home* that drives tasks, and hear what it says."""
    audience = Audience()
    context = assemble(home.root, str(real_codex(version).path))
    live = LiveTasks(
        home, codex=context.codex, publish=audience.publish, idle_seconds=idle_seconds
    )
    context.live = live
    look(context)
    try:
        yield context, audience
    finally:
        await live.close()
        context.index.close()
        context.book.close()


def look(context: Context) -> None:
    """Bring the index up to date."""
    Sync(context.home, context.index).scan()
