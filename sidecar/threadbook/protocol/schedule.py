"""Tasks that go on by themselves: `task/schedule`, `task/unschedule`."""

from typing import Self

from pydantic import model_validator

from threadbook.protocol.base import WireModel


class Schedule(WireModel):
    """A task that goes on by itself."""

    thread_id: str
    at: int
    """When, Unix milliseconds."""
    when_reset: bool
    """It waits for the usage limit to reset; if it has not by then, it waits anew."""
    prompt: str | None
    """What is said then; null: to go on."""
    attempts: int
    """How many of its turns came to nothing; after the fifth it is given up."""
    created_at: int
    """Unix milliseconds."""
    running: bool
    """Some process is at it: its turn runs, or is about to."""
    held_back: bool
    """It was due before this sidecar began, which therefore does not run it: ask the
    user, then schedule it again (for now) or take it back."""


class TaskScheduleParams(WireModel):
    """Let a task go on by itself, at a time or when the usage limit has reset.

    It replaces what was scheduled for the task; a time in the past means now.
    """

    thread_id: str
    at: int | None = None
    """Unix milliseconds."""
    when_reset: bool = False
    prompt: str | None = None
    """What to say then; null: to go on."""

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.at is None) is not self.when_reset:
            message = "give either `at` or `whenReset: true`"
            raise ValueError(message)
        return self


class TaskScheduleResponse(WireModel):
    """What is scheduled now."""

    schedule: Schedule


class TaskUnscheduleParams(WireModel):
    """The task is not to go on by itself any more; a turn that runs is not stopped."""

    thread_id: str


class TaskUnscheduleResponse(WireModel):
    """Whether it was scheduled."""

    unscheduled: bool
