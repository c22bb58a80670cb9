"""Conversations as files: `task/export`."""

from __future__ import annotations

import asyncio
import re
import secrets
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from threadbook.errors import NotPossibleError
from threadbook.handlers.documents import Export, redactor, write_task
from threadbook.handlers.patience import find
from threadbook.handlers.progress import Count
from threadbook.handlers.tasks import task_of
from threadbook.protocol.export import ExportedFile, TaskExportResponse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from threadbook.handlers.context import Context
    from threadbook.protocol.export import TaskExportParams
    from threadbook.protocol.task import Task

_NAME_SIZE = 48
_BUFFER = 1 << 18


async def task_export(context: Context, params: TaskExportParams) -> TaskExportResponse:
    """Write each task to a file; a file that is there is replaced at the end.

    When it is cancelled, the file that is being written goes away, those that are
    whole stay.

    Raises:
        ThreadNotFoundError: there is no such task.
        RolloutUnreadableError: its files can't be read now.
        NotPossibleError: the file can't be written.
    """
    for wanted in params.thread_ids:
        await find(context, wanted)
    unwanted = threading.Event()
    files = export_files(context, params, unwanted)
    count = Count(len(params.thread_ids))
    written: list[ExportedFile] = []
    try:
        while (file := await asyncio.to_thread(next, files, None)) is not None:
            written.append(file)
            count.add()
    except asyncio.CancelledError:
        unwanted.set()
        raise
    return TaskExportResponse(files=tuple(written))


def export_files(
    context: Context,
    params: TaskExportParams,
    unwanted: threading.Event | None = None,
) -> Iterator[ExportedFile]:
    """Write the files one by one, until *unwanted* is set."""
    place = Path(params.path)
    if not place.is_absolute():
        message = f"{place} is not an absolute path"
        raise NotPossibleError(message)
    tasks = [task_of(context, thread_id) for thread_id in params.thread_ids]
    into_folder = len(tasks) > 1 or place.is_dir() or params.path.endswith(("/", "\\"))
    for task in tasks:
        export = export_of(params)
        path = place / file_name(task, export) if into_folder else place
        try:
            pieces = write_task(context, task, export)
            size = _write(path, _while_wanted(pieces, unwanted))
        except OSError as error:
            message = f"{path} can't be written: {error.strerror or error}"
            raise NotPossibleError(message) from error
        masked = export.redactor.masked if export.redactor else 0
        yield ExportedFile(
            thread_id=task.thread_id, path=str(path), bytes=size, masked=masked
        )


def export_of(params: TaskExportParams) -> Export:
    """Return how tasks are to be written; with a redactor of their own."""
    images = params.images or ("omit" if params.redact else "embed")
    return Export(
        format=params.format,
        redactor=redactor() if params.redact else None,
        pictures=images == "embed",
    )


def file_name(task: Task, export: Export) -> str:
    """Name a task's file: day, name, id."""
    name = task.display_name
    if export.redactor:
        name = export.redactor.text(name)
    words = "-".join(re.findall(r"\w+", name.lower()))[:_NAME_SIZE].strip("-_")
    day = time.strftime("%Y-%m-%d", time.localtime(task.updated_at / 1000))
    stem = "-".join(part for part in (day, words, task.thread_id) if part)
    return f"{stem}.{export.format}"


def _while_wanted(
    pieces: Iterable[bytes], unwanted: threading.Event | None
) -> Iterator[bytes]:
    for piece in pieces:
        if unwanted is not None and unwanted.is_set():
            # Nobody waits for it any more; it only has to end the writing.
            raise asyncio.CancelledError
        yield piece


def _write(path: Path, pieces: Iterable[bytes]) -> int:
    """Write a file whole or not at all, and return its size."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{secrets.token_hex(8)}.threadbook-part")
    try:
        with part.open("xb", buffering=_BUFFER) as file:
            size = sum(file.write(piece) for piece in pieces)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return size
