"""What a task last ran with, read from the first lines of its last turns.

Codex writes a turn's context before the model is asked first, so that a few lines
tell, however long the turn is. The oldest formats say nothing of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from threadbook.rollout.fields import as_object, parse_object, text_of
from threadbook.rollout.lines import read_lines

if TYPE_CHECKING:
    from collections.abc import Iterable

    from threadbook.rollout.types import TurnSpan

_HEAD_LINES = 64
_SANDBOXES = frozenset({"read-only", "workspace-write", "danger-full-access"})
_APPROVALS = frozenset({"untrusted", "on-request", "never"})


@dataclass(frozen=True, slots=True)
class RunSettings:
    """What the agent was allowed; None: not recorded, or not of today's words."""

    sandbox: str | None = None
    approval: str | None = None


def settings_of(spans: Iterable[TurnSpan]) -> RunSettings:
    """Return the settings that the first of *spans* with any tells of.

    Raises:
        RolloutUnreadableError: a file can't be opened now.
    """
    for span in spans:
        if span.path.suffix.lower() == ".json":
            break
        for line in islice(read_lines(span.path, span.start, span.end), _HEAD_LINES):
            if b'"turn_context"' not in line.data:
                continue
            raw = parse_object(line.data) or {}
            if raw.get("type") == "turn_context":
                return _read(as_object(raw.get("payload")))
    return RunSettings()


def _read(context: dict[str, object]) -> RunSettings:
    policy = as_object(context.get("sandbox_policy"))
    # `mode` until about 0.53, then `type`.
    sandbox = text_of(policy.get("type")) or text_of(policy.get("mode"))
    approval = text_of(context.get("approval_policy"))
    return RunSettings(
        sandbox=sandbox if sandbox in _SANDBOXES else None,
        approval=approval if approval in _APPROVALS else None,
    )
