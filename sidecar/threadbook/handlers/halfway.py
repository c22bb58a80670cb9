"""Halfway: what a Codex that died in the middle of a move left, found and set right.

The index knows where Codex's database looks for a thread; `lifecycle/halfway.py` says
which of them are elsewhere, and moves them back.
"""

from __future__ import annotations

import os
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING

from threadbook.errors import TaskError
from threadbook.handlers.diagnosis import counted, finding
from threadbook.handlers.families import paths_of, places_of
from threadbook.handlers.moving import users_of
from threadbook.index.types import State
from threadbook.lifecycle.claim import claimed
from threadbook.lifecycle.halfway import find_halfway, put_back
from threadbook.lifecycle.repair import repair

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from threadbook.handlers.context import Context
    from threadbook.ids import ThreadId
    from threadbook.protocol.doctor import Finding

_MOST_NAMED = 20
_VERBS = {State.ARCHIVED: "archive", State.ACTIVE: "unarchive"}
"""What had been asked for when the file moved, by where it is."""


def find_stuck(
    context: Context, thread_ids: Iterable[ThreadId] | None = None
) -> dict[ThreadId, dict[str, str]]:
    """Return which of the threads (None: of all) a Codex left halfway.

    With what to move back: the place where each file is, and where Codex looks for it.
    """
    noted = {
        each: path
        for each, path in context.index.noted_paths(thread_ids).items()
        if not os.path.lexists(path) and not os.path.lexists(f"{path}.zst")
    }
    if not noted:
        return {}
    return find_halfway(context.home, noted, places_of(context, list(noted)))


def put_stuck_back(context: Context, thread_ids: Iterable[ThreadId]) -> None:
    """Undo what was left halfway, sub-agents too, so that another Codex can move it."""
    everybody = dict.fromkeys(
        each
        for thread_id in thread_ids
        for each in (thread_id, *context.index.sub_agents(thread_id))
    )
    stuck = find_stuck(context, everybody)
    if not stuck:
        return
    places = {each: list(moves) for each, moves in stuck.items()}
    used = users_of(context, paths_of(context, places))
    # Whoever stays is refused by Codex, and so told.
    with suppress(TaskError), claimed(context.home):
        repair(context.home)
        put_back(
            context.home, {each: stuck[each] for each in stuck if each not in used}
        )


def halfway_findings(context: Context) -> Iterator[Finding]:
    """Name the tasks that Codex can't find any more, and what makes it find them."""
    stuck = find_stuck(context)
    rows = context.index.rows(sorted(stuck))
    for state, verb in _VERBS.items():
        ids = [row.thread_id for row in rows if row.state is state]
        if not ids:
            continue
        named = ", ".join(islice(ids, _MOST_NAMED))
        yield finding(
            "rollouts",
            "warning",
            f"Codex ended before it had noted that it {verb}d "
            f"{counted(len(ids), 'task')}, and can't find the files: {named}",
            f"threadbook {verb} {' '.join(islice(ids, _MOST_NAMED))}",
        )
