"""`threadbook clear`: never offer a task again, keep a line of metadata."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from threadbook.cli.session import pass_session
from threadbook.cli.verbs import call, task_arguments, tell, wanted_ids

if TYPE_CHECKING:
    from threadbook.cli.session import Session


@click.command("clear")
@task_arguments
@click.option("--undo", is_flag=True, help="Take the mark back.")
@click.option("--forget", is_flag=True, help="Also put what was said into the trash.")
@pass_session
def clear(
    session: Session,
    *,
    tasks: tuple[str, ...],
    last: bool,
    everywhere: bool,
    undo: bool,
    forget: bool,
) -> int:
    """Mark tasks cleared: never offered by --last, resumed only with --force."""
    if undo and forget:
        message = "--undo and --forget exclude each other"
        raise click.UsageError(message)
    with session.context() as context:
        ids = wanted_ids(context, tasks, last=last, everywhere=everywhere)
        params = {"threadIds": ids, "undo": undo, "forget": forget}
        response = call(context, "task/clear", params)
        done = "No longer cleared" if undo else "Cleared"
        return tell(session, response, response.results, done)
