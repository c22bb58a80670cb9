"""Turns as a summary sees them: where they lie, what is counted, how they ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from threadbook.items import Stop, StopKind, TurnStatus
from threadbook.rollout.types import TurnSpan
from threadbook.stops import is_exhausted, limit_stop, stop_of

if TYPE_CHECKING:
    from pathlib import Path

    from threadbook.items import RateLimits


@dataclass(slots=True)
class TurnState:
    """One turn while its file is read."""

    number: int
    """From 1, dropped ones counted: `rollout-<n>` when it has no id."""
    start: int
    start_ordinal: int | None = None
    started_at: int | None = None
    turn_id: str | None = None
    explicit: bool = False
    """It began with a record of its own, so its end has one too."""
    ended: TurnStatus | None = None
    message: str | None = None
    code: str | None = None
    answered: bool = True
    preview: str = ""
    untold_preview: str = ""
    told_user: int = 0
    told_agent: int = 0
    untold_user: int = 0
    untold_agent: int = 0
    worked: bool = False
    agent_last: bool = False
    """The agent spoke, and nothing has happened since."""
    limits: RateLimits | None = None
    """The usage windows when the turn ended without an answer."""
    dropped: bool = False

    @property
    def users(self) -> int:
        """How many messages of the user's it shows."""
        return self.told_user or self.untold_user

    @property
    def messages(self) -> int:
        """How many messages it shows."""
        return self.users + (self.told_agent or self.untold_agent)

    @property
    def active(self) -> bool:
        """Something came after the user's message."""
        return bool(self.told_agent or self.untold_agent or self.worked)

    @property
    def unanswered(self) -> bool:
        """It has a question and may have stopped before the answer."""
        if not self.users or self.ended is TurnStatus.INTERRUPTED:
            return False
        if self.ended is TurnStatus.COMPLETED:
            return not self.answered and not (self.told_agent or self.untold_agent)
        return not self.agent_last


@dataclass(frozen=True, slots=True)
class Ending:
    """How a turn stands."""

    status: TurnStatus
    stop: Stop | None = None


_COMPLETED = Ending(TurnStatus.COMPLETED)
_IN_PROGRESS = Ending(TurnStatus.IN_PROGRESS)


def ending_of(turn: TurnState, *, last: bool, errors_recorded: bool) -> Ending:
    """Say how a turn ended, from what was written and from what was not.

    Until 2026-07 no error was written: a turn that a limit stopped is known by the
    usage windows told last. Until 0.98 not even the end of a turn was.
    """
    if turn.ended is TurnStatus.FAILED:
        return Ending(turn.ended, stop_of(turn.message, turn.code, turn.limits))
    if turn.ended is TurnStatus.INTERRUPTED:
        return Ending(turn.ended, Stop(StopKind.INTERRUPTED, turn.message))
    if turn.unanswered and not errors_recorded:
        stop = _unrecorded(turn)
        if stop:
            return Ending(TurnStatus.FAILED, stop)
    if turn.ended or (turn.agent_last and not turn.explicit):
        return _COMPLETED
    if last:
        return _IN_PROGRESS
    return Ending(TurnStatus.INTERRUPTED, Stop(StopKind.PROCESS_DIED))


def _unrecorded(turn: TurnState) -> Stop | None:
    if is_exhausted(turn.limits):
        return limit_stop(None, turn.limits)
    if turn.ended and not turn.worked:
        return Stop(StopKind.ERROR, "The turn ended without an answer")
    return None


def span_of(turn: TurnState, path: Path, end: int | None, ending: Ending) -> TurnSpan:
    """Return a turn's span."""
    return TurnSpan(
        path=path,
        start=turn.start,
        end=end,
        turn_id=turn.turn_id or f"rollout-{turn.number}",
        start_ordinal=turn.start_ordinal,
        started_at=turn.started_at,
        status=ending.status,
        preview=turn.preview or turn.untold_preview,
        message_count=turn.messages,
        dropped=turn.dropped,
    )
