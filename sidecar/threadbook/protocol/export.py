"""Conversations as files: `task/export`."""

from typing import Literal

from pydantic import Field

from threadbook.protocol.base import WireModel


class TaskExportParams(WireModel):
    """Which tasks, as what, and where to."""

    thread_ids: tuple[str, ...] = Field(min_length=1)
    format: Literal["md", "html", "json", "jsonl"]
    """`html` is one self-contained page; `json` is the task with its turns, oldest
    first; `jsonl` has one item a line."""
    path: str
    """Absolute: a file, or a folder for files named after their tasks. Several tasks
    need a folder, which is made where it is missing. A file is replaced."""
    redact: bool = False
    """Mask secrets and home folders."""
    images: Literal["embed", "omit"] | None = None
    """Pictures as data URLs, or left out; null: embedded unless `redact`, which
    can't look into pictures."""


class ExportedFile(WireModel):
    """One task's file."""

    thread_id: str
    path: str
    bytes: int
    masked: int
    """How many places were masked."""


class TaskExportResponse(WireModel):
    """What was written."""

    files: tuple[ExportedFile, ...]
