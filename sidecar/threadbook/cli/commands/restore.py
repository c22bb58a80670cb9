"""`threadbook restore`: back from the trash."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from threadbook.cli.session import pass_session
from threadbook.cli.verbs import call, tell, wanted_ids

if TYPE_CHECKING:
    from threadbook.cli.session import Session


@click.command("restore")
@click.argument("tasks", metavar="TASK...", nargs=-1)
@click.option("--last-deleted", is_flag=True, help="What was deleted last.")
@click.option(
    "--replace",
    is_flag=True,
    help="When the task exists again: put that one into the trash.",
)
@pass_session
def restore(
    session: Session, *, tasks: tuple[str, ...], last_deleted: bool, replace: bool
) -> int:
    """Bring tasks back from the trash as they were: place, name, times, state."""
    if bool(tasks) == last_deleted:
        message = "Name tasks, or give --last-deleted"
        raise click.UsageError(message)
    with session.context() as context:
        ids = (
            []
            if last_deleted
            else wanted_ids(context, tasks, last=False, everywhere=False)
        )
        params = {
            "threadIds": ids,
            "lastDeleted": last_deleted,
            "onConflict": "replace" if replace else "refuse",
        }
        response = call(context, "task/restore", params)
        return tell(session, response, response.results, "Restored")
