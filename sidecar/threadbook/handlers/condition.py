"""The condition of the trash: what doctor says of it, and what a start sets right."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from threadbook.errors import TaskError
from threadbook.handlers.moving import tell_codex
from threadbook.handlers.trash import empty_trash
from threadbook.lifecycle.manifest import entries
from threadbook.lifecycle.owed import owed_folders
from threadbook.lifecycle.repair import past_repairs, recover
from threadbook.protocol.doctor import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from threadbook.handlers.context import Context

_DAY_SECONDS = 86_400.0
_LATELY_MS = 7 * 86_400_000


def trash_findings(context: Context) -> Iterator[Finding]:
    """Say what is in the trash, what was repaired lately, what Codex is owed."""
    home = context.home
    found = list(entries(home))
    stored = sum(file.bytes for entry in found for file in entry.manifest.files)
    message = f"{len(found)} tasks are in the trash ({stored} bytes)"
    yield Finding(check="trash", level="ok", message=message, remedy=None)
    for at, repair in past_repairs(home):
        if at >= context.clock() - _LATELY_MS:
            day = time.strftime("%Y-%m-%d %H:%M", time.localtime(at / 1000))
            yield Finding(
                check="trash",
                level="ok" if repair.well else "warning",
                message=f"{day}: {repair.message}",
                remedy=None if repair.well else f"Look into {home.own}",
            )
    owed = len(owed_folders(home))
    if owed:
        yield Finding(
            check="trash",
            level="warning",
            message=f"Codex has yet to be told of {owed} deleted or restored tasks",
            remedy="Nothing to do: it is told as soon as there is a codex that can "
            "(0.142 or newer)",
        )


def start_tidying(context: Context, keep_days: int) -> None:
    """Set right what a crash left, empty the trash now and each day; on the loop."""
    context.tidying = asyncio.create_task(_tidy(context, keep_days))


async def stop_tidying(context: Context) -> None:
    """Stop that."""
    tidying, context.tidying = context.tidying, None
    if tidying is not None:
        tidying.cancel()
        await asyncio.wait({tidying})


async def _tidy(context: Context, keep_days: int) -> None:
    while True:
        # A home that is full or read-only today may not be so tomorrow.
        with suppress(TaskError):
            await asyncio.to_thread(recover, context.home)
            await asyncio.to_thread(empty_trash, context, keep_days)
            await tell_codex(context)
        await asyncio.sleep(_DAY_SECONDS)
