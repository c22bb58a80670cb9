"""Who has which task open."""

from typing import Literal

from threadbook.protocol.base import WireModel
from threadbook.protocol.task import Holder, TaskStatus


class TaskLocksParams(WireModel):
    """Ask which tasks are in use."""


class TaskLock(WireModel):
    """A task that some process has open for writing."""

    thread_id: str
    display_name: str | None
    """Null for a thread of which nothing is on disk yet."""
    cwd: str | None
    status: TaskStatus | None
    holder: Holder
    seen_by: Literal["lock", "openFile"]
    """`openFile`: Codex before 0.147, which takes no lock."""


class StaleLock(WireModel):
    """A lock file that nobody holds: a killed process left it, and it means nothing."""

    thread_id: str
    path: str
    since: int
    """Unix milliseconds."""


class TaskLocksResponse(WireModel):
    """All tasks in use, those in use the longest first."""

    locks: tuple[TaskLock, ...]
    stale: tuple[StaleLock, ...]
