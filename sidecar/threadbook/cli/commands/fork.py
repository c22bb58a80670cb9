"""`threadbook fork`: a new task from the first steps of another."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from threadbook.cli.said import absolute, turn_options, words_of
from threadbook.cli.session import pass_session
from threadbook.cli.wanted import wanted_task

if TYPE_CHECKING:
    from threadbook.cli.session import Session


@click.command("fork")
@click.argument("task", required=False)
@click.argument("prompt", required=False)
@click.option(
    "--from-step",
    type=click.IntRange(min=1),
    required=True,
    help="The last step that is kept, as `show` counts them.",
)
@click.option("--amend", metavar="TEXT", help="Replace what was said at that step.")
@click.option("--last", is_flag=True, help="The task of this folder active last.")
@click.option("--all", "everywhere", is_flag=True, help="With --last: any folder.")
@click.option(
    "--worktree",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Check the repository out there as it was then, and go on in it.",
)
@turn_options
@pass_session
def fork(  # noqa: PLR0913 - one parameter an option
    session: Session,
    *,
    task: str | None,
    prompt: str | None,
    from_step: int,
    amend: str | None,
    last: bool,
    everywhere: bool,
    worktree: Path | None,
    images: tuple[Path, ...],
    model: str | None,
    effort: str | None,
    cwd: Path | None,
    timeout: float | None,
) -> None:
    """Begin a new task with the first steps of TASK, which stays as it is.

    With PROMPT (or - for stdin) or --amend a turn is run there, streaming; else
    the new task's id is printed.
    """
    if last and task is not None:
        if prompt is not None:
            message = "--last takes one positional argument: the prompt"
            raise click.UsageError(message)
        task, prompt = None, task
    if amend is not None and prompt is not None:
        message = "--amend says it all: there is no PROMPT besides"
        raise click.UsageError(message)
    if worktree is not None and cwd is not None:
        message = "--worktree and --cwd exclude each other"
        raise click.UsageError(message)
    text = words_of(prompt)
    with session.context() as context:
        row = wanted_task(context, task, last=last, everywhere=everywhere)
        from threadbook.cli.drive import Drive  # noqa: PLC0415
        from threadbook.cli.going_on import forking  # noqa: PLC0415

        begin = forking(
            session,
            {
                "threadId": row.thread_id,
                "fromStep": from_step,
                "amend": amend,
                "prompt": text,
                "images": absolute(images),
                "model": model,
                "effort": effort,
                "cwd": str(cwd.absolute()) if cwd else None,
                "worktree": str(worktree.absolute()) if worktree else None,
            },
        )
        started = asyncio.run(Drive(session, context, timeout_s=timeout).run(begin))
        if started.turn_id is None and not session.json:
            click.echo(started.thread_id)
