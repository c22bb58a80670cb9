"""What the index is asked and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from threadbook.ids import ThreadId
    from threadbook.items import GitInfo, Problem, RateLimits, Stop, TokenUsage
    from threadbook.rollout.texts import TextKind


NO_MESSAGE: Final = "(no message yet)"
"""What a task without name and preview is called."""


class State(StrEnum):
    """Where a task stands on disk."""

    ACTIVE = "active"
    ARCHIVED = "archived"
    TRASHED = "trashed"


class Status(StrEnum):
    """What a person wants to know at a glance (product.md section 2)."""

    RUNNING = "running"
    WAITING = "waiting"
    IDLE = "idle"
    INTERRUPTED = "interrupted"
    FAILED = "failed"
    LIMITED = "limited"
    EMPTY = "empty"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class RolloutFile:
    """One file of a task."""

    path: str
    bytes: int
    format: str


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task as the index knows it (fields as in product.md section 2).

    `status` is what the file's end says; who holds the thread right now is added
    above (`running`, `waiting` never come from the index).
    """

    thread_id: ThreadId
    name: str | None
    preview: str | None
    state: State
    status: Status
    created_at: int
    updated_at: int
    cwd: str | None
    model: str | None
    effort: str | None
    model_provider: str | None
    source: str | None
    originator: str | None
    cli_version: str | None
    git: GitInfo | None
    turn_count: int
    message_count: int
    token_usage: TokenUsage | None
    rate_limits: RateLimits | None
    forked_from_id: ThreadId | None
    parent_thread_id: ThreadId | None
    is_sub_agent: bool
    agent_nickname: str | None
    last_stop: Stop | None
    open_turn: bool
    rollouts: tuple[RolloutFile, ...]
    bytes: int
    problems: tuple[Problem, ...]

    @property
    def display_name(self) -> str:
        """Name, else preview, else a placeholder."""
        return self.name or self.preview or NO_MESSAGE


class Sort(StrEnum):
    """Orders of a list; `updated`, `created` and `size` are newest/largest first."""

    UPDATED = "updated"
    CREATED = "created"
    SIZE = "size"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class TaskQuery:
    """Which tasks to list; the defaults exclude nothing but other states."""

    states: frozenset[State] | None = field(
        default_factory=lambda: frozenset({State.ACTIVE})
    )
    """None: any state."""
    cwd: str | None = None
    """This folder and its subfolders; None: all folders."""
    model: str | None = None
    since: int | None = None
    """`updated_at` at or after, Unix ms."""
    until: int | None = None
    """`updated_at` before, Unix ms."""
    statuses: frozenset[Status] | None = None
    source: str | None = None
    provider: str | None = None
    branch: str | None = None
    thread_ids: frozenset[str] | None = None
    """Only these (pins, tags and the like come from the book)."""
    exclude_ids: frozenset[str] | None = None
    """Never these (cleared tasks come from the book)."""
    moved: frozenset[tuple[str, str]] = frozenset()
    """(thread id, folder) of tasks whose folder moved since: the user said so."""
    sub_agents: bool = True
    sort: Sort = Sort.UPDATED
    limit: int | None = 50
    """None: no limit."""
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class TaskPage:
    """One page of a list."""

    rows: tuple[TaskRow, ...]
    total: int
    """How many fit the query, over all pages."""
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class PackedPage:
    """One page of a list, its rows as they are stored (`summaries.unpack_row`)."""

    rows: tuple[tuple[str, bytes], ...]
    """Thread ids, and the rows."""
    total: int
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What to look for, and in which tasks."""

    text: str
    """As a person writes it: words, `"phrases"`, beginnings*, AND, OR, NOT, ( )."""
    kinds: frozenset[TextKind] | None = None
    """Where to look; None: everywhere (outputs only if they were taken in)."""
    tasks: TaskQuery = field(default_factory=lambda: TaskQuery(states=None))
    """Of these tasks; its sort, limit and cursor mean nothing here."""
    typing: bool = False
    """The last word may be unfinished."""
    limit: int = 20
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where something was found."""

    thread_id: ThreadId
    turn: int
    """The turn's number in its task, from 1."""
    turn_id: str
    item_id: str
    kind: TextKind
    snippet: str
    """The text around what was found, on one line."""
    marks: tuple[tuple[int, int], ...]
    """Where in the snippet the words are: first and behind the last character."""
    at: int | None


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of what was found, best first."""

    hits: tuple[Hit, ...]
    total: int
    """How many there are, over all pages."""
    is_partial: bool
    """There are more than that: of very common words, only the newest are ranked."""
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Changes:
    """What a sync found."""

    changed: frozenset[ThreadId] = frozenset()
    """New or different rows."""
    removed: frozenset[ThreadId] = frozenset()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a scan is."""

    done: int
    total: int
    """Rollout files, known once the directory walk is over (before the reading)."""
    finished: bool
