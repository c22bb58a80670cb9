"""Verbs on tasks: archive, trash, restore, delete, purge, clear, rename, annotate.

Those that take `threadIds` answer for each of them: one that fails stops no other.
"""

from typing import Literal

from pydantic import Field

from threadbook.protocol.base import WireModel
from threadbook.protocol.errors import ErrorKind
from threadbook.protocol.task import Task, TaskState

MAX_NAME = 400


class TaskFault(WireModel):
    """Why a verb failed for one task; as `error` of a request would say it."""

    kind: ErrorKind
    message: str
    facts: dict[str, object]


class TaskOutcome(WireModel):
    """What became of one task."""

    thread_id: str
    ok: bool
    error: TaskFault | None
    along: tuple[str, ...]
    """Tasks that went with it: its sub-agents, forks when asked for."""


class TaskArchiveParams(WireModel):
    """Archive tasks, as Codex does, together with their sub-agents."""

    thread_ids: tuple[str, ...]


class TaskArchiveResponse(WireModel):
    """One outcome a task, in the order of the request."""

    results: tuple[TaskOutcome, ...]


class TaskUnarchiveParams(WireModel):
    """Bring archived tasks back among the active ones."""

    thread_ids: tuple[str, ...]


class TaskUnarchiveResponse(WireModel):
    """One outcome a task, in the order of the request."""

    results: tuple[TaskOutcome, ...]


class TaskTrashParams(WireModel):
    """Put tasks into the trash, together with their sub-agents."""

    thread_ids: tuple[str, ...]
    with_forks: bool = False
    """Take along the forks that need a task's file, rather than refuse."""
    force: bool = False
    """Also tasks that are in use: what their process still writes goes along."""


class TaskTrashResponse(WireModel):
    """One outcome a task, in the order of the request."""

    results: tuple[TaskOutcome, ...]


class TaskRestoreParams(WireModel):
    """Bring tasks back from the trash, as they were."""

    thread_ids: tuple[str, ...] = ()
    last_deleted: bool = False
    """Instead of `threadIds`: what was put into the trash last."""
    on_conflict: Literal["refuse", "replace"] = "refuse"
    """When the task exists again: `replace` puts that one into the trash."""


class TaskRestoreResponse(WireModel):
    """One outcome a task, in the order of the request."""

    results: tuple[TaskOutcome, ...]


class TaskDeleteParams(WireModel):
    """Delete tasks for good, from the trash or from where they are."""

    thread_ids: tuple[str, ...]
    with_forks: bool = False
    """Take along the forks that need a task's file, rather than refuse."""
    force: bool = False


class TaskDeleteResponse(WireModel):
    """One outcome a task, in the order of the request."""

    results: tuple[TaskOutcome, ...]


class TaskPurgeParams(WireModel):
    """Delete for good all stored data of the tasks that fit."""

    cwd: str | None
    """This folder and its subfolders; null: all folders."""
    older_than: int | None = None
    """Last updated before this time, Unix milliseconds."""
    state: Literal["active", "archived", "trashed", "any"] = "any"
    dry_run: bool = False
    """Say what would go, and do nothing."""


class PurgedTask(WireModel):
    """A task that fits."""

    thread_id: str
    display_name: str
    state: TaskState
    updated_at: int
    cwd: str | None
    bytes: int


class TaskPurgeResponse(WireModel):
    """What fits, and, unless it was a dry run, what became of it."""

    tasks: tuple[PurgedTask, ...]
    bytes: int
    """Of all these tasks together."""
    dry_run: bool
    results: tuple[TaskOutcome, ...]
    """Empty for a dry run."""


class TaskClearParams(WireModel):
    """Mark tasks cleared, or take the mark back."""

    thread_ids: tuple[str, ...]
    undo: bool = False
    forget: bool = False
    """Also put what was said into the trash; an audit line of metadata stays."""


class TaskClearResponse(WireModel):
    """One outcome a task, in the order of the request."""

    results: tuple[TaskOutcome, ...]


class TaskRenameParams(WireModel):
    """Give a task its name, in Codex too."""

    thread_id: str
    name: str = Field(max_length=MAX_NAME)


class TaskRenameResponse(WireModel):
    """The task with its new name."""

    task: Task


class TaskAnnotateParams(WireModel):
    """Pin, tag, annotate: what only Threadbook knows of tasks."""

    thread_ids: tuple[str, ...]
    pinned: bool | None = None
    """Null leaves it as it is."""
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    note: str | None = None
    """Null leaves it as it is, "" takes it away."""


class TaskAnnotateResponse(WireModel):
    """One outcome a task, in the order of the request."""

    results: tuple[TaskOutcome, ...]
