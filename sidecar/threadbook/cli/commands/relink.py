"""`threadbook relink`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from threadbook.cli.session import pass_session

if TYPE_CHECKING:
    from threadbook.cli.session import Session


@click.command("relink")
@click.argument("old", type=click.Path())
@click.argument("new", type=click.Path())
@pass_session
def relink(session: Session, *, old: str, new: str) -> None:
    """Say that the folder OLD (and what is below) is now NEW.

    Its tasks belong to the new place from now on; rollouts stay as they are.
    """
    from threadbook.handlers.relink import task_relink  # noqa: PLC0415
    from threadbook.protocol.task import TaskRelinkParams  # noqa: PLC0415

    if not (old and new):
        message = "OLD and NEW are folders; one is empty"
        raise click.UsageError(message)
    params = TaskRelinkParams(
        old=str(Path(old).absolute()), new=str(Path(new).absolute())
    )
    with session.context() as context:
        response = task_relink(context, params)
    if session.json:
        session.emit(response)
        return
    count = len(response.thread_ids)
    tasks = "1 task belongs" if count == 1 else f"{count} tasks belong"
    sys.stdout.write(f"{tasks} to {params.new} now.\n")
