"""Finding one's way in a long task: its steps at a glance, and what lies where."""

from typing import Literal

from pydantic import Field

from threadbook.protocol.base import WireModel
from threadbook.protocol.thread import TurnStatus


class TaskOutlineParams(WireModel):
    """Ask for the steps of a task, all of them, without their items."""

    thread_id: str


class OutlineStep(WireModel):
    """One step, as a list of contents names it."""

    number: int
    turn_id: str
    preview: str
    """The beginning of what the user said."""
    status: TurnStatus
    started_at: int | None
    """Unix milliseconds."""
    message_count: int
    bytes: int | None
    """How much of the rollout it takes; null: not known yet."""


class TaskOutlineResponse(WireModel):
    """The steps, oldest first; what a rollback dropped is left out."""

    steps: tuple[OutlineStep, ...]


class TaskLocateParams(WireModel):
    """Ask where a step lies on disk."""

    thread_id: str
    step: int = Field(ge=1)


class TaskLocateResponse(WireModel):
    """The file, and the line on which the step begins."""

    path: str
    line: int | None
    """From 1; null in a compressed file, which no editor shows."""
    format: Literal["text", "compressed"]


class TaskImageParams(WireModel):
    """Ask for one picture of an item."""

    thread_id: str
    turn_id: str
    item_id: str
    index: int = Field(default=0, ge=0)
    """Which of the item's pictures."""


class TaskImageResponse(WireModel):
    """The picture, when it is in the rollout or still lies where its path says."""

    data_url: str | None
