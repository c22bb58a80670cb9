"""What reading a rollout yields: values that other rooms keep and show."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

    from threadbook.ids import RolloutId, ThreadId
    from threadbook.items import (
        GitInfo,
        Problem,
        RateLimits,
        Stop,
        TokenUsage,
        TurnStatus,
    )


class Format(StrEnum):
    """One on-disk generation of rollout lines (codex-facts.md section 2.1)."""

    JSON = "json"
    """G0: the TypeScript CLI's whole-file `.json`."""
    BARE = "bare"
    """G1: a bare header and bare response items (until 2025-09-09)."""
    ENVELOPED = "enveloped"
    """G2: `{timestamp, type, payload}`, legacy history."""
    PAGINATED = "paginated"
    """G3: the same with `ordinal` and completed items."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class HistoryBase:
    """Where a paginated file's own lines begin: the prefix is in another file."""

    rollout_id: RolloutId
    end_ordinal: int
    """Exclusive."""


@dataclass(frozen=True, slots=True)
class Meta:
    """What the head of a rollout says; all that was not said is None."""

    thread_id: ThreadId | None
    created_at: int | None
    cwd: str | None = None
    originator: str | None = None
    cli_version: str | None = None
    source: str | None = None
    """`cli`, `vscode`, `exec`, `mcp`, `subagent`, `custom:<x>`, `internal`,
    `unknown`."""
    model_provider: str | None = None
    git: GitInfo | None = None
    forked_from_id: ThreadId | None = None
    parent_thread_id: ThreadId | None = None
    is_sub_agent: bool = False
    agent_nickname: str | None = None
    history_base: HistoryBase | None = None
    own_start_ordinal: int | None = None
    """`subagent_history_start_ordinal`: earlier lines are inherited context."""


@dataclass(frozen=True, slots=True)
class TurnSpan:
    """Where one turn lies in its file, and the little that lists need of it."""

    path: Path
    start: int
    """Offset of its first byte in the uncompressed rollout."""
    end: int | None
    """Offset behind its last byte; None while it is the last turn of the file
    (its end is the end of the file, which may have grown)."""
    turn_id: str
    start_ordinal: int | None
    started_at: int | None
    status: TurnStatus
    preview: str
    """The first 200 characters of the user's message."""
    message_count: int = 0
    dropped: bool = False
    """A rollback or revert took it out of the conversation."""


@dataclass(frozen=True, slots=True)
class RolloutSummary:
    """One rollout file, folded."""

    path: Path
    name_thread_id: ThreadId
    """The thread id in the file's name."""
    rollout_id: RolloutId
    format: Format
    compressed: bool
    bytes: int
    """Size on disk."""
    meta: Meta
    preview: str | None
    """First user text, wrappers removed, at most 400 characters."""
    name: str | None
    """From `thread_name_updated` (2026-01-30 to 05-05); "" means cleared."""
    model: str | None
    effort: str | None
    cwd: str | None
    """Of the latest turn context, else of the meta."""
    turn_count: int
    """Turns in this file that no rollback dropped."""
    message_count: int
    """User and agent messages in those turns."""
    token_usage: TokenUsage | None
    rate_limits: RateLimits | None
    """The newest that the file tells of."""
    last_at: int | None
    """Time of the last record; for formats without times, of the header."""
    open_turn: bool
    """The last turn has neither completed nor been aborted."""
    last_stop: Stop | None
    problems: tuple[Problem, ...]


class Spent(NamedTuple):
    """Tokens that were used in one half hour, by one model."""

    at: int
    """When the half hour began."""
    model: str | None
    tokens: int


@dataclass(frozen=True, slots=True)
class Summarized:
    """What `summarize` returns."""

    summary: RolloutSummary
    spans: tuple[TurnSpan, ...]
    """The file's turns from number `first_span` (0-based) on: those that the
    bytes read now added or changed. A rollback may change earlier ones too, then
    `first_span` is where the change begins."""
    first_span: int
    checkpoint: bytes
    """Opaque; give it back to go on from `offset`."""
    offset: int
    """Bytes of complete lines consumed so far (uncompressed)."""
    spent: tuple[Spent, ...] = ()
    """When all of the file's own tokens were used, oldest first. What a fork or a
    revert took over from another file is not in it, what a rollback dropped is."""


@dataclass(frozen=True, slots=True)
class ThreadSummary:
    """All files of one thread, as one."""

    thread_id: ThreadId
    active: RolloutSummary
    """The file that Codex would append to."""
    rollouts: tuple[RolloutSummary, ...]
    """All of them, the active one first."""
    archived: bool
    created_at: int
    updated_at: int
    preview: str | None
    turn_count: int
    message_count: int
    bytes: int
    problems: tuple[Problem, ...]
    base: tuple[tuple[RolloutId, int], ...]
    """The chain of prefixes (rollout id, end ordinal exclusive), nearest first:
    own earlier files after a revert, the parent's after a fork."""
