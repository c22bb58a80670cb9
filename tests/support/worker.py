"""A process that moves random tasks, and says what it did; `test_together.py` runs it.

    python worker.py HOME SEED SECONDS LOG

Each line of LOG is one verb that was carried out, written while the claim is held: so
the lines of all workers are in the order in which things happened.
"""

from __future__ import annotations

import json
import random
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from threadbook.home import CodexHome
from threadbook.lifecycle.archive import archive_files, unarchive_files
from threadbook.lifecycle.claim import claimed
from threadbook.lifecycle.manifest import entries, together_with
from threadbook.lifecycle.places import find_rollouts
from threadbook.lifecycle.repair import repair
from threadbook.lifecycle.trash import Leaving, bring_back, put_in_trash

if TYPE_CHECKING:
    from threadbook.errors import TaskError

VERBS = ("trash", "restore", "archive", "unarchive")


def act(home: CodexHome, verb: str, thread_id: str) -> bool:
    """Carry out a verb on one thread; whether it was possible."""
    live = find_rollouts(home, frozenset({thread_id}))  # pyright: ignore[reportArgumentType]
    found = [e for e in entries(home) if e.manifest.thread_id == thread_id]
    faults: dict[object, TaskError] = {}
    if verb == "restore":
        if not found:
            return False
        faults |= bring_back(
            home, {found[0].manifest.thread_id: together_with(home, found[0])}
        )
        return not faults
    if not live:
        return False
    ((thread, places),) = live.items()
    if verb == "trash":
        leaving = Leaving(thread_id=thread, places=tuple(places), codex=False)
        faults |= put_in_trash(
            home, {thread: [leaving]}, time.time_ns() // 1_000_000
        ).faults
        return not faults
    is_archived = places[0].startswith("archived_sessions/")
    if is_archived == (verb == "archive"):
        return False
    move = archive_files if verb == "archive" else unarchive_files
    faults |= move(home, {thread: places})
    return not faults


def main() -> None:
    """Move tasks until the time is over."""
    home, seed, seconds, log = sys.argv[1:]
    codex_home = CodexHome(Path(home))
    choice = random.Random(int(seed))  # noqa: S311
    threads = json.loads((Path(log).with_suffix(".threads")).read_bytes())
    until = time.monotonic() + float(seconds)
    with Path(log).open("a", encoding="utf-8") as lines:
        while time.monotonic() < until:
            verb, thread_id = choice.choice(VERBS), choice.choice(threads)
            with claimed(codex_home):
                repair(codex_home)
                done = act(codex_home, verb, thread_id)
                lines.write(json.dumps([verb, thread_id, done]) + "\n")
                lines.flush()


if __name__ == "__main__":
    main()
