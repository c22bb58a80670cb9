"""`threadbook rename`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from threadbook.cli.output import one_line
from threadbook.cli.session import pass_session
from threadbook.cli.verbs import call
from threadbook.cli.wanted import wanted_task

if TYPE_CHECKING:
    from threadbook.cli.session import Session


@click.command("rename")
@click.argument("task")
@click.argument("name")
@pass_session
def rename(session: Session, *, task: str, name: str) -> None:
    """Give TASK a NAME, in codex too."""
    with session.context() as context:
        row = wanted_task(context, task, last=False, everywhere=False)
        params = {"threadId": row.thread_id, "name": name}
        response = call(context, "task/rename", params)
    if session.json:
        session.emit(response)
    else:
        click.echo(f"{row.thread_id} is now {one_line(response.task.display_name)}")
