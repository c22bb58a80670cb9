"""Moving: what every verb that moves tasks does before and after.

Before: let go of tasks that we drive ourselves, see who else has them open. After:
bring the index up to date, and tell Codex what it is owed, for a moment inside the
request and then behind it.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from threadbook.codex.client import AppServer
from threadbook.codex.version import Feature
from threadbook.errors import CodexUnavailableError, HomeBusyError, HomeUnwritableError
from threadbook.index.sync import Sync
from threadbook.lifecycle.agree import pay_debts
from threadbook.lifecycle.lock import held_threads
from threadbook.lifecycle.owed import owed_folders
from threadbook.lifecycle.resume import task_in_use
from threadbook.lifecycle.writers import open_writers

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterable, Mapping

    from threadbook.errors import TaskInUseError
    from threadbook.handlers.context import Context
    from threadbook.ids import ThreadId
    from threadbook.lifecycle.agree import Payment

_RELEASE_SECONDS = 5.0
_POLL_SECONDS = 0.1
_TELL_SECONDS = 2.0
"""So long a request waits for Codex to be told; the sidecar goes on behind it."""
_TELL_SECONDS_ALONE = 4.0
"""And so long the command line, which ends then: the next command goes on."""


@asynccontextmanager
async def codex_server(context: Context, feature: Feature) -> AsyncGenerator[AppServer]:
    """Run an app-server for one batch of requests.

    Raises:
        CodexUnavailableError: there is no codex, or one too old for *feature*.
    """
    binary = await asyncio.to_thread(context.codex)
    binary.require(feature)
    server = await AppServer.start(binary, context.home)
    try:
        yield server
    finally:
        await server.close()


async def let_go(context: Context, thread_ids: Iterable[ThreadId]) -> None:
    """Let go of those tasks that we hold ourselves and in which no turn runs."""
    live = context.live
    if live is None:
        return
    held = [
        thread_id
        for thread_id in thread_ids
        if (state := live.state(thread_id)) is not None
        and state.loaded
        and state.turn_id is None
    ]
    for thread_id in held:
        await live.release(thread_id)
    until = time.monotonic() + _RELEASE_SECONDS
    while held and time.monotonic() < until:
        locked = await asyncio.to_thread(held_threads, context.home)
        held = [thread_id for thread_id in held if thread_id in locked]
        if held:
            await asyncio.sleep(_POLL_SECONDS)


def users_of(
    context: Context, paths: Mapping[str, ThreadId]
) -> dict[ThreadId, TaskInUseError]:
    """Return which of the threads, given by their files, some process has open."""
    wanted = set(paths.values())
    found = {
        thread_id: task_in_use(thread_id, holder)
        for thread_id, holder in held_threads(context.home).items()
        if thread_id in wanted
    }
    for path, holder in open_writers(paths.keys()).items():
        thread_id = paths[path]
        found.setdefault(thread_id, task_in_use(thread_id, holder))
    return found


def bring_up_to_date(context: Context, below: Iterable[str]) -> None:
    """Let the index look at these paths below the home, and let everybody know."""
    sync = Sync(context.home, context.index)
    sync.sync_paths(context.home.root / path for path in below)
    sync.refresh_names()
    if context.feed is not None:
        context.feed.nudge()


async def tell_codex(context: Context) -> None:
    """Tell Codex what it is owed; what takes longer goes on behind the request."""
    if not owed_folders(context.home):
        return
    if context.telling is None or context.telling.done():
        context.telling = asyncio.create_task(_tell(context))
    alone = context.feed is None
    seconds = _TELL_SECONDS_ALONE if alone else _TELL_SECONDS
    await asyncio.wait({context.telling}, timeout=seconds)


async def stop_telling(context: Context) -> None:
    """Stop what goes on behind requests; the debts stay on record."""
    telling, context.telling = context.telling, None
    if telling is not None:
        telling.cancel()
        await asyncio.wait({telling})


async def _tell(context: Context) -> Payment | None:
    try:
        async with codex_server(context, Feature.DELETE) as server:
            payment = await pay_debts(server, context.home)
    except (CodexUnavailableError, HomeBusyError, HomeUnwritableError):
        # The debts stay on record; doctor shows them.
        return None
    await asyncio.to_thread(bring_up_to_date, context, ())
    return payment
