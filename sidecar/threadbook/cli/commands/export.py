"""`threadbook export`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from threadbook.cli.session import pass_session
from threadbook.cli.wanted import wanted_task
from threadbook.export.document import size
from threadbook.handlers.documents import write_task
from threadbook.handlers.export import export_files, export_of
from threadbook.handlers.tasks import task_of
from threadbook.protocol.export import TaskExportParams, TaskExportResponse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from threadbook.cli.session import Session
    from threadbook.handlers.context import Context
    from threadbook.protocol.export import ExportedFile

_FORMATS = ("md", "html", "json", "jsonl")
_STDOUT = "-"
_BUFFER = 1 << 16


@click.command("export")
@click.argument("tasks", metavar="TASK...", nargs=-1)
@click.option("--last", is_flag=True, help="The task of this folder active last.")
@click.option("--all", "everywhere", is_flag=True, help="With --last: any folder.")
@click.option(
    "--format",
    "file_format",
    type=click.Choice(_FORMATS),
    help="[default: by the name of -o FILE, else md]",
)
@click.option("--redact", is_flag=True, help="Mask secrets and home folders.")
@click.option(
    "--images",
    type=click.Choice(["embed", "omit"]),
    help="[default: embed; omit with --redact, which can't look into pictures]",
)
@click.option(
    "-o",
    "--output",
    metavar="FILE|DIR",
    help="Where to; several tasks need a folder [default: stdout].",
)
@pass_session
def export(  # noqa: PLR0913 - one parameter an option
    session: Session,
    *,
    tasks: tuple[str, ...],
    last: bool,
    everywhere: bool,
    file_format: str | None,
    redact: bool,
    images: str | None,
    output: str | None,
) -> None:
    """Write tasks as Markdown, as a self-contained HTML page, as JSON or JSON Lines."""
    with session.context() as context:
        ids = _wanted(context, tasks, last=last, everywhere=everywhere)
        params = TaskExportParams.model_validate(
            {
                "threadIds": ids,
                "format": file_format or _format_of(output),
                "path": _place(output),
                "redact": redact,
                "images": images,
            }
        )
        if output is None or output == _STDOUT:
            _to_stdout(session, context, params)
        else:
            _to_files(session, context, params)


def _wanted(
    context: Context, tasks: tuple[str, ...], *, last: bool, everywhere: bool
) -> list[str]:
    if last or not tasks:
        row = wanted_task(context, None, last=last, everywhere=everywhere)
        return [row.thread_id]
    return [context.index.resolve(task).thread_id for task in tasks]


def _format_of(output: str | None) -> str:
    suffix = Path(output or "").suffix.removeprefix(".").lower()
    return {"htm": "html", "markdown": "md"}.get(
        suffix, suffix if suffix in _FORMATS else "md"
    )


def _place(output: str | None) -> str:
    if output is None or output == _STDOUT:
        return _STDOUT
    ending = "/" if output.endswith(("/", "\\")) else ""
    return f"{Path(output).expanduser().absolute()}{ending}"


def _to_stdout(session: Session, context: Context, params: TaskExportParams) -> None:
    thread_id, *others = params.thread_ids
    if others:
        message = "Several tasks need a folder: -o DIR"
        raise click.UsageError(message)
    task = task_of(context, thread_id)
    held: list[bytes] = []
    size_held = 0
    for piece in write_task(context, task, export_of(params)):
        held.append(piece)
        size_held += len(piece)
        if size_held > _BUFFER:
            session.write_bytes(b"".join(held))
            held, size_held = [], 0
    session.write_bytes(b"".join(held))


def _to_files(session: Session, context: Context, params: TaskExportParams) -> None:
    files: list[ExportedFile] = []
    for file in _counted(export_files(context, params), len(params.thread_ids)):
        files.append(file)
        if not session.json:
            masked = f", {file.masked} places masked" if params.redact else ""
            click.echo(f"{file.path} ({size(file.bytes)}{masked})")
    if session.json:
        session.emit(TaskExportResponse(files=tuple(files)))


def _counted(files: Iterator[ExportedFile], total: int) -> Iterator[ExportedFile]:
    """Count on a terminal while many files are written."""
    counts = total > 1 and sys.stderr.isatty()
    for done, file in enumerate(files, 1):
        if counts:
            sys.stderr.write("\r\x1b[K")
        yield file
        if counts and done < total:
            sys.stderr.write(f"Exporting {done + 1}/{total}")
            sys.stderr.flush()
