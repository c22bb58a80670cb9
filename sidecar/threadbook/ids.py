"""Ids of Codex's things, and how one is read from a rollout's file name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NewType

ThreadId = NewType("ThreadId", str)
"""One conversation of Codex, known by a UUID (v4 until about 0.36, then v7)."""

RolloutId = NewType("RolloutId", str)
"""One physical file of a thread: its thread's id, or the UUID after `_` in its name."""

TurnId = NewType("TurnId", str)
ItemId = NewType("ItemId", str)

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_ROLLOUT_NAME = re.compile(
    # How Codex begins a name comes first: trying every place takes its time.
    rf"^(?:rollout-[0-9T-]{{10,19}}?-|.*?)"
    rf"(?P<thread>{_UUID})(?:_(?P<rollout>{_UUID}))?"
    r"(?P<suffix>\.jsonl\.zst|\.jsonl|\.json)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class RolloutName:
    """What the name of a rollout file says."""

    thread_id: ThreadId
    rollout_id: RolloutId
    suffix: str
    """`.jsonl`, `.jsonl.zst`, or `.json` (the TypeScript CLI of 2025)."""


def parse_rollout_name(name: str) -> RolloutName | None:
    """Read the ids from a rollout's file name; None if it is not a rollout's.

    The prefix may be anything; dot files (Codex's temporary ones) are no rollouts.
    """
    if name.startswith("."):
        return None
    match = _ROLLOUT_NAME.match(name)
    if match is None:
        return None
    thread = match["thread"].lower()
    return RolloutName(
        thread_id=ThreadId(thread),
        rollout_id=RolloutId((match["rollout"] or thread).lower()),
        suffix=match["suffix"].lower(),
    )
