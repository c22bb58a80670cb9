"""Search: what was said, run or changed in all tasks."""

from typing import Literal

from pydantic import Field

from threadbook.protocol.base import WireModel
from threadbook.protocol.task import TaskFilters


class TaskSearchParams(TaskFilters):
    """What to look for, where in tasks, and in which tasks (filters of `task/list`)."""

    query: str
    """Words (all are wanted), `"phrases"`, beginnings*, AND, OR, NOT, brackets."""
    mode: Literal["words", "exact", "regex"] = "words"
    """`words`: in the first 64 KB of each text; `exact`: any substring, straight from
    the files; `regex`: Python's."""
    kinds: tuple[Literal["message", "command", "file", "output"], ...] | None = None
    """Where to look; null: everywhere (outputs only where they are taken in)."""
    typing: bool = False
    """The last word may be unfinished."""
    state: Literal["active", "archived", "trashed", "any"] = "any"
    limit: int = Field(default=20, ge=1, le=1000)
    cursor: str | None = None


class Mark(WireModel):
    """Where in a snippet something is, in characters."""

    start: int
    end: int
    """Behind the last one."""


class SearchHit(WireModel):
    """One place where something was found."""

    thread_id: str
    display_name: str
    """Of the task."""
    updated_at: int
    """Of the task, Unix milliseconds."""
    workspace_name: str | None
    turn: int
    """The step's number, from 1."""
    turn_id: str
    item_id: str
    kind: Literal["message", "command", "file", "output"]
    snippet: str
    """The text around what was found, on one line."""
    marks: tuple[Mark, ...]
    at: int | None
    """Unix milliseconds."""


class TaskSearchResponse(WireModel):
    """One page of what was found, best first (`words`), else newest task first."""

    hits: tuple[SearchHit, ...]
    total: int
    """How many there are over all pages, as far as it is known."""
    is_partial: bool
    """There are more than `total`, or not all is read yet."""
    next_cursor: str | None
