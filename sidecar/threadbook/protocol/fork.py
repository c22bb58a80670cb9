"""Forks: a new task that begins with the first steps of another."""

from typing import Self

from pydantic import Field, model_validator

from threadbook.protocol.base import WireModel
from threadbook.protocol.live import Approval
from threadbook.protocol.task import Task


class TaskForkParams(WireModel):
    """Begin a new task with the first steps of another, which stays as it is."""

    thread_id: str
    from_step: int = Field(ge=1)
    """The last step that is kept, as `show` counts them; with `amend` the step whose
    message is replaced."""
    amend: str | None = None
    """Say this instead of what the user said at that step, and run it."""
    prompt: str | None = None
    """Say this after that step, and run it."""
    images: tuple[str, ...] = ()
    """Paths of local pictures, said with either of them."""
    model: str | None = None
    effort: str | None = None
    cwd: str | None = None
    """Another folder, when the task's own is gone."""
    worktree: str | None = None
    """Check the task's repository out at this path, which must not exist, as it was
    after that step (with `amend`: before it), and go on there."""

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if self.amend is not None and self.prompt is not None:
            message = "amend and prompt exclude each other"
            raise ValueError(message)
        if self.worktree is not None and self.cwd is not None:
            message = "worktree and cwd exclude each other"
            raise ValueError(message)
        return self


class Worktree(WireModel):
    """A repository that was checked out for a task."""

    path: str
    commit: str


class TaskForkResponse(WireModel):
    """The new task, live."""

    thread_id: str
    task: Task
    """The task that was forked."""
    turn_id: str | None
    """The turn that `amend` or `prompt` started."""
    worktree: Worktree | None = None
    """What was checked out, as asked by `worktree`."""
    model: str | None
    effort: str | None
    seq: int
    """The number of the last `task/event` so far; later ones follow."""
    approvals: tuple[Approval, ...]
    """Questions that wait for an answer."""
