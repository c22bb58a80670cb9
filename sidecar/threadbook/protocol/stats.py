"""Where disk space and tokens went: `stats/read`."""

from typing import Literal

from pydantic import Field

from threadbook.protocol.base import WireModel
from threadbook.protocol.task import TaskState

StatsKind = Literal[
    "images",
    "outputs",
    "repeatedOutputs",
    "compactions",
    "reasoning",
    "messages",
    "toolCalls",
    "context",
    "subAgents",
    "other",
]
StatsAge = Literal["day", "week", "month", "quarter", "year", "older"]


class StatsReadParams(WireModel):
    """How much is looked into; figures from the index cost next to nothing."""

    weigh_bytes: int | None = Field(default=1 << 30, ge=0)
    """So many bytes of rollouts, those of the largest tasks first, are read to tell
    what they consist of; 0: none, null: all."""
    largest: int = Field(default=10, ge=0, le=1000)
    """How many of the largest tasks are named."""


class KindStats(WireModel):
    """Bytes on disk of one kind."""

    kind: StatsKind
    bytes: int


class FolderStats(WireModel):
    """Tasks of one folder."""

    cwd: str | None
    tasks: int
    bytes: int


class ModelStats(WireModel):
    """Tasks whose last turn used this model, and all of their tokens."""

    model: str | None
    tasks: int
    bytes: int
    tokens: int


class AgeStats(WireModel):
    """Tasks that were last active within this time, and not within a shorter one."""

    age: StatsAge
    tasks: int
    bytes: int


class StateStats(WireModel):
    """Tasks in this state."""

    state: TaskState
    tasks: int
    bytes: int


class DayStats(WireModel):
    """Tokens that were used on this day, by this model.

    What a rollback dropped was used as well; what a fork took over from its parent
    counts there alone. A task that tells of no tokens counts for its last day.
    """

    day: str
    """`2026-01-31`, in the sidecar's time zone."""
    model: str | None
    tasks: int
    """So many used them; one task may have done so on several days."""
    tokens: int


class LargeTask(WireModel):
    """One of the largest tasks, and why it is large."""

    thread_id: str
    display_name: str
    cwd: str | None
    model: str | None
    updated_at: int
    """Unix milliseconds."""
    is_sub_agent: bool
    bytes: int
    kinds: tuple[KindStats, ...]
    """Largest first; empty when the task was not weighed."""


class StatsReadResponse(WireModel):
    """Where disk space and tokens went; largest and newest first."""

    at: int
    """Unix milliseconds."""
    tasks: int
    bytes: int
    tokens: int
    weighed_bytes: int
    """How many of the bytes `kinds` tells of."""
    kinds: tuple[KindStats, ...]
    """`subAgents` are all bytes of sub-agents' tasks, whatever they are for."""
    states: tuple[StateStats, ...]
    folders: tuple[FolderStats, ...]
    models: tuple[ModelStats, ...]
    ages: tuple[AgeStats, ...]
    days: tuple[DayStats, ...]
    largest: tuple[LargeTask, ...]
