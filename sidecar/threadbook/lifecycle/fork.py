"""Fork: a new thread that begins with the first steps of another.

Codex copies them itself where it knows the last one by its id. Threads of before
0.110 have no such ids, and those of 2025 Codex can't read: there the new thread
begins with what was said. The original stays as it is, even while it is in use.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from threadbook.codex.threads import (
    fork_thread,
    inject_history,
    start_thread,
)
from threadbook.codex.version import Feature
from threadbook.errors import CodexRefusedError
from threadbook.lifecycle.history import sanitised_history
from threadbook.lifecycle.resume import (
    check_folder,
    must_start_anew,
    recorded_settings,
    settings_for,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from threadbook.codex.client import AppServer
    from threadbook.codex.threads import (
        LoadedThread,
    )
    from threadbook.ids import TurnId
    from threadbook.lifecycle.resume import Overrides, ResumeTarget

_MADE_UP_TURN = "rollout-"


@dataclass(frozen=True, slots=True)
class ForkPoint:
    """Where the copy ends."""

    last_turn: TurnId | None
    """The last turn that is kept; None: none is."""
    history: Callable[[], Sequence[dict[str, object]]]
    """What the kept turns said (see `retell`), for when Codex can't copy them.

    Reads files: it is called on a thread of its own."""


async def fork_task(
    server: AppServer, target: ResumeTarget, point: ForkPoint, overrides: Overrides
) -> LoadedThread:
    """Make the new thread, loaded.

    Raises:
        CodexRefusedError: Codex can neither copy the thread nor begin one.
        CodexUnavailableError: what was said must be injected, and Codex is too old.
    """
    last_turn = point.last_turn
    can_copy = (
        last_turn is not None
        and not last_turn.startswith(_MADE_UP_TURN)
        and not must_start_anew(target)
        and server.binary.can(Feature.FORK_AT_TURN)
    )
    if can_copy:
        settings = settings_for(server, target, overrides)
        try:
            return await fork_thread(
                server, target.thread_id, settings, last_turn=last_turn
            )
        except CodexRefusedError:
            # Not a turn that Codex knows: what was said is known all the same.
            pass
    server.binary.require(Feature.INJECT)
    history = sanitised_history(await asyncio.to_thread(point.history))
    settings = recorded_settings(target, overrides)
    if target.cwd and "cwd" not in settings:
        settings["cwd"] = target.cwd
    loaded = await start_thread(server, settings)
    if history:
        await inject_history(server, loaded.thread_id, history)
    return loaded


def check_forkable(target: ResumeTarget, overrides: Overrides) -> None:
    """See beforehand what would stop the new thread; may block.

    Raises:
        NotPossibleError: its folder is gone.
    """
    check_folder(target, overrides)
