"""`threadbook resume`: go on with a task, headless or in codex itself."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from threadbook.cli.session import pass_session
from threadbook.cli.wanted import wanted_task
from threadbook.errors import NotPossibleError

if TYPE_CHECKING:
    from threadbook.cli.session import Session
    from threadbook.handlers.context import Context
    from threadbook.index.types import TaskRow

_STDIN = "-"


@click.command("resume")
@click.argument("task", required=False)
@click.argument("prompt", required=False)
@click.option("--last", is_flag=True, help="The task of this folder active last.")
@click.option("--all", "everywhere", is_flag=True, help="With --last: any folder.")
@click.option(
    "--image",
    "images",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A picture to send along.",
)
@click.option("--model", help="Another model from now on.")
@click.option("--effort", help="Another reasoning effort from now on.")
@click.option(
    "--sandbox",
    type=click.Choice(["read-only", "workspace-write", "danger-full-access"]),
)
@click.option("--approval", type=click.Choice(["untrusted", "on-request", "never"]))
@click.option("--timeout", type=click.FloatRange(min=0), help="Seconds for the turn.")
@pass_session
def resume(  # noqa: PLR0913 - one parameter an option
    session: Session,
    *,
    task: str | None,
    prompt: str | None,
    last: bool,
    everywhere: bool,
    images: tuple[Path, ...],
    model: str | None,
    effort: str | None,
    sandbox: str | None,
    approval: str | None,
    timeout: float | None,
) -> None:
    """Go on with TASK: run PROMPT (or - for stdin), streaming, until the turn ends.

    Without PROMPT, on a terminal: opens codex in the task's folder.
    """
    if last and task is not None:
        if prompt is not None:
            message = "--last takes one positional argument: the prompt"
            raise click.UsageError(message)
        task, prompt = None, task
    text = sys.stdin.read() if prompt == _STDIN else prompt
    with session.context() as context:
        row = wanted_task(context, task, last=last, everywhere=everywhere)
        if text is None:
            _open_codex(context, row)
            return
        if not text.strip():
            message = "The prompt is empty"
            raise click.UsageError(message)
        from threadbook.cli.drive import Drive  # noqa: PLC0415

        drive = Drive(session, context, timeout_s=timeout)
        asyncio.run(
            drive.run(
                {
                    "threadId": row.thread_id,
                    "model": model,
                    "effort": effort,
                    "sandbox": sandbox,
                    "approval": approval,
                },
                text,
                tuple(str(image.absolute()) for image in images),
            )
        )


def _open_codex(context: Context, row: TaskRow) -> None:
    """Become `codex resume ID`, in the task's folder."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        message = "Give a PROMPT (or - for stdin); without one a terminal is needed"
        raise click.UsageError(message)
    binary = context.codex()
    cwd = context.book.get(row.thread_id).relinked_cwd or row.cwd
    if cwd is not None and not Path(cwd).is_dir():
        message = f"The folder of this task is gone: {cwd}"
        raise NotPossibleError(message)
    if cwd is not None:
        os.chdir(cwd)
    os.environ["CODEX_HOME"] = str(context.home.root)
    sys.stdout.flush()
    os.execv(binary.path, [str(binary.path), "resume", row.thread_id])  # noqa: S606
