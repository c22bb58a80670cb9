"""What live tasks tell the rooms above."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from threadbook.codex.questions import Decision, Question
    from threadbook.ids import ThreadId, TurnId
    from threadbook.items import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A question that waits for an answer."""

    request_id: str
    """Ours, unique among all processes."""
    thread_id: ThreadId
    turn_id: str | None
    item_id: str | None
    kind: str
    """`command`, `fileChange`, `permissions`, `userInput` or `elicitation`."""
    title: str
    reason: str | None
    command: str | None
    cwd: str | None
    files: tuple[str, ...]
    decisions: tuple[Decision, ...]
    questions: tuple[Question, ...]
    at: int


@dataclass(frozen=True, slots=True)
class TaskEvent:
    """Something happened in a task."""

    thread_id: ThreadId
    turn_id: TurnId | None
    seq: int
    """Counts up by one per task, without a gap."""
    event: Event


@dataclass(frozen=True, slots=True)
class ApprovalAsked:
    """The agent waits for an answer."""

    approval: Approval


@dataclass(frozen=True, slots=True)
class ApprovalResolved:
    """A question is no longer open: answered, or its turn ended."""

    thread_id: ThreadId
    request_id: str


Published = TaskEvent | ApprovalAsked | ApprovalResolved


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveState:
    """A live task as it is now."""

    thread_id: ThreadId
    continued_from: ThreadId | None
    """The thread of 2025 whose history this one began with."""
    loaded: bool
    """Whether we hold it; if not, the next `send` loads it again."""
    turn_id: TurnId | None
    """The turn that runs."""
    status: str
    model: str | None
    effort: str | None
    cwd: str | None
    sandbox: str | None
    approval: str | None
    seq: int
    """The number of the last event so far."""
    approvals: tuple[Approval, ...]
